// An Ingress or a NetworkPolicy: dashed, because it exists only as rules.

import { Gate } from '../ui/glyphs/Gate.tsx';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import type { RulesPlace } from './rules-boxes.ts';
import { monoWidth, shortenEnd, shortenMiddle } from './text.ts';

export function RulesBox({ place, selected }: { place: RulesPlace; selected: boolean }) {
  const { view, box, state } = place;
  const ground = selected ? 'var(--f1bg)' : 'var(--panel)';
  const lit = state === 'failed' ? 'var(--bad)' : 'var(--flow)';
  return (
    <svg width={box.width} height={box.height} className="over" aria-hidden="true">
      <rect
        width={box.width}
        height={box.height}
        rx={10}
        fill={ground}
        stroke={selected ? 'var(--f1)' : state === 'calm' ? 'var(--shape)' : lit}
        strokeWidth={selected || state !== 'calm' ? 2 : 1.5}
        strokeDasharray="7 5"
      />
      <g transform="translate(20,17)">
        {state === 'failed' ? (
          <Gate state="closed" scale={0.7} ground={ground} />
        ) : (
          <ObjectMark name={view.kind === 'Ingress' ? 'Ingress' : 'NetworkPolicy'} scale={0.8} ground={ground} />
        )}
      </g>
      <text x={38} y={21} className="name service w6 ink">
        {shortenMiddle(view.name, view.kind === 'Ingress' ? 12 : 18)}
      </text>
      {view.kind === 'Ingress' ? <IngressLine summary={view.summary} /> : <GuardLine summary={view.summary} namespace={view.namespace} />}
    </svg>
  );
}

/** `shop.example at 192.168.56.240: / to web:80`, as host and first path. */
function IngressLine({ summary }: { summary: string }) {
  const [, hosts, path, service] = summary.match(/^(\S+) at .*: (\S+) to (\S+)$/) ?? [];
  const text = service ? `${hosts}${path} -> ${service}` : (summary.split(' at ', 1)[0] ?? '');
  return (
    <>
      <text x={174} y={21} className="i3 end detail">
        Ingress
      </text>
      <text x={12} y={41} className="m i2 detail">
        {shortenEnd(text, 23)}
      </text>
    </>
  );
}

/** `guards app=web`: the labels as a tag. */
function GuardLine({ summary, namespace }: { summary: string; namespace: string }) {
  const [, label = ''] = summary.match(/^guards (\S+=\S+)$/) ?? [];
  const text = shortenEnd(label, 14);
  const right = 66 + monoWidth(text) + 8;
  if (!label) {
    const isIdle = summary.startsWith('not enforced');
    return (
      <text x={12} y={41} className={isIdle ? 'w5 detail' : 'i3 detail'} fill={isIdle ? 'var(--amber)' : undefined}>
        {isIdle ? 'not enforced by the CNI' : shortenEnd(summary.replace('of its namespace', `in ${namespace}`), 28)}
      </text>
    );
  }
  return (
    <g className="detail">
      <text x={12} y={41} className="i3">
        guards
      </text>
      <path d={`M62,28 H${right} V46 H62 L56,37 Z`} fill="var(--labelbg)" stroke="var(--label)" strokeWidth={1.2} strokeLinejoin="round" />
      <text x={66} y={41.3} className="m w5 lab">
        {text}
      </text>
    </g>
  );
}
