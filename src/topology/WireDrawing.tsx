// The Wire zoom: one machine opened. The packet tries rules, skips, matches, jumps and returns, with the rules' counters.

import { useCallback, useMemo } from 'react';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { ChainColumns } from './ChainColumns.tsx';
import { ConntrackTable } from './ConntrackTable.tsx';
import type { Sprite } from './compositor.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { type Followed, followedAt, followedTitle, lookAt, packetTitle } from './followed.ts';
import { pointAt, roundedPath, roundedTrack } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { DoorBox, HookBoxes, RoutingDiamond } from './HookBoxes.tsx';
import { DoorLocks } from './LockMarks.tsx';
import { chainsOf } from './rule-summary.ts';
import { Stage } from './Stage.tsx';
import { TunnelAnatomy } from './TunnelAnatomy.tsx';
import { anatomyOf, twoWalks } from './tunnel-anatomy.ts';
import { useMotion } from './use-motion.ts';
import { columnTop, layoutWire, railY, type WireLayout, wireHeight } from './wire-layout.ts';
import { type Progress, type WireModel, wireModel } from './wire-model.ts';

export function WireDrawing(props: DrawingProps) {
  const { objects, walk, position, flow = 1, theme, iptablesSave } = props;
  const cluster = useMemo(() => clusterOf(objects), [objects]);
  const followed = useMemo(() => followedAt(objects, walk, position), [objects, walk, position]);
  const shown = useMemo(() => (followed ? openedAt(followed, cluster, iptablesSave) : null), [followed, cluster, iptablesSave]);
  const route = useMemo(() => (followed && shown ? lastStep(followed, cluster, shown) : null), [followed, cluster, shown]);
  const motion = useMotion({ followed, route }, { ...props, onArrive: props.onArrive });
  const sprites = useCallback((): Sprite[] => {
    if (!followed || !route || (followed.verdict && followed.verdict !== 'delivered' && !motion.moving)) return [];
    const index = motion.moving && followed.index > 0 ? followed.index - 1 : followed.index;
    return [
      {
        ...pointAt(route.track, motion.distance),
        look: lookAt(followed.packet, index, 'right', flow),
        size: packetSize(followed.packet.label, 25),
        alpha: 1,
        placed: props.reducedMotion,
      },
    ];
  }, [followed, route, motion, flow, props.reducedMotion]);

  if (!followed || !walk) return null;
  if (!shown) return <p className="drawing-hint">{offNode(followed)}</p>;
  const { model, layout } = shown;
  const anatomy = anatomyOf(followed);
  return (
    <div className="cluster-drawing wire-drawing nokey" style={{ ...flowColour(flow), ['--rule-ms' as string]: `${90 / props.speed}ms` }}>
      <Stage
        width={layout.width}
        height={wireHeight}
        minZoom={0.9}
        maxZoom={1.5}
        focus={layout.packet}
        motion={motion}
        sprites={sprites}
        theme={theme}
        label={`${model.node.name} from the inside, ${followedTitle(followed)}`}
      >
        <Heading model={model} layout={layout} followed={followed} />
        <Spine model={model} layout={layout} />
        <DoorBox place={layout.from} side="left" />
        <DoorBox place={layout.to} side="right" />
        <DoorLocks walk={walk} layout={layout} />
        <HookBoxes model={model} layout={layout} index={followed.index} />
        {layout.route && <RoutingDiamond at={layout.route} followed={followed} progress={routeProgress(model)} />}
        <ChainColumns model={model} layout={layout} followed={followed} />
        {followed.verdict && followed.verdict !== 'delivered' && (
          <g transform={`translate(${layout.packet.x},${layout.packet.y + 2})`} className="verdict">
            <VerdictMark verdict={followed.verdict} scale={1.3} />
          </g>
        )}
        {anatomy ? (
          <TunnelAnatomy anatomy={anatomy} code={followed.packet.label} width={layout.width} />
        ) : (
          <ConntrackTable walk={walk} followed={followed} node={model.node.name} width={layout.width} />
        )}
      </Stage>
    </div>
  );
}

