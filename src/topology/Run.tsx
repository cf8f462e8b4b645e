// A stretch of the way through a machine: thick where the packet has been, hollow where it will go, thin and grey elsewhere.

import { type Point, roundedPath } from './geometry.ts';
import type { Progress } from './wire-model.ts';

export function Run({ points, progress }: { points: readonly Point[]; progress: Progress }) {
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
