// The Intent zoom: client, Service, pod, and one sentence. Only here does the path run through a Service, as dots,
// because it is passed in name only; the panel below says where the packet really goes.

import { useCallback, useMemo } from 'react';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import type { Sprite } from './compositor.ts';
import { type DrawingProps, flowColour } from './drawing-props.ts';
import { followedAt, lookAt } from './followed.ts';
import { roundedTrack } from './geometry.ts';
import { type IntentModel, type IntentStation, intentModel } from './intent-model.ts';
import { worldDevices } from './layout.ts';
import { Stage } from './Stage.tsx';
import { useMotion } from './use-motion.ts';
import { deviceIcons } from './WorldDeviceMark.tsx';
import { worldNames } from './world-names.ts';

const box = { width: 264, height: 164, y: 128, pitch: 360, x: 50 } as const;
const lineY = 226;
const reallyY = 494;

export function IntentDrawing(props: DrawingProps) {
  const { objects, walk, position, flow = 1, theme, reducedMotion } = props;
  const followed = useMemo(() => followedAt(objects, walk, position), [objects, walk, position]);
  const model = useMemo(() => (followed && walk ? intentModel(followed, walk, objects) : null), [followed, walk, objects]);
  const xs = useMemo(() => (model ? stationXs(model) : []), [model]);
  const at = model ? placeOn(xs, model.progress) : 0;
  const route = useMemo(() => {
    if (!followed || !model || !walk) return null;
    const previous = followed.packet.hops[followed.index - 1];
    const before = previous && intentModel({ ...followed, index: followed.index - 1, hop: previous }, walk, objects);
    const from = before ? placeOn(xs, before.progress) : at;
    const track = roundedTrack(
      [
        { x: from, y: lineY },
        { x: at, y: lineY },
      ],
      0,
    );
    return { track, stops: followed.packet.hops.map((_, i) => (i < followed.index ? 0 : track.length)), from };
  }, [followed, model, walk, objects, xs, at]);
  const motion = useMotion({ followed, route }, { ...props, onArrive: props.onArrive });
  const sprites = useCallback((): Sprite[] => {
    if (!followed || !route || !model) return [];
    if (followed.verdict && followed.verdict !== 'delivered' && !motion.moving) return [];
    const x = route.from + Math.sign(at - route.from) * motion.distance;
    const look = { ...lookAt(followed.packet, followed.index, model.back ? 'left' : 'right', flow), ring: false };
    const small = model.stations.length > 1 ? [{ x, y: reallyY, look, size: packetSize(followed.packet.label, 25), alpha: 1 }] : [];
    return [
      { x, y: lineY, look, size: packetSize(followed.packet.label, 42), alpha: 1, placed: reducedMotion && !followed.rewrite },
      ...small,
    ];
  }, [followed, route, model, motion, flow, at, reducedMotion]);

  if (!followed || !model) return null;
  const failed = followed.verdict !== null && followed.verdict !== 'delivered';
  return (
    <div className="cluster-drawing intent-drawing nokey" style={flowColour(flow)}>
      <Stage
        width={1084}
        height={652}
        minZoom={0.62}
        maxZoom={1.5}
        focus={null}
        motion={motion}
        sprites={sprites}
        theme={theme}
        label={model.sentence}
      >
        <text x={50} y={27} className="head w6 ink">
          What you asked for
        </text>
        <text x={50} y={92} className="sentence ink">
          {model.sentence}
        </text>
        {model.stations.map((station, i) => (
          <Station
            key={station.name + station.kind}
            station={station}
            x={xs[i] ?? 0}
            stack={i === model.stations.length - 1 && station.kind !== 'Service' ? model.others : 0}
            failed={failed}
          />
        ))}
        <Ways model={model} xs={xs} at={at} />
        <Really model={model} xs={xs} at={at} />
        {followed.verdict && failed && (
          <g transform={`translate(${at},${lineY}) scale(1.8)`} className="verdict">
            <VerdictMark verdict={followed.verdict} />
          </g>
        )}
      </Stage>
    </div>
  );
}

/** Left edges: three stations stand at the pitch of the design, two at its ends. */
function stationXs(model: IntentModel): number[] {
  const count = model.stations.length;
  const pitch = count === 2 && model.stations[1]?.kind !== 'Service' ? box.pitch * 2 : box.pitch;
  return model.stations.map((_, i) => box.x + i * pitch);
}

/** From the first station's door to the last one's, by way of each middle. */
function placeOn(xs: readonly number[], progress: number): number {
  const points = xs.map((x, i) => (i === 0 ? x + box.width + 50 : i === xs.length - 1 && xs.length !== 2 ? x - 46 : x + box.width / 2));
  if (xs.length === 2) points[1] = (xs[1] ?? 0) - 46 + ((xs[1] ?? 0) - (xs[0] ?? 0) === box.pitch ? box.width / 2 + 46 : 0);
  const i = Math.min(points.length - 1, Math.floor(progress));
  const [a, b] = [points[i] ?? 0, points[i + 1] ?? points[i] ?? 0];
  return a + (b - a) * (progress - i);
}

