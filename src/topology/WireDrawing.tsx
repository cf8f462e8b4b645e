// The Wire zoom: one machine opened. The packet tries rules, skips, matches, jumps and returns, with the rules' counters.

import { useCallback, useMemo } from 'react';
import type { NodeView, Walk } from '../protocol/messages.ts';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { type PacketLook, type PacketSize, packetShape, packetSize } from '../ui/glyphs/packet-shape.ts';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { ChainColumns } from './ChainColumns.tsx';
import { ConntrackTable } from './ConntrackTable.tsx';
import type { Sprite } from './compositor.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { type Followed, followedAt, followedTitle, lookAt, packetTitle } from './followed.ts';
import { type Point, pointAt, roundedTrack } from './geometry.ts';
import { type Cluster, clusterOf } from './graph.ts';
import { DoorBox, HookBoxes, RoutingDiamond } from './HookBoxes.tsx';
import { DoorLocks } from './LockMarks.tsx';
import { chainsOf } from './rule-summary.ts';
import { Spine } from './Spine.tsx';
import { Stage } from './Stage.tsx';
import { TunnelInside, tunnelWords } from './TunnelInside.tsx';
import { layoutTunnel, type TunnelLayout } from './tunnel-layout.ts';
import { type TunnelModel, tunnelModel } from './tunnel-model.ts';
import { useMotion } from './use-motion.ts';
import { layoutWire, type WireLayout, wireHeight } from './wire-layout.ts';
import { machineOf, type Progress, type WireModel, wireModel } from './wire-model.ts';

export function WireDrawing(props: DrawingProps) {
  const { objects, walk, position, flow = 1, theme, iptablesSave } = props;
  const cluster = useMemo(() => clusterOf(objects), [objects]);
  const followed = useMemo(() => followedAt(objects, walk, position), [objects, walk, position]);
  const shown = useMemo(() => (followed ? openedAt(followed, cluster, iptablesSave) : null), [followed, cluster, iptablesSave]);
  const route = useMemo(() => (followed && shown ? lastStep(followed, cluster, shown) : null), [followed, cluster, shown]);
  const motion = useMotion({ followed, route }, { ...props, onArrive: props.onArrive });
  const sprites = useCallback((): Sprite[] => {
    if (!followed || !route || !shown || (followed.verdict && followed.verdict !== 'delivered' && !motion.moving)) return [];
    const index = motion.moving && followed.index > 0 ? followed.index - 1 : followed.index;
    const look = lookAt(followed.packet, index, 'right', flow);
    const size = packetSize(followed.packet.label, 25);
    const { x, y } = pointAt(route.track, motion.distance);
    return [{ x: keptInside(x, shown.layout.width, look, size), y, look, size, alpha: 1, placed: props.reducedMotion }];
  }, [followed, route, shown, motion, flow, props.reducedMotion]);

  if (!followed || !walk) return null;
  if (!shown) return <p className="drawing-hint">{offNode(followed)}</p>;
  const { layout } = shown;
  const { node } = shown.kind === 'tunnel' ? shown.model.inner.model : shown.model;
  return (
    <div className="cluster-drawing wire-drawing nokey" style={{ ...flowColour(flow), ['--rule-ms' as string]: `${90 / props.speed}ms` }}>
      <Stage
        width={layout.width}
        height={wireHeight}
        minZoom={0.85}
        maxZoom={1.5}
        focus={layout.packet}
        motion={motion}
        sprites={sprites}
        theme={theme}
        label={`${node.name} from the inside, ${followedTitle(followed)}`}
      >
        <Heading node={node} about={shown.kind === 'tunnel' ? tunnelWords(shown.model) : aboutOne(shown.model)} />
        {shown.kind === 'tunnel' ? (
          <TunnelInside {...shown} followed={followed} walk={walk} cluster={cluster} />
        ) : (
          <MachineInside {...shown} followed={followed} walk={walk} />
        )}
        {followed.verdict && followed.verdict !== 'delivered' && (
          <g transform={`translate(${layout.packet.x},${layout.packet.y + 2})`} className="verdict">
            <VerdictMark verdict={followed.verdict} scale={1.3} />
          </g>
        )}
      </Stage>
    </div>
  );
}

