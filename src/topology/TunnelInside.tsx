// The two walks of a packet through a machine at the end of a tunnel, drawn as a staircase: hooks on both floors, the
// tunnel's device between them with what it adds or takes off, and the open hook's chains.

import type { Walk } from '../protocol/messages.ts';
import { Columns } from './ChainColumn.tsx';
import { ConntrackTable, conntrackEntries } from './ConntrackTable.tsx';
import type { Followed } from './followed.ts';
import type { Cluster } from './graph.ts';
import { MemoryCard } from './MemoryCard.tsx';
import { Rewritten } from './Rewritten.tsx';
import { Run } from './Run.tsx';
import { TunnelAnatomy, TunnelRoom } from './TunnelAnatomy.tsx';
import { TunnelEdgeCard } from './TunnelEdgeCard.tsx';
import { TunnelHook, TunnelPart } from './TunnelPart.tsx';
import { anatomyOf } from './tunnel-anatomy.ts';
import type { FloorPlace, TunnelLayout } from './tunnel-layout.ts';
import type { Floor, TunnelModel } from './tunnel-model.ts';

export function TunnelInside({
  model,
  layout,
  followed,
  walk,
  cluster,
}: {
  model: TunnelModel;
  layout: TunnelLayout;
  followed: Followed;
  walk: Walk;
  cluster: Cluster;
}) {
  const { node } = model.inner.model;
  const anatomy = anatomyOf(followed, headersOf(model), cluster);
  const remembers = !model.isOuter && conntrackEntries(walk, followed, node.name).length > 0;
  return (
    <g>
      <rect {...layout.frame} rx={12} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.6} />
      <Ways layout={layout} />
      <FloorTitle floor={model.inner} place={layout.inner} text="Inner packet" about={model.wraps ? 'first walk' : 'second walk'} />
      <FloorTitle floor={model.outer} place={layout.outer} text="Outer packet" about={model.wraps ? 'second walk' : 'first walk'} />
      <FloorParts place={layout.inner} floor={model.inner} index={followed.index} isCurrent={!model.isOuter} />
      <FloorParts place={layout.outer} floor={model.outer} index={followed.index} isCurrent={model.isOuter} />
      <Device model={model} layout={layout} />
      <TunnelEdgeCard model={model} box={layout.card} />
      <Chains model={model} layout={layout} followed={followed} />
      <Leader layout={layout} />
      <TunnelAnatomy model={model} anatomy={anatomy} code={followed.packet.label} width={layout.width} />
      {remembers ? (
        <ConntrackTable walk={walk} followed={followed} node={node.name} width={layout.width} top={576} most={1} />
      ) : (
        <TunnelRoom anatomy={anatomy} mtu={model.device.mtu} width={layout.width} />
      )}
    </g>
  );
}

/** The addresses that the outer and the inner packet carry between the nodes. */
function headersOf({ wraps, edge: { source, destination } }: TunnelModel): { outside: string; carried: string } {
  const [old, now] = [`${source.old}->${destination.old}`, `${source.now}->${destination.now}`];
  return wraps ? { outside: now, carried: old } : { outside: old, carried: now };
}

function FloorTitle({ floor, place: { title }, text, about }: { floor: Floor; place: FloorPlace; text: string; about: string }) {
  const [first, last] = floor.hops;
  return (
    <text {...title} className="i3">
      <tspan className="w6 ink">{text}</tspan>
      <tspan dx={8}>{`${about}, ${first === last ? `hop ${first}` : `hops ${first}-${last}`}`}</tspan>
    </text>
  );
}

/** All runs of both floors, behind everything that they pass. */
function Ways({ layout }: { layout: TunnelLayout }) {
  return [layout.inner, layout.outer].flatMap(({ y, runs }) =>
    runs.map(({ from, to, progress }) => (
      <Run
        key={`${y} ${from}`}
        points={[
          { x: from, y },
          { x: to, y },
        ]}
        progress={progress}
      />
    )),
  );
}

function FloorParts({ place, floor, index, isCurrent }: { place: FloorPlace; floor: Floor; index: number; isCurrent: boolean }) {
  return place.parts.map((part) =>
    part.kind === 'hook' ? (
      <TunnelHook key={part.hook.hook} part={part} railY={place.y} index={index} open={isCurrent && part.hook === floor.model.open} />
    ) : (
      <TunnelPart key={`${part.kind} ${part.box.x}`} part={part} />
    ),
  );
}

