// Present mode: nothing on the screen but the machines on this packet's way, at a size for the back of the room.

import { useCallback, useMemo, useRef } from 'react';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import type { Sprite } from './compositor.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { endingOf, type Followed, followedAt, followedTitle, lookAt, packetTitle } from './followed.ts';
import { headingAt, pointAt } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { LockMarks } from './LockMarks.tsx';
import type { Layout, NodePlace, PodPlace, ServicePlace } from './layout.ts';
import { Chevrons, ErrorBack, PathLayer, RewriteMark, VerdictAt } from './PathLayer.tsx';
import { machinesOf, presentLayout, virtualLane } from './present-layout.ts';
import { type Lane, routePacket } from './routing.ts';
import { Stage } from './Stage.tsx';
import { pastRewrites } from './scene.ts';
import { type Station, stationOf } from './station-rows.ts';
import { endsOf, hostOf, monoWidth, shortenMiddle } from './text.ts';
import { useMotion } from './use-motion.ts';
import { deviceIcons } from './WorldDeviceMark.tsx';
import { worldNames } from './world-names.ts';

const strong = 1.55;

export function PresentDrawing(props: DrawingProps) {
  const { objects, walk, position, flow = 1, theme } = props;
  const cluster = useMemo(() => clusterOf(objects), [objects]);
  const followed = useMemo(() => followedAt(objects, walk, position), [objects, walk, position]);
  const last = useRef<Layout | null>(null);
  const layout = useMemo(() => {
    if (followed) last.current = presentLayout(followed, cluster);
    return last.current;
  }, [followed, cluster]);
  const route = useMemo(() => {
    if (!followed || !layout) return null;
    const lane: Lane = followed.packet.about !== undefined ? 'back' : followed.answers.length > 0 ? 'there' : 'middle';
    return routePacket(followed.packet, layout, lane);
  }, [followed, layout]);
  const motion = useMotion({ followed, route }, { ...props, onArrive: props.onArrive });
  const sprites = useCallback((): Sprite[] => {
    if (!followed || !route || (followed.verdict && !motion.moving)) return [];
    const heading = headingAt(route.track, motion.distance);
    const size = packetSize(followed.packet.label, 46);
    const index = motion.moving && followed.index > 0 ? followed.index - 1 : followed.index;
    const upright = heading === 'up' || heading === 'down';
    const look = { ...lookAt(followed.packet, index, heading, flow), ring: false };
    return [
      {
        ...pointAt(route.track, motion.distance),
        look,
        size: upright ? { width: size.width - 20, height: 66 } : size,
        alpha: 1,
        placed: props.reducedMotion && !followed.rewrite && followed.carried === null,
      },
    ];
  }, [followed, route, motion, flow, props.reducedMotion]);

  if (!layout) return null;
  const ground = {
    panels: [...layout.nodes.values()].map((each) => each.box),
    sunk: [...layout.nodes.values()].map((each) => each.station),
  };
  const label = followed ? `${followedTitle(followed)} on ${machinesOf(followed, cluster).join(' and ')}` : 'Cluster';
  return (
    <div className="cluster-drawing present-drawing nokey" style={flowColour(flow)}>
      <Stage
        width={layout.width}
        height={layout.height + 16}
        minZoom={0.3}
        maxZoom={1.5}
        motion={motion}
        sprites={sprites}
        theme={theme}
        label={label}
      >
        <rect {...virtualLane} height={layout.height} rx={14} fill="var(--sunk)" />
        <text x={60} y={34} className="p18 i2">
          Virtual: only rules
        </text>
        <Network layout={layout} />
        {[...layout.nodes].map(([name, node]) => (
          <Machine key={name} node={node} station={followed && stationOf(followed, name)} />
        ))}
        {[...layout.pods.values()].map((pod) => (
          <Pod key={pod.view.key} pod={pod} followed={followed} asker={`Pod/${walk?.from.replace(/^pod\//, '')}`} asks={walk?.to ?? ''} />
        ))}
        {[...layout.services.values()].map((service) => (
          <Service key={service.view.key} place={service} bad={followed?.verdict != null && followed.verdict !== 'delivered'} />
        ))}
        {followed && route && (
          <>
            <PathLayer
              track={route.track}
              motion={motion}
              ground={ground}
              fault={followed.packet.about !== undefined}
              hideAhead={followed.answers.length > 0}
              ended={followed.verdict !== null}
              strong={strong}
            />
            {followed.answers.length === 0 && <Chevrons track={route.track} from={route.stops[followed.index] ?? 0} strong={strong} />}
            {pastRewrites({ followed, route }, (route.stops[followed.index] ?? 0) - 24).map(({ at, kind }) => {
              const point = pointAt(route.track, at);
              return <RewriteMark key={at} x={point.x} y={point.y} kind={kind} />;
            })}
            {followed.verdict &&
              followed.answers.map((answer) => <ErrorBack key={answer.id} track={routePacket(answer, layout, 'back').track} />)}
          </>
        )}
        <Devices layout={layout} />
        {[...layout.nodes].map(([name, node]) => (
          <Port
            key={name}
            node={node}
            lit={followed?.packet.hops.some((hop) => hop.node === name && hop.kind === 'if' && hop.ifc === 'eth0') ?? false}
          />
        ))}
        {walk && <LockMarks walk={walk} layout={layout} scale={1.4} />}
        {followed && <Card followed={followed} layout={layout} />}
        {followed?.verdict && route && (
          <g
            transform={`translate(${pointAt(route.track, route.track.length).x + besideDevice(followed, layout)},${pointAt(route.track, route.track.length).y}) scale(1.7)`}
          >
            <VerdictAt verdict={endingOf(followed) ?? followed.verdict} x={0} y={0} />
          </g>
        )}
      </Stage>
    </div>
  );
}