function Station({ station, x, stack, failed }: { station: IntentStation; x: number; stack: number; failed: boolean }) {
  const isService = station.kind === 'Service';
  const colour = isService && failed ? 'var(--bad)' : 'var(--flow)';
  const icon =
    station.kind === 'Service'
      ? 'ClusterIP'
      : station.kind === 'pod'
        ? 'pod'
        : station.kind === 'node'
          ? 'node'
          : (worldIcon(station.name) ?? 'client');
  return (
    <g>
      {stack > 1 && (
        <rect
          x={x + 16}
          y={box.y - 16}
          width={box.width}
          height={box.height}
          rx={14}
          fill="var(--panel)"
          stroke="var(--shape)"
          strokeWidth={1.5}
        />
      )}
      {stack > 0 && (
        <rect
          x={x + 8}
          y={box.y - 8}
          width={box.width}
          height={box.height}
          rx={14}
          fill="var(--panel)"
          stroke="var(--shape)"
          strokeWidth={1.5}
        />
      )}
      <rect
        x={x}
        y={box.y}
        width={box.width}
        height={box.height}
        rx={14}
        fill="var(--panel)"
        stroke={colour}
        strokeWidth={2.4}
        strokeDasharray={isService ? '9 6' : undefined}
      />
      <g transform={`translate(${x + 34},${box.y + 36})`}>
        <ObjectMark name={icon} scale={1.4} />
      </g>
      <text x={x + 62} y={box.y + 43} className="station-name ink">
        {station.name}
      </text>
      <text x={x + 246} y={box.y + 42} className="what i3 end">
        {station.what}
      </text>
      <text x={x + 62} y={box.y + 66} className={`note ${station.kind === 'Service' || /^\d/.test(station.note) ? '' : 'm'} i2`}>
        {station.note}
      </text>
      <text x={x + 20} y={box.y + 148} className="m station-address i2">
        {station.address}
      </text>
    </g>
  );
}

/** Solid between stations, dots through a Service, hollow and dashed where the packet has yet to go. */
function Ways({ model, xs, at }: { model: IntentModel; xs: readonly number[]; at: number }) {
  const walkedTo = (x: number) => (model.back ? x >= at : x <= at);
  const parts = [];
  for (const [i, station] of model.stations.entries()) {
    const x = xs[i] ?? 0;
    const next = xs[i + 1];
    if (station.kind === 'Service') {
      const through: [number, number][] = i === model.stations.length - 1 ? [[x + 6, x + box.width / 2]] : [[x + 6, x + box.width - 6]];
      for (const [from, to] of through) {
        const cut = Math.max(from, Math.min(to, at));
        const [walked, ahead] = model.back
          ? [
              [cut, to],
              [from, cut],
            ]
          : [
              [from, cut],
              [cut, to],
            ];
        parts.push(
          <g key={`s${x}`}>
            <path d={`M${walked?.[0]},${lineY} H${walked?.[1]}`} strokeWidth={6} strokeDasharray="0.1 12" />
            <path d={`M${ahead?.[0]},${lineY} H${ahead?.[1]}`} strokeWidth={2.2} strokeDasharray="4 6" />
          </g>,
        );
      }
    }
    if (next === undefined) continue;
    const [from, to] = [x + box.width, next];
    const cut = Math.max(from, Math.min(to, at));
    const [walked, ahead] = model.back
      ? [
          [cut, to],
          [from, cut],
        ]
      : [
          [from, cut],
          [cut, to],
        ];
    parts.push(
      <g key={`w${x}`}>
        {(ahead?.[1] ?? 0) > (ahead?.[0] ?? 0) && (
          <>
            <path d={`M${ahead?.[0]},${lineY} H${ahead?.[1]}`} strokeWidth={7} />
            <path d={`M${ahead?.[0]},${lineY} H${ahead?.[1]}`} stroke="var(--canvas)" strokeWidth={4.4} />
          </>
        )}
        {(walked?.[1] ?? 0) > (walked?.[0] ?? 0) && <path d={`M${walked?.[0]},${lineY} H${walked?.[1]}`} strokeWidth={6} />}
        <text x={(from + to) / 2} y={lineY - 26} className="what w6 mid ink" stroke="none">
          {i === 0 ? `to ${model.stations[1]?.name ?? ''}`.slice(0, 12) : 'to one pod'}
        </text>
      </g>,
    );
  }
  const end = xs.at(-1) ?? 0;
  const isLastService = model.stations.at(-1)?.kind === 'Service';
  return (
    <g fill="none" stroke="var(--flow)" strokeLinecap="round">
      {parts}
      <circle
        cx={(xs[0] ?? 0) + box.width}
        cy={lineY}
        r={7}
        fill={walkedTo((xs[0] ?? 0) + box.width) ? 'var(--flow)' : 'var(--panel)'}
        strokeWidth={2.6}
      />
      {!isLastService && xs.length > 1 && (
        <circle cx={end} cy={lineY} r={7} fill={walkedTo(end - 47) && walkedTo(end) ? 'var(--flow)' : 'var(--panel)'} strokeWidth={2.6} />
      )}
    </g>
  );
}