/** One walk through one machine: hooks on a line, the open hook's chains, and the connections that it remembers. */
function MachineInside({ model, layout, followed, walk }: { model: WireModel; layout: WireLayout; followed: Followed; walk: Walk }) {
  return (
    <>
      <rect x={16} y={44} width={layout.width - 32} height={592} rx={12} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.6} />
      <Spine model={model} layout={layout} />
      <DoorBox place={layout.from} side="left" />
      <DoorBox place={layout.to} side="right" />
      <DoorLocks walk={walk} layout={layout} />
      <HookBoxes model={model} layout={layout} index={followed.index} />
      {layout.route && <RoutingDiamond at={layout.route} followed={followed} progress={routeProgress(model)} />}
      <ChainColumns model={model} layout={layout} followed={followed} />
      <ConntrackTable walk={walk} followed={followed} node={model.node.name} width={layout.width} />
    </>
  );
}

/** A packet at a door of the machine is wider than the door, in its tunnel most of all. */
function keptInside(x: number, width: number, look: PacketLook, size: PacketSize): number {
  const { outer } = packetShape(look, size);
  const margin = 30;
  const [left, right] = [outer?.left ?? size.width / 2, outer?.right ?? size.width / 2];
  return Math.min(width - margin - right, Math.max(margin + left, x));
}

/** A packet that no node ever sees. */
function offNode({ packet, hop }: Followed): string {
  const inPod = hop.kind === 'if' && hop.ifc === 'lo';
  return inPod
    ? `This packet never leaves ${hop.node}: no hook of a node sees it.`
    : `${packetTitle(packet)} stays outside of the nodes: none of their hooks sees it.`;
}

type Opened =
  | { readonly kind: 'machine'; readonly model: WireModel; readonly layout: WireLayout }
  | { readonly kind: 'tunnel'; readonly model: TunnelModel; readonly layout: TunnelLayout };

function openedAt(followed: Followed, cluster: Cluster, save: DrawingProps['iptablesSave']): Opened | null {
  const place = machineOf(followed, cluster);
  if (!place) return null;
  const reading = { followed, cluster, chains: chainsOf(save?.[place.node.name] ?? '') };
  const tunnel = tunnelModel(reading);
  if (tunnel) return { kind: 'tunnel', model: tunnel, layout: layoutTunnel(tunnel) };
  const model = wireModel(reading);
  return model && { kind: 'machine', model, layout: layoutWire(model) };
}

/** The packet's last step as a track, from where it stood on this machine a hop ago. */
function lastStep(followed: Followed, cluster: Cluster, now: Opened) {
  const { packet, index } = followed;
  const hop = packet.hops[index - 1];
  const before = hop && openedAt({ ...followed, index: index - 1, hop, rewrite: null, verdict: null }, cluster, undefined);
  const from = before && nodeOf(before) === nodeOf(now) ? before : now;
  const track = roundedTrack(wayBetween(from, now), 8);
  return { track, stops: packet.hops.map((_, i) => (i < index ? 0 : track.length)) };
}

function nodeOf({ model }: Opened): string {
  return 'inner' in model ? model.inner.model.node.name : model.node.name;
}

/** On a staircase by the floors and the device's stairs; else straight on. */
function wayBetween(from: Opened, to: Opened): Point[] {
  const [a, b] = [from.layout.packet, to.layout.packet];
  if (from.kind !== 'tunnel' || to.kind !== 'tunnel' || (a.x === b.x && a.y === b.y)) return [a, b];
  const stairs = to.layout.device.x + to.layout.device.width / 2;
  const floors =
    from.layout.rail === to.layout.rail
      ? []
      : [
          { x: stairs, y: from.layout.rail },
          { x: stairs, y: to.layout.rail },
        ];
  return [a, { x: a.x, y: from.layout.rail }, ...floors, { x: b.x, y: to.layout.rail }, b];
}

function aboutOne(model: WireModel): string {
  return model.bridged ? 'bridged within the node: no route, the TTL stays' : 'one kernel, rules as this packet meets them';
}

function Heading({ node, about }: { node: NodeView; about: string }) {
  return (
    <g>
      <text x={18} y={27} className="i2 head">
        Cluster
      </text>
      <path
        d="M71.5,19 l3.5,3.5 l-3.5,3.5"
        fill="none"
        stroke="var(--ink3)"
        strokeWidth={1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <g transform="translate(94,22.5)">
        <ObjectMark name="node" scale={0.8} />
      </g>
      <text x={111} y={27} className="head w6 ink">
        {node.name}
      </text>
      <text x={119 + node.name.length * 7.4} y={27} className="m i3">
        {node.address}
      </text>
      <text x={300} y={27} className="i3">
        {about}
      </text>
    </g>
  );
}

function routeProgress(model: WireModel): Progress {
  const [forward, input] = [model.hooks.find((box) => box.hook === 'FORWARD'), model.hooks.find((box) => box.hook === 'INPUT')];
  const after = forward?.progress !== 'off' ? forward?.progress : input?.progress;
  return after ?? 'off';
}
