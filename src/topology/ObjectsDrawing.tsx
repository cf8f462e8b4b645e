// The Objects zoom: React Flow carries the view and the boxes; wires, paths and packets are our own layers over it.

import {
  type Node,
  type NodeProps,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef } from 'react';
import { isTunnel } from '../state/tunnel.ts';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import { later } from '../ui/later.tsx';
import type { Sprite } from './compositor.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { type Followed, lookAt } from './followed.ts';
import { headingAt, pathBetween, pointAt } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { HeaderCardBox } from './HeaderCardBox.tsx';
import { cardWidth, cardX } from './header-card.ts';
import { inside, type Layout, type NodePlace, type PodPlace, type ServicePlace } from './layout.ts';
import { type Lod, LodContext, lodAt } from './lod.ts';
import { MachineBox, type MachineMarks } from './MachineBox.tsx';
import type { PacketMotion } from './motion.ts';
import { PacketCanvas, type View } from './PacketCanvas.tsx';
import { Chevrons, ErrorBack, PathLayer, RewriteMark, VerdictAt } from './PathLayer.tsx';
import { PodCell, type PodMarks } from './PodCell.tsx';
import { gatesOf } from './policy-gates.ts';
import { besideSender, placeOf, type Route } from './routing.ts';
import type { RulesPlace } from './rules-boxes.ts';
import { ServiceBox, type ServiceMarks } from './ServiceBox.tsx';
import { pastRewrites, podMarks, type Scene, sceneOf } from './scene.ts';
import { selectorLines, selectorTag } from './selectors.ts';
import { assignSlots, noSlots } from './slots.ts';
import { useMotion } from './use-motion.ts';
import { fittingView, ViewControls } from './ViewControls.tsx';
import { LaneLayer, Ports, Selectors, VethWires, Wires } from './WireLayer.tsx';
import { WorldDeviceMark } from './WorldDeviceMark.tsx';

// Only where a packet meets a policy, or there is an Ingress.
const RulesBox = later(() => import('./RulesBox.tsx').then((module) => module.RulesBox));
const GateMarks = later(() => import('./GateMarks.tsx').then((module) => module.GateMarks));

type BoxData =
  | { readonly kind: 'machine'; readonly place: NodePlace; readonly marks: MachineMarks }
  | { readonly kind: 'pod'; readonly place: PodPlace; readonly marks: PodMarks }
  | { readonly kind: 'service'; readonly place: ServicePlace; readonly marks: ServiceMarks }
  | { readonly kind: 'rules'; readonly place: RulesPlace; readonly selected: boolean };
type BoxNode = Node<{ readonly box: BoxData; readonly name: string; readonly selected: boolean }>;

const Select = createContext<(key: string | null) => void>(() => {});

export function ObjectsDrawing(props: DrawingProps) {
  return (
    <ReactFlowProvider>
      <Select value={props.onSelect}>
        <Objects {...props} />
      </Select>
    </ReactFlowProvider>
  );
}