/** A packet that no node ever sees. */
function offNode({ packet, hop }: Followed): string {
  const inPod = hop.kind === 'if' && hop.ifc === 'lo';
  return inPod
    ? `This packet never leaves ${hop.node}: no hook of a node sees it.`
    : `${packetTitle(packet)} stays outside of the nodes: none of their hooks sees it.`;
}

interface Opened {
  readonly model: WireModel;
  readonly layout: WireLayout;
}

function openedAt(followed: Followed, cluster: ReturnType<typeof clusterOf>, save: DrawingProps['iptablesSave']): Opened | null {
  const first = wireModel(followed, cluster, new Map());
  const text = first && save?.[first.node.name];
  const model = text ? wireModel(followed, cluster, chainsOf(text)) : first;
  return model && { model, layout: layoutWire(model) };
}

/** The packet's last step as a track of two points, from where it stood on this machine a hop ago. */
function lastStep(followed: Followed, cluster: ReturnType<typeof clusterOf>, now: Opened) {
  const { packet, index } = followed;
  const hop = packet.hops[index - 1];
  const before = hop && openedAt({ ...followed, index: index - 1, hop, rewrite: null, verdict: null }, cluster, undefined);
  const from = before && before.model.node.name === now.model.node.name ? before.layout.packet : now.layout.packet;
  const track = roundedTrack([from, now.layout.packet], 0);
  return { track, stops: packet.hops.map((_, i) => (i < index ? 0 : track.length)) };
}

function Heading({ model, layout, followed }: { model: WireModel; layout: WireLayout; followed: Followed }) {
  const walks = twoWalks(followed);
  const about = walks
    ? `VXLAN, two walks through one kernel: inner packet ${walks.inner}, outer ${walks.outer}`
    : 'one kernel, rules as this packet meets them';
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
        {model.node.name}
      </text>
      <text x={119 + model.node.name.length * 7.4} y={27} className="m i3">
        {model.node.address}
      </text>
      <text x={300} y={27} className="i3">
        {model.bridged ? 'bridged within the node: no route, the TTL stays' : about}
      </text>
      <rect x={16} y={44} width={layout.width - 32} height={592} rx={12} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.6} />
    </g>
  );
}

function routeProgress(model: WireModel): Progress {
  const [forward, input] = [model.hooks.find((box) => box.hook === 'FORWARD'), model.hooks.find((box) => box.hook === 'INPUT')];
  const after = forward?.progress !== 'off' ? forward?.progress : input?.progress;
  return after ?? 'off';
}