const worldIcon = (name: string) => worldDevices.filter((device) => worldNames[device] === name).map((device) => deviceIcons[device])[0];

/** The same moment on real machines: where each station is, and that a Service is rules on one of them. */
function Really({ model, xs, at }: { model: IntentModel; xs: readonly number[]; at: number }) {
  const centres = xs.map((x) => x + box.width / 2);
  const service = model.stations.find((station) => station.kind === 'Service');
  const text = service
    ? `No packet visits a Service: it is a rule in the kernel of ${service.node ?? 'a node'}.`
    : `Addressed to ${model.stations.at(-1)?.kind === 'pod' ? 'the pod' : (model.stations.at(-1)?.name ?? 'it')} itself: no Service, no translation.`;
  return (
    <g>
      <rect x={26} y={352} width={1032} height={276} rx={14} fill="var(--sunk)" stroke="var(--line2)" strokeWidth={1.2} />
      <text x={50} y={386} className="really w6 ink">
        Where it really goes
      </text>
      <text x={220} y={386} className="what i2">
        {text}
      </text>
      {groupsOf(model.stations).map(({ node, from, to }) =>
        node === null ? null : (
          <g key={`${node} ${from}`}>
            <rect
              x={(centres[from] ?? 0) - 136}
              y={410}
              width={(centres[to] ?? 0) - (centres[from] ?? 0) + 272}
              height={146}
              rx={10}
              fill="var(--panel)"
              stroke="var(--shape)"
              strokeWidth={1.6}
            />
            <g transform={`translate(${(centres[from] ?? 0) - 112},430)`}>
              <ObjectMark name="node" scale={0.8} />
            </g>
            <text x={(centres[from] ?? 0) - 94} y={434.5} className="what w6 ink">
              {node}
            </text>
          </g>
        ),
      )}
      <g fill="none" stroke="var(--flow)">
        {centres.map((x) => (
          <path key={x} d={`M${x},296 V350 M${x},398 V450`} strokeWidth={2} strokeDasharray="4 5" strokeLinecap="round" />
        ))}
        <RealWay centres={centres} at={at} back={model.back} />
      </g>
      {model.stations.map((station, i) => (
        <g key={station.name + station.kind}>
          <rect
            x={(centres[i] ?? 0) - 88}
            y={452}
            width={176}
            height={84}
            rx={8}
            fill="var(--panel)"
            stroke="var(--flow)"
            strokeWidth={2}
          />
          <text x={(centres[i] ?? 0) - 74} y={474} className="what w6 ink">
            {station.really}
          </text>
          <text x={(centres[i] ?? 0) - 74} y={522} className="i2">
            {station.reallyNote}
          </text>
        </g>
      ))}
      <g fill="none" stroke="var(--flow)">
        {model.stations.map(
          (station, i) =>
            station.kind === 'Service' && (
              <RealWay
                key={station.name}
                centres={[(centres[i] ?? 0) - 88, (centres[i] ?? 0) + (i < centres.length - 1 ? 88 : 0)]}
                at={at}
                back={model.back}
              />
            ),
        )}
      </g>
      <text x={50} y={606} className="note i2">
        Same packet, same moment: Objects shows its machines, Wire its rules.
      </text>
    </g>
  );
}

function RealWay({ centres, at, back }: { centres: readonly number[]; at: number; back: boolean }) {
  const [from, to] = [centres[0] ?? 0, centres.at(-1) ?? 0];
  const cut = Math.max(from, Math.min(to, at));
  const [walked, ahead] = back
    ? [`M${cut},${reallyY} H${to}`, `M${from},${reallyY} H${cut}`]
    : [`M${from},${reallyY} H${cut}`, `M${cut},${reallyY} H${to}`];
  return (
    <>
      <path d={ahead} strokeWidth={5.5} />
      <path d={ahead} stroke="var(--panel)" strokeWidth={2.9} />
      <path d={walked} strokeWidth={4.5} />
    </>
  );
}

/** Neighbouring stations on one machine share its box. */
function groupsOf(stations: readonly IntentStation[]): { node: string | null; from: number; to: number }[] {
  const groups: { node: string | null; from: number; to: number }[] = [];
  for (const [i, station] of stations.entries()) {
    const last = groups.at(-1);
    if (last && last.node === station.node) groups[groups.length - 1] = { ...last, to: i };
    else groups.push({ node: station.node, from: i, to: i });
  }
  return groups;
}
