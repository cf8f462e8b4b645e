// A node: its name and addresses, the iptables station with kube-proxy at its foot, and the bridge. Ports and wires are
// drawn above all boxes, in the wire layer.

import { useContext } from 'react';
import type { NodeView } from '../protocol/messages.ts';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { inside, type NodePlace, type PodPlace } from './layout.ts';
import { LodContext } from './lod.ts';
import type { PodMarks } from './PodCell.tsx';
import { rowPlace, type Station, type StationRow } from './station-rows.ts';
import { shortenEnd } from './text.ts';

export interface MachineMarks {
  readonly station: Station | null;
  readonly serviceCount: number;
  readonly selected: boolean;
  /** The followed packet is at the tunnel's device, or inside of its outer packet, on this machine. */
  readonly tunnelled: boolean;
  /** Cells too small to be boxes of their own. */
  readonly tiny: readonly { readonly place: PodPlace; readonly marks: PodMarks }[];
}

export function MachineBox({ place, marks }: { place: NodePlace; marks: MachineMarks }) {
  const { view, box } = place;
  const { level, k } = useContext(LodContext);
  const nameWidth = view.name.length * 8 * k;
  const far = level === 'far';
  const farSize = Math.min(14 * k, 240 / (view.name.length * 0.6));
  return (
    <svg width={box.width} height={box.height} className="over" aria-hidden="true">
      <rect
        width={box.width}
        height={box.height}
        rx={10}
        fill="var(--panel)"
        stroke={marks.selected ? 'var(--f1)' : 'var(--shape)'}
        strokeWidth={marks.selected ? 2 : 1.6}
        strokeDasharray={view.ready ? undefined : '6 4'}
      />
      {marks.selected && <path d="M1,30 V11 a10,10 0 0 1 10,-10 H429 a10,10 0 0 1 10,10 V30 Z" fill="var(--f1bg)" />}
      {!far && (
        <g transform="translate(22,19)">
          <ObjectMark name="node" scale={0.8} ground={marks.selected ? 'var(--f1bg)' : 'var(--panel)'} />
        </g>
      )}
      <text
        x={far ? 14 : 40}
        y={far ? 16 + farSize * 0.72 : level === 'fine' ? 23 : 26}
        className="name w6 ink"
        style={far ? { fontSize: farSize } : undefined}
      >
        {view.name}
      </text>
      <text x={48 + nameWidth} y={level === 'fine' ? 23 : 26} className="m i3 ip">
        {view.address}
      </text>
      {view.ready ? (
        <text x={inside.width - 26} y={23} className="m i3 end detail">
          {`podCIDR ${view.podCIDR || 'none'}`}
        </text>
      ) : (
        <NotReady k={k} far={far} />
      )}
      {!far && (
        <>
          <StationBox place={place} marks={marks} />
          <rect {...inside.cni0} rx={6} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.5} />
          <text
            transform={level === 'fine' ? `translate(${inside.cni0.x + 19},56)` : `translate(${inside.cni0.x + 14},82) rotate(90)`}
            className="m w5 mid i2"
          >
            cni0
          </text>
        </>
      )}
      {!far && level !== 'coarse' && <TunnelBar place={place} lit={marks.tunnelled} />}
      {marks.tiny.map(({ place: pod, marks: own }) => (
        <TinyPod key={pod.view.key} place={pod} marks={own} dx={-box.x} dy={-box.y} />
      ))}
      {place.overflow > 0 && <text x={inside.width - 26} y={185} className="i3 end">{`${place.overflow} more`}</text>}
    </svg>
  );
}

/** No heartbeat: a clock, and kubectl's word for as long as it can be read. */
function NotReady({ k, far }: { k: number; far: boolean }) {
  const scale = far ? 1.6 : 0.7 * k;
  return (
    <g>
      <g transform={`translate(${inside.width - 22},${far ? 26 : 18.5})`}>
        <VerdictMark verdict="timed-out" scale={scale} />
      </g>
      <text x={inside.width - 26 - 12 * scale} y={k === 1 ? 23 : 26} className="w6 end bad">
        NotReady
      </text>
    </g>
  );
}

/** flannel.1, on the machines that have it. */
function TunnelBar({ place, lit }: { place: NodePlace; lit: boolean }) {
  const device = place.view.interfaces.find((each) => each.kind === 'vxlan');
  if (!device) return null;
  const { x, y, width, height } = inside.tunnel;
  const colour = lit ? 'var(--flow)' : 'var(--shape)';
  return (
    <g className="detail">
      <path d={`M${x + width / 2},${y + height} V${inside.track}`} stroke={colour} strokeWidth={2} />
      <rect x={x} y={y} width={width} height={height} rx={4} fill="var(--panel)" stroke={colour} strokeWidth={lit ? 2 : 1.5} />
      <text transform={`translate(${x + width / 2 + 4.2},${y + height / 2}) rotate(-90)`} className={`m mid ${lit ? 'w6 flow' : 'w5 i2'}`}>
        {device.name}
      </text>
    </g>
  );
}

