// Points, boxes, and polylines with rounded corners that know how far along each of their corners lies.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A polyline with rounded corners, flattened so that any part of it can be measured and drawn. */
export interface Track {
  readonly points: readonly Point[];
  /** How far from the start each flattened point lies. */
  readonly along: readonly number[];
  readonly length: number;
  /** For each corner that went in: how far from the start the packet passes it. */
  readonly stops: readonly number[];
}

const curveSteps = 6;

/** Rounds the corners of a polyline. A corner gets half of the shorter neighbouring side at most. */
export function roundedTrack(corners: readonly Point[], radius: number): Track {
  const points: Point[] = [];
  const along: number[] = [];
  const stops: number[] = [];
  let length = 0;
  const add = (point: Point) => {
    const last = points.at(-1);
    if (last) length += distance(last, point);
    points.push(point);
    along.push(length);
  };
  corners.forEach((corner, i) => {
    const before = corners[i - 1];
    const after = corners[i + 1];
    const turn = before && after ? bend(before, corner, after, radius) : null;
    if (!turn) {
      add(corner);
      stops.push(length);
      return;
    }
    for (let step = 0; step <= curveSteps; step++) {
      add(quadratic(turn.start, corner, turn.end, step / curveSteps));
      if (step === curveSteps / 2) stops.push(length);
    }
  });
  return { points, along, length, stops };
}

function bend(before: Point, corner: Point, after: Point, radius: number): { start: Point; end: Point } | null {
  const inLength = distance(before, corner);
  const outLength = distance(corner, after);
  const cut = Math.min(radius, inLength / 2, outLength / 2);
  const straight = (corner.x - before.x) * (after.y - corner.y) === (corner.y - before.y) * (after.x - corner.x);
  if (straight || cut < 0.5) return null;
  return { start: towards(corner, before, cut / inLength), end: towards(corner, after, cut / outLength) };
}

/** Where the track is at `at`, and which way it leads there. */
export function pointAt(track: Track, at: number): Point & { readonly dx: number; readonly dy: number } {
  const clamped = Math.max(0, Math.min(at, track.length));
  let i = 1;
  while (i < track.points.length - 1 && (track.along[i] as number) <= clamped) i++;
  const from = track.points[i - 1] ?? { x: 0, y: 0 };
  const to = track.points[i] ?? from;
  const span = distance(from, to);
  const point = span === 0 ? from : towards(from, to, (clamped - (track.along[i - 1] as number)) / span);
  return { ...point, dx: to.x - from.x, dy: to.y - from.y };
}

/** Which way a packet on the track looks. A short step up or down, as at a turn, does not turn it. */
export function headingAt(track: Track, at: number): 'left' | 'right' | 'up' | 'down' {
  const end = at >= track.length - 0.5;
  const here = pointAt(track, end ? at - 1 : at + 0.5);
  const isUpright = (dx: number, dy: number) => Math.abs(dy) > Math.abs(dx);
  const around = [pointAt(track, at - 22), here, pointAt(track, at + 22)];
  if (around.every(({ dx, dy }) => isUpright(dx, dy))) return here.dy > 0 ? 'down' : 'up';
  const level = isUpright(here.dx, here.dy) ? around.find(({ dx, dy }) => !isUpright(dx, dy)) : here;
  return (level?.dx ?? 1) < 0 ? 'left' : 'right';
}

/** The part of the track between two distances, as an SVG path. */
export function pathBetween(track: Track, from: number, to: number): string {
  if (to - from < 0.5) return '';
  const inner = track.points.filter((_, i) => (track.along[i] as number) > from && (track.along[i] as number) < to);
  return [pointAt(track, from), ...inner, pointAt(track, to)]
    .map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${tenth(x)},${tenth(y)}`)
    .join(' ');
}

/** A whole rounded polyline as an SVG path. */
export function roundedPath(corners: readonly Point[], radius: number): string {
  const track = roundedTrack(corners, radius);
  return pathBetween(track, 0, track.length);
}

export function contains(box: Box, { x, y }: Point): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** True if the boxes share any area. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function quadratic(a: Point, control: Point, b: Point, t: number): Point {
  return towards(towards(a, control, t), towards(control, b, t), t);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
