// The way of the followed packet: solid where it has been, hollow where it will go, long dashes for an error on its way
// back. The walked end follows the packet while it moves, without a React render.

import { useId, useLayoutEffect, useRef } from 'react';
import { type Ending, VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { type Box, pathBetween, pointAt, type Track } from './geometry.ts';
import type { PacketMotion } from './motion.ts';

export interface PathGround {
  /** Boxes on whose colour the hollow path lies; elsewhere it lies on the canvas. */
  readonly panels: readonly Box[];
  readonly sunk: readonly Box[];
}

export function PathLayer({
  track,
  motion,
  ground,
  fault,
  hideAhead,
  ended,
  strong = 1,
}: {
  track: Track;
  motion: PacketMotion;
  ground: PathGround;
  /** An error's own way: red and dashed. */
  fault: boolean;
  hideAhead: boolean;
  /** The packet has come to its end, which a glyph marks: once it rests, the way is walked. */
  ended: boolean;
  strong?: number;
}) {
  const group = useRef<SVGGElement>(null);
  const clip = useId();

  useLayoutEffect(() => {
    const draw = () => {
      const reached = ended && !motion.moving ? track.length : motion.distance;
      const walked = pathBetween(track, 0, reached);
      const ahead = hideAhead ? '' : pathBetween(track, reached, track.length - 4);
      for (const path of group.current?.querySelectorAll('path[data-part]') ?? [])
        path.setAttribute('d', path.getAttribute('data-part') === 'walked' ? walked : ahead);
    };
    draw();
    return motion.subscribe(draw);
  });

  const start = pointAt(track, 0);
  const end = pointAt(track, track.length);
  const colour = fault ? 'var(--bad)' : 'var(--flow)';
  const core = 2.4 * strong;
  return (
    <g ref={group} fill="none" stroke={colour} strokeLinejoin="round" strokeLinecap="round">
      <clipPath id={`${clip}p`}>
        <Boxes boxes={ground.panels} />
      </clipPath>
      <clipPath id={`${clip}s`}>
        <Boxes boxes={ground.sunk} />
      </clipPath>
      {!fault && (
        <>
          <path data-part="ahead" strokeWidth={5 * strong} />
          <path data-part="ahead" stroke="var(--canvas)" strokeWidth={core} />
          <path data-part="ahead" stroke="var(--panel)" strokeWidth={core} clipPath={`url(#${clip}p)`} />
          <path data-part="ahead" stroke="var(--sunk)" strokeWidth={core} clipPath={`url(#${clip}s)`} />
          {!hideAhead && !ended && <circle cx={end.x - 1} cy={end.y} r={5 * strong} fill="var(--panel)" strokeWidth={2.2 * strong} />}
        </>
      )}
      <path data-part="walked" strokeWidth={(fault ? 2.6 : 4.5) * strong} strokeDasharray={fault ? '7 5' : undefined} />
      {!fault && <circle cx={start.x} cy={start.y} r={5 * strong} fill={colour} stroke="none" />}
    </g>
  );
}

function Boxes({ boxes }: { boxes: readonly Box[] }) {
  return boxes.map((box) => <rect key={`${box.x},${box.y}`} x={box.x} y={box.y} width={box.width} height={box.height} />);
}

/** Little arrows on the long upright runs of a way still to come. */
export function Chevrons({ track, from, strong = 1 }: { track: Track; from: number; strong?: number }) {
  const s = 4.5 * strong;
  const marks = uprightRuns(track).flatMap(({ start, end }) => {
    const [a, b] = [pointAt(track, start), pointAt(track, end)];
    const down = b.y > a.y ? 1 : -1;
    return (end - start > 110 ? [0.2, 0.72] : [0.5])
      .filter((share) => start + (end - start) * share > from)
      .map((share) => `M${a.x - s},${a.y + (b.y - a.y) * share - (down * s) / 2} l${s},${down * s} l${s},${-down * s}`);
  });
  return (
    <path d={marks.join(' ')} fill="none" stroke="var(--flow)" strokeWidth={2 * strong} strokeLinecap="round" strokeLinejoin="round" />
  );
}

function uprightRuns({ points, along }: Track): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let i = 1; i < points.length; i++) {
    if (points[i]?.x !== points[i - 1]?.x) continue;
    const [start, end] = [along[i - 1] as number, along[i] as number];
    const last = runs.at(-1);
    if (last && last.end === start) runs[runs.length - 1] = { start: last.start, end };
    else runs.push({ start, end });
  }
  return runs.filter(({ start, end }) => end - start > 56);
}

/** An error's way back to the sender, whole, with an arrow at its end. */
export function ErrorBack({ track }: { track: Track }) {
  const end = pointAt(track, track.length);
  const sign = Math.sign(end.dx) || 1;
  return (
    <g fill="none" stroke="var(--bad)" strokeWidth={2.6} strokeLinejoin="round" strokeLinecap="round">
      <path d={pathBetween(track, 0, track.length - 7)} strokeDasharray="7 5" />
      <path d={`M${end.x - sign * 11},${end.y - 4.5} l${sign * 4.5},4.5 l${-sign * 4.5},4.5`} />
    </g>
  );
}

export function VerdictAt({ verdict, x, y, scale }: { verdict: Ending; x: number; y: number; scale?: number }) {
  return (
    <g transform={`translate(${x},${y})`} className="verdict">
      <VerdictMark verdict={verdict} scale={scale ?? (verdict === 'delivered' || verdict === 'no-name' ? 0.78 : 1.2)} />
    </g>
  );
}

/** A past rewrite on the path: filled by a rule, hatched if put back by conntrack, empty if conntrack repeated it. */
export function RewriteMark({ x, y, kind }: { x: number; y: number; kind: 'rule' | 'put-back' | 'repeated' }) {
  const diamond = 'M0,-9 L9,0 L0,9 L-9,0 Z';
  return (
    <g transform={`translate(${x},${y})`} stroke="var(--ambersh)" strokeWidth={1.8} strokeLinejoin="round">
      <path d={diamond} fill={kind === 'rule' ? 'var(--amberfill)' : 'var(--panel)'} />
      {kind === 'put-back' && <path d="M-5,4 L4,-5 M-2,7 L7,-2 M-7,1 L1,-7" strokeWidth={1.3} fill="none" />}
    </g>
  );
}
