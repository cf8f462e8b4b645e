// A pod: one network namespace. Full cells show name, address, containers and the label that matters; small cells show
// the application, the last part of the address and the end of the name.

import { useContext } from 'react';
import type { PodView } from '../protocol/messages.ts';
import type { PodPlace } from './layout.ts';
import { LodContext } from './lod.ts';
import { fitMiddle, monoWidth, shortenEnd, textWidth } from './text.ts';

export interface PodMarks {
  /** Source or destination of the followed packet. */
  readonly lit: boolean;
  /** The address that this hop wrote into the packet is this pod's. */
  readonly named: boolean;
  /** The one of its addresses that the followed packet carries, else its first. */
  readonly address: string | null;
  readonly selected: boolean;
  readonly label: { readonly text: string; readonly matched: boolean } | null;
  /** For the Service in view: an endpoint, or selected and not ready. */
  readonly flag: 'endpoint' | 'candidate' | null;
}

export function PodCell({ place, marks }: { place: PodPlace; marks: PodMarks }) {
  const { width, height } = place.box;
  return (
    <svg width={width} height={height} className="over" aria-hidden="true">
      <PodOutline place={place} marks={marks} />
      {place.density === 'full' ? <FullCell pod={place.view} marks={marks} /> : <SmallCell pod={place.view} marks={marks} />}
    </svg>
  );
}

function PodOutline({ place, marks }: { place: PodPlace; marks: PodMarks }) {
  const { width, height } = place.box;
  const flagged = place.density !== 'full' && marks.flag !== null;
  const strong = marks.lit || marks.selected;
  return (
    <rect
      width={width}
      height={height}
      rx={place.density === 'full' ? 8 : 6}
      fill={marks.selected ? 'var(--f1bg)' : 'var(--panel)'}
      stroke={marks.selected ? 'var(--f1)' : marks.lit ? 'var(--flow)' : flagged ? 'var(--label)' : 'var(--shape)'}
      strokeWidth={strong || marks.flag === 'endpoint' ? (place.density === 'full' && !strong ? 1.3 : 2) : 1.3}
      strokeDasharray={marks.flag === 'candidate' || !place.view.address ? '4 3' : undefined}
    />
  );
}

function FullCell({ pod, marks }: { pod: PodView; marks: PodMarks }) {
  const { level, k } = useContext(LodContext);
  if (level !== 'fine') return <LargeType pod={pod} marks={marks} k={k} coarse={level !== 'middle'} />;
  const containers = containerText(pod);
  const broken = !isWell(pod);
  const chip = broken ? pod.status : containers;
  const room = broken ? 141 : 141 - Math.min(70, textWidth(chip) + 14) - 8;
  const matched = marks.label?.matched ?? false;
  const label = marks.label && (fitLabel(marks.label.text, room) ?? (matched ? fitLabel(marks.label.text, 141) : null));
  const labelAlone = label !== null && monoWidth(label) + 20 > room;
  const address = marks.address ?? 'no address';
  return (
    <>
      <text x={10} y={18} className="w6 ink">
        {fitMiddle(pod.name, 141)}
        {pod.name.length < 12 && <Suffix pod={pod} />}
      </text>
      {marks.named && <rect x={6} y={23} width={monoWidth(address) + 8} height={18} rx={4} fill="var(--amberbg)" stroke="var(--ambersh)" />}
      <text x={10} y={36} className={`m ip ${marks.named || marks.lit ? 'kept' : ''} ${marks.named ? 'w6 ink' : 'i2'}`}>
        {address}
      </text>
      {broken ? (
        <text x={10} y={55} className="bad w5">
          {shortenEnd(chip, 20)}
        </text>
      ) : labelAlone ? null : (
        <g className="detail">
          <rect x={9} y={43} width={Math.min(70, textWidth(chip) + 14)} height={16} rx={2} fill="var(--sunk)" stroke="var(--shape)" />
          <text x={16} y={55} className="i2">
            {shortenEnd(chip, 9)}
          </text>
        </g>
      )}
      {!broken && label && <LabelTag right={153} y={42} text={label} lit={matched} />}
    </>
  );
}

