// What lies over and under the boxes of the Objects zoom: lanes, wires, selectors, the packet's path, ports, gates, its
// card and the numbers of the why-chain. The same on the still drawing and on the one that moves.

import { useMemo } from 'react';
import { later } from '../ui/later.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { clusterIPsOf, endingOf } from './followed.ts';
import { pathBetween, pointAt } from './geometry.ts';
import { HeaderCardBox } from './HeaderCardBox.tsx';
import { cardX } from './header-card.ts';
import type { Layout } from './layout.ts';
import { leaderOf, leaderPath } from './leader.ts';
import type { PacketMotion } from './motion.ts';
import { Chevrons, ErrorBack, PathLayer, RewriteMark, VerdictAt } from './PathLayer.tsx';
import { gatesOf } from './policy-gates.ts';
import { besideSender, placeOf } from './routing.ts';
import { pastRewrites, type Scene } from './scene.ts';
import { selectorLines, selectorTag } from './selectors.ts';
import { LaneLayer, Ports, Selectors, VethWires, Wires } from './WireLayer.tsx';
import { WorldDeviceMark } from './WorldDeviceMark.tsx';

// Only over TLS.
const LockMarks = later(() => import('./LockMarks.tsx').then((module) => module.LockMarks));
// Only where a packet meets a policy.
const GateMarks = later(() => import('./GateMarks.tsx').then((module) => module.GateMarks));

export function ObjectsLayers({ scene, motion, ...props }: DrawingProps & { scene: Scene; motion: PacketMotion }) {
  const { layout, followed, route, inView } = scene;
  const ground = useMemo(() => {
    const places = [...layout.nodes.values()];
    return { panels: places.map((place) => place.box), sunk: places.map((place) => place.station) };
  }, [layout]);
  const services = useMemo(() => [...layout.services.values()].map((place) => place.view), [layout]);
  const last = route ? pointAt(route.track, route.track.length) : null;
  const ending = followed && endingOf(followed);
  const gates = followed ? gatesOf(followed) : [];
  const isSecured = props.walk?.packets.some(({ label }) => label === 'TLS') ?? false;
  const sender = props.gaveUp ? props.walk?.packets[0]?.from : undefined;
  const clock = sender === undefined ? null : besideSender(sender, layout);
  const noMatch =
    inView && selectorTag(inView) && selectorLines(layout, inView).lines.length === 0 ? layout.services.get(inView.key) : undefined;
  return (
    <>
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
              ended={followed.verdict !== null}
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
        {isSecured && props.walk && <LockMarks walk={props.walk} layout={layout} />}
        <CardLines scene={scene} />
        {ending && last && <VerdictAt verdict={ending} x={last.x + verdictShift(scene)} y={verdictY(scene, last.y)} />}
        {clock && <VerdictAt verdict="timed-out" x={clock.x} y={clock.y} scale={0.85} />}
        {Object.entries(props.badges ?? {}).map(([key, badge]) => (
          <BadgeDisc key={key} at={boxOf(layout, key) ?? scene.rules.find((place) => place.view.key === key)?.box ?? null} badge={badge} />
        ))}
      </svg>
      {scene.card && <HeaderCardBox card={scene.card.content} x={cardX} y={scene.card.y} scale={scene.card.scale} />}
    </>
  );
}

/** A delivery stands on the pod's wall, a refusal before it; what a device did stands beside it. */
function verdictShift({ followed, layout }: Scene): number {
  if (followed?.verdict === 'delivered') return -8;
  if (layout.pods.has(`Pod/${followed?.hop.node}`)) return -18;
  return layout.devices.some((device) => device === followed?.hop.node) ? -48 : 0;
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
  const leader = leaderOf(scene);
  const end = leader?.at(-1);
  const colour = followed.rewrite ? 'var(--ambersh)' : bad ? 'var(--bad)' : 'var(--shape)';
  const height = card.content.height * card.scale;
  const service = followed.service ? layout.services.get(followed.service.key) : undefined;
  const belongs = service && isAddressed(scene) ? service : undefined;
  // A card that is enlarged reaches over the lane's edge: the dashes then leave from below it.
  const [a, b] = [card.scale > 1 ? card.y + height : card.y + 62, (belongs?.box.y ?? 0) + 42];
  return (
    <g fill="none" strokeLinejoin="round" strokeLinecap="round">
      {leader && end && (
        <>
          <path d={leaderPath(scene, leader)} stroke={colour} strokeWidth={1.6} />
          <circle cx={end.x + 1} cy={end.y} r={3} fill={colour} />
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
  return [...clusterIPsOf(service), service.externalIP, ...service.externalIPs].some((address) => address !== '' && text.includes(address));
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