function Machine({ node, station }: { node: NodePlace; station: Station | null }) {
  const { box, view } = node;
  const row = station?.rows.at(-1);
  const state = station?.state;
  return (
    <g>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={14} fill="var(--panel)" stroke="var(--shape)" strokeWidth={2} />
      <g transform={`translate(${box.x + 34},${box.y + 32})`}>
        <ObjectMark name="node" scale={1.2} />
      </g>
      <text x={box.x + 60} y={box.y + 39} className="p20 w6 ink">
        {view.name}
      </text>
      <text x={box.x + box.width - 24} y={box.y + 38} className="m p18 i3 end">
        {view.podCIDR}
      </text>
      <path
        d={`M${node.railX},${node.trackY} H${box.x} M${node.station.x + node.station.width},${node.trackY} H${node.cni0.x}`}
        stroke="var(--line2)"
        strokeWidth={5}
      />
      <rect
        x={node.station.x}
        y={node.station.y}
        width={node.station.width}
        height={node.station.height}
        rx={10}
        fill="var(--sunk)"
        stroke={state === 'ended' ? 'var(--bad)' : state === 'here' ? 'var(--flow)' : 'var(--shape)'}
        strokeWidth={state === 'here' || state === 'ended' ? 2.5 : 2}
      />
      <text x={node.station.x + 16} y={node.station.y + 28} className="p18 w6 ink">
        iptables
      </text>
      {station && (
        <text x={node.station.x + node.station.width - 16} y={node.station.y + 28} className="p18 i3 end">
          {station.table}
        </text>
      )}
      {row && state !== 'passed' && (
        <text
          x={node.station.x + 16}
          y={node.station.y + 56}
          className={`m p18 w6 ${row.tone === 'bad' ? 'bad' : row.tone === 'rewrite' || row.tone === 'memory' ? 'amb' : 'ink'}`}
        >
          {row.text}
        </text>
      )}
      <rect
        x={node.cni0.x}
        y={node.cni0.y}
        width={node.cni0.width}
        height={node.cni0.height}
        rx={10}
        fill="var(--panel)"
        stroke="var(--shape)"
        strokeWidth={2}
      />
      <text x={node.cni0.x + 32} y={node.cni0.y + 28} className="m p18 w5 mid i2">
        cni0
      </text>
    </g>
  );
}

function Pod({ pod, followed, asker, asks }: { pod: PodPlace; followed: Followed | null; asker: string; asks: string }) {
  const { x, y, height, width } = pod.box;
  const address = pod.view.address ?? 'no address';
  const rewritten = followed?.rewrite?.destination;
  const named = rewritten !== undefined && rewritten !== null && hostOf(rewritten.now) === pod.view.address;
  const tall = height > 100;
  const listens = pod.view.containers.flatMap((container) => container.listens)[0];
  const does = pod.view.key === asker ? asks : listens ? `listens on ${listens.slice(listens.lastIndexOf(':') + 1)}` : '';
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} rx={12} fill="var(--panel)" stroke="var(--flow)" strokeWidth={3} />
      <text x={x + 20} y={y + (tall ? 36 : 27)} className="p22 w6 ink">
        {shortenMiddle(pod.view.name, 17)}
      </text>
      {named && tall && (
        <rect
          x={x + 12}
          y={y + 49}
          width={monoWidth(address, 22) + 16}
          height={36}
          rx={7}
          fill="var(--amberbg)"
          stroke="var(--ambersh)"
          strokeWidth={2}
        />
      )}
      <text x={x + 20} y={y + (tall ? 75 : 52)} className={`m ${tall ? 'p22' : 'p18'} ${named ? 'w7 ink' : 'i2'}`}>
        {address}
      </text>
      {tall && (
        <text x={x + 20} y={y + 114} className="p18 i3">
          {shortenMiddle(does, 24)}
        </text>
      )}
    </g>
  );
}

function Service({ place, bad }: { place: ServicePlace; bad: boolean }) {
  const { x, y, width, height } = place.box;
  const { view } = place;
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={14}
        fill="var(--panel)"
        stroke={bad ? 'var(--bad)' : 'var(--flow)'}
        strokeWidth={2.5}
        strokeDasharray="9 7"
      />
      <g transform={`translate(${x + 32},${y + 33})`}>
        <ObjectMark name={view.type === 'ClusterIP' ? 'ClusterIP' : view.type} scale={1.25} />
      </g>
      <text x={x + 58} y={y + 40} className="p20 w6 ink">
        {`Service ${shortenMiddle(view.name, 13)}`}
      </text>
      <text x={x + 20} y={y + 84} className="m p22 w5 ink">
        {`${view.clusterIP}:${view.ports[0]?.port ?? ''}`}
      </text>
    </g>
  );
}