/** The way through the machine: thick where the packet has been, hollow where it will go, thin and grey elsewhere. */
function Spine({ model, layout }: { model: WireModel; layout: WireLayout }) {
  const { hooks, route, from, to, bar, processes } = layout;
  const progress = (hook: string) => model.hooks.find((box) => box.hook === hook)?.progress ?? 'off';
  const right = (box: { x: number; width: number }) => box.x + box.width;
  const first = from.netns ? right(from.netns) : right(from.port ?? { x: 16, width: 0 });
  const beforeRoute = bar ?? right(hooks.PREROUTING);
  const afterPre = progress('FORWARD') !== 'off' ? progress('FORWARD') : progress('INPUT');
  const enters = model.from.kind === 'process' ? 'off' : model.from.progress === 'here' ? 'here' : 'walked';
  const toPre = progress('PREROUTING') === 'off' ? (model.from.kind === 'process' ? 'off' : afterPre) : progress('PREROUTING');
  const lastStop = to.bridge?.x ?? to.veth?.x ?? to.port?.x ?? layout.width;
  const exits = model.to.kind === 'process' ? 'off' : model.to.progress;
  return (
    <g>
      {from.veth && (
        <Run
          points={[
            { x: first, y: railY },
            { x: from.veth.x, y: railY },
          ]}
          progress={enters}
        />
      )}
      <Run
        points={[
          { x: from.veth ? right(from.veth) : first, y: railY },
          { x: hooks.PREROUTING.x, y: railY },
        ]}
        progress={toPre === 'ahead' && enters === 'walked' ? 'ahead' : toPre}
      />
      {bar && (
        <Run
          points={[
            { x: right(hooks.PREROUTING), y: railY },
            { x: bar, y: railY },
          ]}
          progress={model.handedUp?.progress ?? 'off'}
        />
      )}
      {route ? (
        <>
          <Run
            points={[
              { x: beforeRoute, y: railY },
              { x: route.x - 38, y: railY },
            ]}
            progress={afterPre}
          />
          <Run
            points={[
              { x: route.x + 38, y: railY },
              { x: hooks.FORWARD.x, y: railY },
            ]}
            progress={progress('FORWARD')}
          />
          <Run
            points={[
              { x: route.x, y: railY + 34 },
              { x: route.x, y: 206 },
              { x: hooks.INPUT.x, y: 206 },
            ]}
            progress={progress('INPUT')}
          />
          <Run
            points={[
              { x: right(hooks.INPUT), y: 206 },
              { x: processes.x, y: 206 },
            ]}
            progress={progress('INPUT')}
          />
          <Run
            points={[
              { x: right(processes), y: 206 },
              { x: hooks.OUTPUT.x, y: 206 },
            ]}
            progress={progress('OUTPUT')}
          />
          <Run
            points={[
              { x: hooks.OUTPUT.x + 38, y: 192 },
              { x: hooks.OUTPUT.x + 38, y: 150 },
            ]}
            progress={progress('OUTPUT') === 'off' ? 'off' : progress('POSTROUTING')}
          />
        </>
      ) : (
        <Run
          points={[
            { x: right(hooks.PREROUTING), y: railY },
            { x: hooks.FORWARD.x, y: railY },
          ]}
          progress={progress('FORWARD')}
        />
      )}
      <Run
        points={[
          { x: right(hooks.FORWARD), y: railY },
          { x: hooks.POSTROUTING.x, y: railY },
        ]}
        progress={progress('FORWARD') === 'off' ? 'off' : progress('POSTROUTING')}
      />
      <Run
        points={[
          { x: right(hooks.POSTROUTING), y: railY },
          { x: lastStop, y: railY },
        ]}
        progress={exits}
      />
      {to.bridge && to.veth && (
        <Run
          points={[
            { x: right(to.bridge), y: railY },
            { x: to.veth.x, y: railY },
          ]}
          progress={exits}
        />
      )}
      {to.veth && to.netns && (
        <Run
          points={[
            { x: right(to.veth), y: railY },
            { x: to.netns.x, y: railY },
          ]}
          progress={exits}
        />
      )}
      {bar && (
        <path
          d={`M${bar},98 V126`}
          stroke={model.handedUp?.progress === 'ahead' ? 'var(--shape)' : 'var(--flow)'}
          strokeWidth={5}
          strokeLinecap="round"
        />
      )}
      {bar && model.handedUp && (
        <text x={bar} y={144} className="i3 mid">
          {`hop ${model.handedUp.n}`}
        </text>
      )}
      <DropLine model={model} layout={layout} />
    </g>
  );
}

/** From the open hook down to its first chain. */
function DropLine({ model, layout }: { model: WireModel; layout: WireLayout }) {
  const { open } = model;
  const [first] = layout.columns;
  if (!open || !first) return null;
  const box = layout.hooks[open.hook];
  const x = layout.drop[open.hook];
  const points = [
    { x, y: box.y + box.height },
    { x, y: 236 },
    { x: first.x + 20, y: 236 },
    { x: first.x + 20, y: columnTop },
  ];
  return <path d={roundedPath(points, 8)} fill="none" stroke="var(--flow)" strokeWidth={4} strokeLinecap="round" />;
}

function Run({ points, progress }: { points: readonly { x: number; y: number }[]; progress: Progress }) {
  const d = roundedPath(points, 8);
  const walked = progress === 'walked' || progress === 'here';
  if (progress === 'off') return <path d={d} fill="none" stroke="var(--shape)" strokeWidth={2} />;
  return (
    <g fill="none">
      <path d={d} stroke="var(--flow)" strokeWidth={walked ? 4 : 5} />
      {!walked && <path d={d} stroke="var(--panel)" strokeWidth={2.4} />}
    </g>
  );
}