/** The same cell seen from afar: name and address in letters that can still be read, the label as a notch. */
function LargeType({ pod, marks, k, coarse }: { pod: PodView; marks: PodMarks; k: number; coarse: boolean }) {
  const address = marks.address ?? pod.status;
  return (
    <>
      <text x={10} y={coarse ? 40 : 26} className="w6 ink">
        {fitMiddle(pod.name, 144 / k)}
      </text>
      {!coarse && marks.named && (
        <rect
          x={5}
          y={51 - 14 * k}
          width={monoWidth(address, 12 * k) + 10}
          height={17.5 * k}
          rx={4}
          fill="var(--amberbg)"
          stroke="var(--ambersh)"
        />
      )}
      {!coarse && (
        <text x={10} y={51} className={isWell(pod) ? (marks.named ? 'm w6 ink' : 'm i2') : 'm w5 bad'}>
          {isWell(pod) ? address : shortenEnd(pod.status, Math.floor(20 / k))}
        </text>
      )}
      {marks.label?.matched && (
        <path
          d="M141,42.5 H151 L156,50.5 L151,58.5 H141 Z"
          fill="var(--label)"
          stroke="var(--label)"
          strokeWidth={1.3}
          strokeLinejoin="round"
        />
      )}
    </>
  );
}

function SmallCell({ pod, marks }: { pod: PodView; marks: PodMarks }) {
  const { level, k } = useContext(LodContext);
  const tail = /-[a-z0-9]{5}$/.test(pod.name) ? pod.name.slice(-5) : '';
  const lastOctet = pod.address?.slice(pod.address.lastIndexOf('.'));
  return (
    <>
      <text x={7} y={level === 'fine' ? 12.6 : 15 + 4 * k} className="w6 ink">
        {shortenEnd(shortName(pod), Math.floor((marks.flag ? 7 : 9) / k))}
      </text>
      <g className="detail">
        <text x={7} y={25.6} className={isWell(pod) ? 'm i2' : 'm bad'}>
          {lastOctet ?? 'pending'}
        </text>
        <text x={69} y={25.6} className="m i3 end tight">
          {lastOctet ? tail : ''}
        </text>
      </g>
      {marks.flag && (
        <path
          d="M61,4.5 H71 L76,9.5 L71,14.5 H61 Z"
          fill={marks.flag === 'endpoint' ? 'var(--label)' : 'var(--panel)'}
          stroke="var(--label)"
          strokeWidth={1.3}
          strokeLinejoin="round"
        />
      )}
    </>
  );
}

/** A label tag that points right, to where its selector's dots arrive. */
export function LabelTag({ right, y, text, lit }: { right: number; y: number; text: string; lit: boolean }) {
  const left = right + 4 - monoWidth(text) - 20;
  return (
    <g className="detail">
      <path
        d={`M${left},${y} H${right - 2} L${right + 4},${y + 8.5} L${right - 2},${y + 17} H${left} Z`}
        fill={lit ? 'var(--labelbg)' : 'var(--panel)'}
        stroke={lit ? 'var(--label)' : 'var(--shape)'}
        strokeWidth={1.2}
        strokeLinejoin="round"
      />
      <text x={left + 7} y={y + 12.8} className={lit ? 'm w5 lab' : 'm w5 i3'}>
        {text}
      </text>
    </g>
  );
}

function Suffix({ pod }: { pod: PodView }) {
  return pod.namespace !== 'default' && !pod.system ? <tspan className="w4 i3">{` .${shortenEnd(pod.namespace, 8)}`}</tspan> : null;
}

/** True while all is as it should be: the cell then shows its containers, else its status. */
export function isWell(pod: PodView): boolean {
  return pod.status === 'Running' || pod.status === 'Completed';
}

function containerText(pod: PodView): string {
  const [first, ...others] = pod.containers;
  return others.length > 0 ? `${first?.name ?? ''} +${others.length}` : (first?.name ?? '');
}

function shortName(pod: PodView): string {
  return pod.labels.app ?? pod.labels['k8s-app'] ?? pod.name.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '');
}

/** A label that is too long is shortened, and left out where little of it would remain. */
function fitLabel(text: string, room: number): string | null {
  const fits = (each: string) => monoWidth(each) + 20 <= room;
  if (fits(text)) return text;
  const most = Math.floor((room - 20) / 7.2);
  return most >= 8 ? shortenEnd(text, most) : null;
}
