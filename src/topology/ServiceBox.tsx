// A Service: dashed, because it exists only as rules. Opened, it shows the selector's tag and how many pods answer.

import { useContext } from 'react';
import type { ServiceView } from '../protocol/messages.ts';
import { type ObjectIconName, ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { nodePortText } from './labels.ts';
import type { ServicePlace } from './layout.ts';
import { LodContext } from './lod.ts';
import { selectorTag } from './selectors.ts';
import { fitMiddle, shortenEnd, shortenMiddle, textWidth } from './text.ts';

export interface ServiceMarks {
  /** `followed`: the packet was addressed to it. `failed`: and that is where it ended. */
  readonly state: 'calm' | 'followed' | 'failed';
  readonly selected: boolean;
  /** The one of its addresses that the followed packet carries, else its first. */
  readonly address: string | null;
}

export function ServiceBox({ place, marks }: { place: ServicePlace; marks: ServiceMarks }) {
  const { view, box, form } = place;
  const lit = marks.state !== 'calm' || marks.selected;
  const narrow = form === 'narrow';
  const { level, k } = useContext(LodContext);
  const { name, namespace, type } = titleOf(view, narrow);
  const baseline = level === 'coarse' || level === 'far' ? 36 : narrow ? 24 : 25;
  return (
    <svg width={box.width} height={box.height} className="over" aria-hidden="true">
      <rect
        width={box.width}
        height={box.height}
        rx={10}
        fill={marks.selected ? 'var(--f1bg)' : 'var(--panel)'}
        stroke={marks.state === 'failed' ? 'var(--bad)' : marks.selected ? 'var(--f1)' : lit ? 'var(--flow)' : 'var(--shape)'}
        strokeWidth={lit ? 2 : 1.5}
        strokeDasharray="7 5"
      />
      <g transform={`translate(20,${baseline - 5})`}>
        <ObjectMark name={iconOf(view)} scale={0.85} ground={marks.selected ? 'var(--f1bg)' : 'var(--panel)'} />
      </g>
      <text x={38} y={baseline} className="name service w6 ink">
        {level === 'fine' ? name : shortenMiddle(view.name, Math.floor((narrow ? 10 : 12) / (k * 0.8)))}
        {namespace && <tspan className="w4 i3 small">{namespace}</tspan>}
      </text>
      <text x={174} y={baseline} className={narrow ? 'm i3 end detail' : 'i3 end detail'}>
        {type}
      </text>
      {!narrow && (level === 'fine' || level === 'middle') && (
        <text x={12} y={level === 'fine' ? 46 : 50} className={`m ip ${lit ? 'w5 ink kept' : 'i2'}`}>
          {shortenEnd(addressOf(view, marks.address, level === 'fine'), Math.floor(level === 'fine' ? 22 : 166 / (6.96 * k)))}
        </text>
      )}
      {form === 'open' && (level === 'fine' ? <Opened view={view} /> : <OpenedLarge view={view} />)}
    </svg>
  );
}

/** The first line: a long name leaves no room for the type, a very long one none for its namespace. */
function titleOf(view: ServiceView, narrow: boolean): { name: string; namespace: string; type: string } {
  const isLong = view.name.length > 11;
  const namespace = view.namespace === 'default' || view.system ? '' : ` .${shortenEnd(view.namespace, 6)}`;
  const type = narrow ? shortAddress(view) : isLong ? '' : typeOf(view);
  const name = narrow ? shortenMiddle(view.name, 10) : isLong ? fitMiddle(view.name, titleWidth, 14) : view.name;
  const isTight = isLong && !narrow && textWidth(name, 14) + textWidth(namespace) > titleWidth;
  return { name, namespace: isTight ? '' : namespace, type };
}

/** From the icon to the number of the why-chain. */
const titleWidth = 134;

/** From afar: the selector as a notch where its dots begin, and how many answer. */
function OpenedLarge({ view }: { view: ServiceView }) {
  const tag = selectorTag(view);
  const ready = view.endpoints.filter((endpoint) => endpoint.ready).length;
  return (
    <>
      <text x={12} y={88} className={endpointsClass(view)}>
        {view.endpoints.length === 0 ? 'no endpoints' : `${ready} ready`}
      </text>
      {tag && <path d={`M${tag.right - 10},56 h10 v16 h-10 l-5,-8 Z`} fill="var(--label)" stroke="var(--label)" strokeLinejoin="round" />}
    </>
  );
}

function Opened({ view }: { view: ServiceView }) {
  const tag = selectorTag(view);
  const ready = view.endpoints.filter((endpoint) => endpoint.ready).length;
  const not = view.endpoints.length - ready;
  const count = view.endpoints.length === 0 ? 'none' : `${ready} ready${not > 0 ? `, ${not} not` : ''}`;
  const nodePorts = nodePortText([view], 90 - textWidth(count));
  return (
    <g className="detail">
      <text x={12} y={68} className="i3">
        selector
      </text>
      {tag ? (
        <SelectorTag tag={tag} />
      ) : (
        <text x={76} y={68} className="i2">
          none
        </text>
      )}
      <text x={12} y={91} className="i3">
        endpoints
      </text>
      <text x={76} y={91} className={endpointsClass(view)}>
        {count}
      </text>
      {nodePorts !== null && (
        <text x={174} y={91} className="m i2 end">
          {nodePorts}
        </text>
      )}
    </g>
  );
}

/** None is a fault, but for an alias, which never has any. */
function endpointsClass({ type, endpoints }: ServiceView): string {
  if (endpoints.some((endpoint) => endpoint.ready)) return 'w5 ink';
  return type === 'ExternalName' ? 'i2' : 'w6 bad';
}

/** The selector's tag points left; its dots leave on the right. */
function SelectorTag({ tag }: { tag: { readonly text: string; readonly right: number } }) {
  return (
    <>
      <path
        d={`M76,55 H${tag.right} V73 H76 L70,64 Z`}
        fill="var(--labelbg)"
        stroke="var(--label)"
        strokeWidth={1.2}
        strokeLinejoin="round"
      />
      <text x={80} y={68.3} className="m w5 lab">
        {tag.text}
      </text>
    </>
  );
}

function iconOf(view: ServiceView): ObjectIconName {
  if (view.type === 'ClusterIP') return view.clusterIP === 'None' ? 'headless' : 'ClusterIP';
  return view.type;
}

function typeOf(view: ServiceView): string {
  return view.clusterIP === 'None' ? 'headless' : view.type;
}

function addressOf(view: ServiceView, carried: string | null, everyPort: boolean): string {
  const ports = [...new Set(view.ports.map((port) => port.port))].slice(0, everyPort ? undefined : 1).join(',');
  if (view.type === 'ExternalName') return view.externalName;
  if (view.type === 'LoadBalancer' && view.externalIP) return view.externalIP === '<pending>' ? '<pending>' : `${view.externalIP}:${ports}`;
  if (view.clusterIP === 'None') return 'no address';
  return carried?.includes(':') ? `[${carried}]:${ports}` : `${view.clusterIP}:${ports}`;
}

function shortAddress(view: ServiceView): string {
  return view.type === 'ExternalName' ? '' : view.clusterIP === 'None' ? 'headless' : view.clusterIP;
}