function StationBox({ place, marks }: { place: NodePlace; marks: MachineMarks }) {
  const { x, y, width, height } = inside.station;
  const { station } = marks;
  const { level, k } = useContext(LodContext);
  const low = level === 'fine' ? 0 : 5;
  const shown = level === 'fine' ? station?.rows : station?.rows.slice(-1);
  const stroke = station?.state === 'ended' ? 'var(--bad)' : station?.state === 'here' ? 'var(--flow)' : 'var(--shape)';
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={8}
        fill="var(--sunk)"
        stroke={stroke}
        strokeWidth={station && station.state !== 'passed' ? 2 : 1.3}
        {...(place.view.behind && { strokeDasharray: '2 3' })}
      />
      <text x={x + 10} y={y + 16 + low} className="w6 ink">
        iptables
      </text>
      {station ? (
        <g className={level === 'coarse' || level === 'far' ? 'detail' : ''}>
          <text x={x + width - 10} y={y + 16} className="m i3 end detail">
            {station.table}
          </text>
          {shown?.map((row, i) => (
            <Row key={row.text} row={row} y={level === 'fine' ? y + rowPlace.first + i * rowPlace.pitch : y + 54} k={k} />
          ))}
        </g>
      ) : (
        <g className={level === 'coarse' || level === 'far' ? 'detail' : ''}>
          <text x={x + 10} y={y + 39 + low * 2} className="i2">{`${place.view.ruleCount} rules`}</text>
          <text x={x + 10} y={y + 56} className="i3 detail">
            {marks.serviceCount === 1 ? 'for 1 Service' : `for ${marks.serviceCount} Services`}
          </text>
        </g>
      )}
      <path d={`M${x},${y + height - 22} H${x + width}`} stroke="var(--line)" />
      <g transform={`translate(${x + 14},${y + height - 11})`}>
        <ObjectMark name="kube-proxy" scale={0.7} colour="var(--ink3)" />
      </g>
      <text x={x + 26} y={y + height - 6} className={level === 'coarse' ? 'i3 detail' : 'i3'}>
        {proxyWords(place.view)}
      </text>
    </g>
  );
}

/** `behind by 3`: the rules of so many Services are older than the API server's objects. */
function proxyWords({ stopped, behind }: NodeView): string {
  if (stopped?.includes('kube-proxy')) return 'stopped';
  return behind ? `behind by ${behind.length}` : 'kube-proxy';
}

const rowColours: Readonly<Record<StationRow['tone'], { fill: string; stroke: string; text: string } | null>> = {
  plain: null,
  current: { fill: 'var(--f1bg)', stroke: 'none', text: 'm w6 ink' },
  rewrite: { fill: 'var(--amberbg)', stroke: 'var(--ambersh)', text: 'm w6 ink' },
  memory: { fill: 'var(--amberbg)', stroke: 'var(--ambersh)', text: 'm w6 ink' },
  bad: { fill: 'var(--badbg)', stroke: 'var(--bad)', text: 'm w6 bad' },
};

function Row({ row, y, k }: { row: StationRow; y: number; k: number }) {
  const { x, width } = inside.station;
  const colours = rowColours[row.tone];
  return (
    <>
      {colours && (
        <rect
          x={x + 5}
          y={y - 11.8 * k}
          width={width - 10}
          height={16 * k}
          rx={4}
          fill={colours.fill}
          stroke={colours.stroke}
          strokeWidth={1.2}
          strokeDasharray={row.tone === 'memory' ? '4 3' : undefined}
        />
      )}
      <text x={x + 10} y={y} className={colours?.text ?? 'm i2'}>
        {k === 1 ? row.text : shortenEnd(row.text, Math.floor(15.5 / k))}
      </text>
      {row.right && k === 1 && (
        <text x={x + width - 10} y={y} className="i2 end">
          {row.right}
        </text>
      )}
      {row.tone === 'memory' && k === 1 && (
        <g transform={`translate(${x + width - 21},${y - 4})`}>
          <ObjectMark name="conntrack" scale={0.72} colour="var(--ambersh)" ground="none" />
        </g>
      )}
    </>
  );
}

/** One of many: filled for an endpoint of the Service in view, dashed if selected and not ready, crossed if it does not run. */
function TinyPod({ place, marks, dx, dy }: { place: PodPlace; marks: PodMarks; dx: number; dy: number }) {
  const { x, y, width, height } = place.box;
  const ends = marks.lit || marks.selected;
  const down = place.view.status !== 'Running' && place.view.status !== 'Completed';
  return (
    <g transform={`translate(${x + dx},${y + dy})`} data-object={place.view.key}>
      <rect
        width={width}
        height={height}
        rx={3}
        fill={marks.flag === 'endpoint' ? 'var(--label)' : marks.selected ? 'var(--f1bg)' : 'var(--panel)'}
        stroke={down ? 'var(--bad)' : marks.selected ? 'var(--f1)' : ends ? 'var(--flow)' : marks.flag ? 'var(--label)' : 'var(--shape)'}
        strokeWidth={ends ? 2 : 1.2}
        strokeDasharray={marks.flag === 'candidate' ? '3 2' : undefined}
      />
      {down && <path d="M5,3.5 L11,9.5 M11,3.5 L5,9.5" stroke="var(--bad)" strokeWidth={1.4} strokeLinecap="round" />}
    </g>
  );
}