function Objects(props: DrawingProps) {
  const { objects, walk, position, selection, onSelect, theme, flow = 1 } = props;
  const kept = useRef(noSlots);
  const cluster = useMemo(() => clusterOf(objects), [objects]);
  const slots = useMemo(() => {
    kept.current = assignSlots(cluster, kept.current);
    return kept.current;
  }, [cluster]);
  const lod = useLod();
  const scene = useMemo(
    () => sceneOf(cluster, slots, { objects, walk, position, selection, k: lod.k }),
    [cluster, slots, objects, walk, position, selection, lod.k],
  );
  const nodes = useMemo(() => boxesOf(scene, cluster.services.length, selection), [scene, cluster, selection]);
  const motion = useMotion(scene, { ...props, onArrive: props.onArrive });
  const view = useView();
  const sprites = useCallback(() => spritesOf(scene, motion, flow, Math.min(1.35, lod.k)), [scene, motion, flow, lod.k]);
  return (
    <LodContext value={lod}>
      <div
        className={`cluster-drawing nokey ${lod.level} ${props.stale ? 'stale' : ''}`}
        style={{ ...flowColour(flow), ['--k' as string]: lod.k }}
      >
        <ReactFlow
          nodes={nodes}
          edges={[]}
          nodeTypes={nodeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          panActivationKeyCode={null}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          zoomActivationKeyCode={null}
          minZoom={0.15}
          maxZoom={2.5}
          onlyRenderVisibleElements={nodes.length > 300}
          onPaneClick={() => onSelect(null)}
          attributionPosition="bottom-left"
        >
          <Fit layout={scene.layout} />
          <ViewControls layout={scene.layout} />
          <Layers scene={scene} motion={motion} {...props} />
        </ReactFlow>
        <PacketCanvas motion={motion} view={view} sprites={sprites} theme={theme} />
      </div>
    </LodContext>
  );
}

function Layers({ scene, motion, ...props }: DrawingProps & { scene: Scene; motion: PacketMotion }) {
  const { layout, followed, route, inView } = scene;
  const ground = useMemo(() => {
    const places = [...layout.nodes.values()];
    return { panels: places.map((place) => place.box), sunk: places.map((place) => place.station) };
  }, [layout]);
  const services = useMemo(() => [...layout.services.values()].map((place) => place.view), [layout]);
  const last = route ? pointAt(route.track, route.track.length) : null;
  const gates = followed ? gatesOf(followed) : [];
  const sender = props.gaveUp ? props.walk?.packets[0]?.from : undefined;
  const clock = sender === undefined ? null : besideSender(sender, layout);
  const noMatch =
    inView && selectorTag(inView) && selectorLines(layout, inView).lines.length === 0 ? layout.services.get(inView.key) : undefined;
  return (
    <ViewportPortal>
      <LaneLayer layout={layout} />
      <svg className="over layer" width={layout.width} height={layout.height} aria-hidden="true">
        {inView && (
          <Selectors
            selector={selectorLines(layout, inView)}
            failed={noMatch ? { x: noMatch.box.x + (selectorTag(inView)?.right ?? 0) + 3, y: noMatch.box.y + 64 } : null}
          />
        )}
        <Wires layout={layout} />
        <VethWires layout={layout} />
        {scene.asked && <AskedPath asked={scene.asked} />}
        {followed && route && (
          <>
            <PathLayer
              track={route.track}
              motion={motion}
              ground={ground}
              fault={followed.packet.about !== undefined}
              hideAhead={followed.answers.length > 0}
            />
            {followed.answers.length === 0 && <Chevrons track={route.track} from={route.stops[followed.index] ?? 0} />}
            {pastRewrites(scene, route.stops[followed.index]).map(({ at, kind }) => {
              const point = pointAt(route.track, at);
              return <RewriteMark key={at} x={point.x} y={point.y} kind={kind} />;
            })}
          </>
        )}
        {scene.answers.map((answer) => (
          <ErrorBack key={answer.packet.id} track={answer.route.track} />
        ))}
        {layout.devices.map((device) => (
          <WorldDeviceMark
            key={device}
            device={device}
            at={layout.world[device]}
            lit={followed?.packet.hops.some((hop) => hop.node === device) ?? false}
          />
        ))}
        <Ports layout={layout} lit={scene.ports} services={services} />
        {gates.length > 0 && route && <GateMarks gates={gates} route={route} layout={layout} />}
        <CardLines scene={scene} />
        {followed?.verdict && last && <VerdictAt verdict={followed.verdict} x={last.x + verdictShift(scene)} y={verdictY(scene, last.y)} />}
        {clock && <VerdictAt verdict="timed-out" x={clock.x} y={clock.y} scale={0.85} />}
        {Object.entries(props.badges ?? {}).map(([key, badge]) => (
          <BadgeDisc key={key} at={boxOf(layout, key) ?? scene.rules.find((place) => place.view.key === key)?.box ?? null} badge={badge} />
        ))}
      </svg>
      {scene.card && <HeaderCardBox card={scene.card.content} x={cardX} y={scene.card.y} scale={scene.card.scale} />}
    </ViewportPortal>
  );
}

/** A delivery stands on the pod's wall, a refusal before it; what a device did stands beside it. */
function verdictShift({ followed, layout }: Scene): number {
  if (followed?.verdict === 'delivered') return -8;
  if (layout.pods.has(`Pod/${followed?.hop.node}`)) return -18;
  return layout.devices.some((device) => device === followed?.hop.node) ? 18 : 0;
}

/** Between the two lanes where an answer leaves from the same station. */
function verdictY({ layout, followed, answers }: Scene, y: number): number {
  return followed && answers.length > 0 && followed.hop.kind !== 'if' ? placeOf(followed.hop, layout).y : y;
}

/** The way of the packet that the followed one answers, and where it was refused. */
function AskedPath({ asked }: { asked: NonNullable<Scene['asked']> }) {
  const { track } = asked.route;
  const [start, end] = [pointAt(track, 0), pointAt(track, track.length)];
  return (
    <>
      <path
        d={pathBetween(track, 0, track.length)}
        fill="none"
        stroke="var(--flow)"
        strokeWidth={4.5}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx={start.x} cy={start.y} r={5} fill="var(--flow)" />
      {asked.verdict && <VerdictAt verdict={asked.verdict} x={end.x} y={end.y} />}
    </>
  );
}

/** From the card to the row that decided, and from the card to the Service that its address belongs to. */
function CardLines({ scene }: { scene: Scene }) {
  const { card, followed, layout } = scene;
  if (!card || !followed) return null;
  const bad = followed.verdict !== null && followed.verdict !== 'delivered';
  const x = cardX;
  const right = cardX + cardWidth;
  const rows = scene.stations.get(followed.hop.node)?.rows.length ?? 0;
  const node = followed.hop.kind === 'if' ? undefined : layout.nodes.get(followed.hop.node);
  const station = node?.station;
  const colour = followed.rewrite ? 'var(--ambersh)' : bad ? 'var(--bad)' : 'var(--shape)';
  const rowY = !station ? 0 : card.scale > 1 ? station.y + 50 : station.y + 31.3 + (Math.max(rows, 1) - 1) * 16.5;
  const height = card.content.height * card.scale;
  const from = Math.max(card.y + 14, Math.min(card.y + height - 14, rowY));
  // Behind flannel.1, where there is one.
  const [bar, beyond] = [(node?.box.x ?? 0) + inside.tunnel.x, (node?.box.x ?? 0) + inside.tunnel.x + inside.tunnel.width];
  const gap = node?.view.interfaces.some((each) => each.kind === 'vxlan') ? `H${bar} M${beyond},${rowY} ` : '';
  const elbow = `M${right},${from} ${from === rowY ? '' : `H301 V${rowY} `}${gap}H${(station?.x ?? 0) + 4}`;
  const service = followed.service ? layout.services.get(followed.service.key) : undefined;
  const belongs = service && isAddressed(scene) ? service : undefined;
  // A card that is enlarged reaches over the lane's edge: the dashes then leave from below it.
  const [a, b] = [card.scale > 1 ? card.y + height : card.y + 62, (belongs?.box.y ?? 0) + 42];
  return (
    <g fill="none" strokeLinejoin="round" strokeLinecap="round">
      {station && (
        <>
          <path d={elbow} stroke={colour} strokeWidth={1.6} />
          <circle cx={station.x + 5} cy={rowY} r={3} fill={colour} />
        </>
      )}
      {belongs && (
        <path
          d={`M${x - 1},${a} h-0.5 q-3.5,0 -3.5,${a < b ? 3.5 : -3.5} V${b + (a < b ? -3.5 : 3.5)} q0,${a < b ? 3.5 : -3.5} 3.5,${a < b ? 3.5 : -3.5} h2.5`}
          stroke={bad ? 'var(--bad)' : 'var(--flow)'}
          strokeWidth={2}
          strokeDasharray="4 4.5"
        />
      )}
    </g>
  );
}

/** True while the Service's address stands on the card. */
function isAddressed({ followed }: Scene): boolean {
  const service = followed?.service;
  if (!followed || !service) return false;
  const text = `${followed.hop.addr} ${followed.hop.addr_after ?? ''}`;
  return [service.clusterIP, service.externalIP, ...service.externalIPs].some((address) => address !== '' && text.includes(address));
}

function BadgeDisc({
  at,
  badge,
}: {
  at: { x: number; y: number; width: number } | null;
  badge: NonNullable<DrawingProps['badges']>[string];
}) {
  if (!at) return null;
  const colour = badge.tone === 'bad' ? 'var(--bad)' : 'var(--f1)';
  const filled = badge.role === 'cause';
  return (
    <g transform={`translate(${at.x + at.width - 2},${at.y + 2})`}>
      <circle r={10} fill="var(--canvas)" />
      <circle r={8} fill={filled ? colour : 'var(--panel)'} stroke={colour} strokeWidth={filled ? 0 : 2} />
      <text y={4} className="mid badge-number" style={{ fill: filled ? 'var(--panel)' : colour }}>
        {badge.number}
      </text>
    </g>
  );
}

function boxOf(layout: Layout, key: string) {
  const node = [...layout.nodes.values()].find((place) => place.view.key === key);
  return layout.pods.get(key)?.box ?? layout.services.get(key)?.box ?? node?.box ?? null;
}

/** The followed packet, and the errors that lie on their way back. `k` enlarges them where the drawing is shrunk. */
function spritesOf(scene: Scene, motion: PacketMotion, flow: number, k: number): Sprite[] {
  const { followed, route } = scene;
  if (!followed || !route) return [];
  const sprites: Sprite[] = scene.answers.map(({ packet, route: back }) => {
    // On a level stretch near its beginning, where its code can be read.
    const first = Math.min(58, back.track.length * 0.4);
    const along = [first, first + 30, first + 60, first + 90].find((each) => /left|right/.test(headingAt(back.track, each))) ?? first;
    const at = pointAt(back.track, along);
    const heading = headingAt(back.track, along);
    return {
      ...at,
      look: { ...lookAt(packet, 0, heading), filled: false },
      size: packetSize(packet.label, 20 * k),
      alpha: 1,
    };
  });
  const arrived = followed.verdict !== null && !motion.moving;
  if (!arrived) sprites.push(spriteAt(followed, route, motion, flow, k));
  return sprites;
}

function spriteAt(followed: Followed, { track }: Route, { distance, moving }: PacketMotion, flow: number, k: number): Sprite {
  const heading = headingAt(track, distance);
  const upright = heading === 'up' || heading === 'down';
  const size = packetSize(followed.packet.label, 24 * k);
  const { x, y } = pointAt(track, distance);
  return {
    x,
    y,
    look: lookAt(followed.packet, moving && followed.index > 0 ? followed.index - 1 : followed.index, heading, flow),
    size: upright ? { width: size.width - 12 * k, height: 36 * k } : size,
    alpha: 1,
  };
}

function boxesOf(scene: Scene, serviceCount: number, selection: string | null): BoxNode[] {
  const { layout, followed } = scene;
  const marks = podMarks(scene, selection);
  const failed = followed?.verdict != null && followed.verdict !== 'delivered';
  const boxes: BoxNode[] = [];
  const cells = [...layout.pods.values()];
  for (const [name, place] of layout.nodes) {
    const tiny = cells.filter((cell) => cell.density === 'tiny' && cell.node === name);
    const own = tiny.map((pod) => ({ place: pod, marks: marks.get(pod.view.key) as PodMarks }));
    const selected = place.view.key === selection;
    const box: BoxData = {
      kind: 'machine',
      place,
      marks: { station: scene.stations.get(name) ?? null, serviceCount, selected, tunnelled: isTunnelled(followed, name), tiny: own },
    };
    boxes.push(nodeOf(place.view.key, place.box, 0, box, `Node ${name}, ${place.view.address}`, selected));
  }
  for (const place of layout.services.values()) {
    const { key, name, type, clusterIP } = place.view;
    const state = key === followed?.service?.key ? (failed ? 'failed' : 'followed') : 'calm';
    const box: BoxData = { kind: 'service', place, marks: { state, selected: key === selection } };
    boxes.push(nodeOf(key, place.box, 1, box, `Service ${name}, ${type} ${clusterIP}`, key === selection));
  }
  for (const place of scene.rules) {
    const { key, name, kind, summary } = place.view;
    const selected = key === selection;
    boxes.push(nodeOf(key, place.box, 1, { kind: 'rules', place, selected }, `${kind} ${name}, ${summary}`, selected));
  }
  for (const place of layout.pods.values()) {
    if (place.density === 'tiny') continue;
    const { key, name, status, address, node } = place.view;
    const box: BoxData = { kind: 'pod', place, marks: marks.get(key) as PodMarks };
    const where = node ? `on ${node}` : 'on no node';
    boxes.push(
      nodeOf(key, place.box, place.raised ? 3 : 2, box, `Pod ${name}, ${address ?? 'no address'}, ${status}, ${where}`, key === selection),
    );
  }
  return boxes;
}

function isTunnelled(followed: Followed | null, node: string): boolean {
  const hop = followed?.hop;
  return hop?.node === node && (followed?.carried != null || (hop.kind === 'if' && isTunnel(hop.ifc)));
}

function nodeOf(
  id: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  zIndex: number,
  box: BoxData,
  name: string,
  selected: boolean,
): BoxNode {
  return { id, type: 'box', position: { x, y }, width, height, zIndex, data: { box, name, selected }, style: { pointerEvents: 'all' } };
}

/** Every box is a button: the keyboard reaches what the mouse does. */
function Box({ id, data }: NodeProps<BoxNode>) {
  const select = useContext(Select);
  const { box } = data;
  const choose = (event: React.MouseEvent) => {
    const inner = (event.target as Element).closest('[data-object]')?.getAttribute('data-object');
    select(inner ?? id);
  };
  return (
    <button type="button" className="box-button" aria-label={data.name} aria-pressed={data.selected} onClick={choose}>
      {box.kind === 'machine' && <MachineBox place={box.place} marks={box.marks} />}
      {box.kind === 'pod' && <PodCell place={box.place} marks={box.marks} />}
      {box.kind === 'service' && <ServiceBox place={box.place} marks={box.marks} />}
      {box.kind === 'rules' && <RulesBox place={box.place} selected={box.selected} />}
    </button>
  );
}

const nodeTypes = { box: Box };

/** Fits the drawing into its pane, until the reader moves the view. */
function Fit({ layout: all }: { layout: Layout }) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (width === 0 || height === 0) return;
    flow.setViewport(fittingView({ width: all.width, height: all.height }, width, height));
  }, [flow, width, height, all.width, all.height]);
  return null;
}

/** Changes only when the level does. */
function useLod(): Lod {
  const key = useStore((state) => JSON.stringify(lodAt(state.transform[2])));
  return useMemo(() => JSON.parse(key) as Lod, [key]);
}

function useView(): View {
  const store = useStoreApi();
  return useMemo(() => ({ transform: () => store.getState().transform, subscribe: (listener) => store.subscribe(listener) }), [store]);
}