function Port({ node, lit }: { node: NodePlace; lit: boolean }) {
  const { x, y, width, height } = node.eth0;
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={8}
        fill="var(--panel)"
        stroke={lit ? 'var(--flow)' : 'var(--shape)'}
        strokeWidth={2.2}
      />
      <text x={x + width / 2} y={y + 26} className={`m p18 w6 mid ${lit ? 'flow' : 'i2'}`}>
        eth0
      </text>
    </g>
  );
}

function Network({ layout }: { layout: Layout }) {
  const [rail] = layout.rails;
  const used = layout.devices;
  if (!rail) return null;
  return (
    <g>
      <path d={`M${rail.x},${rail.top} V${rail.bottom}`} stroke="var(--shape)" strokeWidth={2.5} strokeLinecap="round" />
      {used[0] && <path d={`M${layout.world[used[0]].x},${layout.wireY} H${rail.x}`} stroke="var(--shape)" strokeWidth={2.5} />}
    </g>
  );
}

/** Drawn above paths, which lead through them. */
function Devices({ layout }: { layout: Layout }) {
  return layout.devices.map((device) => (
    <g key={device} transform={`translate(${layout.world[device].x},${layout.wireY})`}>
      <circle r={24} fill="var(--sunk)" />
      <ObjectMark name={deviceIcons[device]} scale={1.8} colour="var(--flow)" ground="var(--sunk)" />
      <text y={-32} className="p18 w6 mid ink">
        {worldNames[device]}
      </text>
    </g>
  ));
}

/** What a device did stands beside it, and does not hide it. */
function besideDevice({ hop, verdict }: Followed, { devices }: Layout): number {
  return verdict !== 'delivered' && devices.some((device) => device === hop.node) ? -72 : 0;
}

/** The one address that this packet is about: where it goes, or, as it is put back, where it came from. */
function Card({ followed, layout }: { followed: Followed; layout: Layout }) {
  const { hop, rewrite, verdict, packet } = followed;
  const change =
    rewrite && (packet.direction === 'reply' ? (rewrite.source ?? rewrite.destination) : (rewrite.destination ?? rewrite.source));
  const side = change ? (change === rewrite?.source ? 'source' : 'destination') : 'destination';
  const bad = verdict !== null && verdict !== 'delivered';
  const y = 52;
  const height = change ? 174 : 96;
  const station = hop.kind === 'if' ? undefined : layout.nodes.get(hop.node)?.station;
  const service = followed.service && layout.services.get(followed.service.key);
  const belongs = service && `${hop.addr} ${hop.addr_after ?? ''}`.includes(service.view.clusterIP) ? service.box : null;
  const colour = change ? 'var(--ambersh)' : bad ? 'var(--bad)' : 'var(--shape)';
  return (
    <g>
      <rect
        x={56}
        y={y}
        width={284}
        height={height}
        rx={14}
        className="lifted"
        fill="var(--panel)"
        stroke="var(--line2)"
        strokeWidth={1.5}
      />
      <text x={74} y={y + 33} className="p18 w6 i2">
        {`${packetTitle(packet)}, ${side}`}
      </text>
      {change ? (
        <g key={change.now}>
          <text x={74} y={y + 69} className="m p20 i3 struck">
            {change.old}
          </text>
          <path
            d={`M94,${y + 88} v18 m-8,-8 l8,8 l8,-8`}
            fill="none"
            stroke="var(--ambersh)"
            strokeWidth={3}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
          <rect x={66} y={y + 116} width={264} height={42} rx={7} fill="var(--amberbg)" stroke="var(--ambersh)" strokeWidth={2} />
          <text x={76} y={y + 145} className="m p22 w7 ink">
            {change.now}
          </text>
        </g>
      ) : (
        <text x={74} y={y + 71} className={`m p22 w6 ${bad ? 'bad' : 'ink'}`}>
          {endsOf(hop.addr).destination}
        </text>
      )}
      {belongs && (
        <path
          d={`M55,${y + 58} q-7,0 -7,7 V${belongs.y + 69} q0,7 7,7`}
          fill="none"
          stroke={bad ? 'var(--bad)' : 'var(--flow)'}
          strokeWidth={2.5}
          strokeDasharray="6 6"
        />
      )}
      {station && (change || bad) && (
        <>
          <path
            d={`M340,${y + (change ? 137 : 62)} H364 q12,0 12,-12 V${station.y + 44} q0,-12 12,-12 H${station.x}`}
            fill="none"
            stroke={colour}
            strokeWidth={2}
            className={station.y + 44 > y + 110 ? 'hidden' : ''}
          />
          <circle cx={station.x} cy={station.y + 32} r={5} fill={colour} />
        </>
      )}
    </g>
  );
}