/** The tunnel's device: the way through it, and what it does to the packet. */
function Device({ model, layout }: { model: TunnelModel; layout: TunnelLayout }) {
  const { device: box, inner, outer } = layout;
  const { device, wraps } = model;
  const x = box.x + box.width / 2;
  const colour = device.progress === 'ahead' ? 'var(--shape)' : 'var(--flow)';
  const upper = { x: wraps ? box.x : box.x + box.width, y: inner.y };
  const lower = { x: wraps ? box.x + box.width : box.x, y: outer.y };
  const middle = { x, y: inner.y };
  const corner = { x, y: outer.y };
  const way = wraps ? [upper, middle, corner, lower] : [lower, corner, middle, upper];
  const here = wraps ? 1 : 2;
  const words = wraps ? ['adds', 'bytes, and', 'sends anew'] : ['takes', 'bytes off, and', 'hands it up'];
  const added = Math.abs(Number(model.edge.bytes.now) - Number(model.edge.bytes.old));
  return (
    <g>
      <rect {...box} rx={10} fill="var(--sunk)" stroke={colour} strokeWidth={2} />
      {device.progress === 'here' ? (
        <>
          <Run points={way.slice(here)} progress="ahead" />
          <Run points={way.slice(0, here + 1)} progress="here" />
        </>
      ) : (
        <Run points={way} progress={device.progress} />
      )}
      <text x={x} y={box.y + 18} className="m head w7 mid ink">
        {device.name}
      </text>
      <rect x={box.x + 8} y={178} width={box.width - 16} height={64} rx={8} fill="var(--panel)" stroke="var(--ink2)" strokeWidth={1.6} />
      <text x={x} y={199} className="head w6 mid ink">
        {`${words[0]} ${added}`}
      </text>
      <text x={x} y={215} className="i2 mid">
        {words[1]}
      </text>
      <text x={x} y={231} className="i2 mid">
        {words[2]}
      </text>
      {device.mtu !== null && (
        <text x={x} y={box.y + box.height - 12} className="m i2 mid">
          {`mtu ${device.mtu}`}
        </text>
      )}
    </g>
  );
}

/** The chains of the open hook, and what stands under them. */
function Chains({ model, layout, followed }: { model: TunnelModel; layout: TunnelLayout; followed: Followed }) {
  const { chains, columns } = layout;
  const walk = (model.isOuter ? model.outer : model.inner).model;
  const { hop, rewrite, packet } = followed;
  const inHook = walk.standing?.at === 'hook';
  const table = walk.open?.table ?? walk.open?.tables.at(-1);
  const last = columns.at(-1);
  if (hop.kind === 'ct-nat')
    return (
      <g>
        <MemoryCard packet={packet} x={chains.x} y={chains.y} />
        {rewrite && <Rewritten rewrite={rewrite} x={chains.x} y={chains.y + 116} width={237} dashed />}
      </g>
    );
  if (!walk.open || !last) return null;
  return (
    <g className={inHook ? '' : 'past'}>
      <text x={chains.x} y={chains.y - 10} className="i3">
        <tspan className="m w6 i2">{`${table ? `${table} ` : ''}${walk.open.hook}`}</tspan>
        <tspan dx={8}>{model.isOuter ? "outer packet: the same rules, the nodes' addresses" : 'inner packet'}</tspan>
      </text>
      <Columns columns={walk.columns} boxes={columns} hook={walk.open.hook} inHook={inHook} />
      {inHook && rewrite && <Rewritten rewrite={rewrite} x={last.x} y={last.y + last.height + 4} width={last.width} small />}
    </g>
  );
}

/** From a packet to the station that it stands beside. */
function Leader({ layout: { packet, foot } }: { layout: TunnelLayout }) {
  if (packet.y === foot) return null;
  return <path d={`M${packet.x},${packet.y} V${foot}`} stroke="var(--flow)" strokeWidth={3} />;
}

/** Which machine, and that it makes two walks of one packet. */
export function tunnelWords({ wraps }: TunnelModel): string {
  return wraps
    ? 'VXLAN: one packet goes in, another leaves, and each walks the hooks'
    : 'VXLAN: the outer packet ends here, the inner one goes on';
}
