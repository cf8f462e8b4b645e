// What a cell says, told by silhouette before colour: a check; an arrow that meets a bar at its start, at its end, or at
// both; a disc in part filled; an octagon; a dash.

import type { FoldedCell } from './fold.ts';

export function CellGlyph({ state }: { state: FoldedCell['state'] }) {
  return (
    <svg className={`cell-glyph cell-glyph-${tones[state]}`} viewBox="-9 -9 18 18" width={18} height={18} aria-hidden="true">
      {drawings[state]}
    </svg>
  );
}

const tones: Readonly<Record<FoldedCell['state'], 'good' | 'bad' | 'part' | 'quiet'>> = {
  o: 'good',
  e: 'bad',
  i: 'bad',
  b: 'bad',
  r: 'bad',
  m: 'part',
  p: 'part',
  n: 'quiet',
  '.': 'quiet',
};

const drawings: Readonly<Record<FoldedCell['state'], React.ReactNode>> = {
  o: <path d="M-5,0.4 L-1.6,3.8 L5,-3.6" />,
  e: <path d="M-6,-5.5 V5.5 M-3,0 H6 M3,-3 L6,0 L3,3" />,
  i: <path d="M6,-5.5 V5.5 M-6,0 H3 M0,-3 L3,0 L0,3" />,
  b: <path d="M-6,-5.5 V5.5 M6,-5.5 V5.5 M-3,0 H3 M0.4,-2.6 L3,0 L0.4,2.6" />,
  m: (
    <>
      <circle r={5.6} />
      <path d="M0,-5.6 A5.6,5.6 0 0 1 0,5.6 Z" className="cell-glyph-fill" />
    </>
  ),
  p: (
    <>
      <circle r={5.6} strokeDasharray="2.6 2" />
      <path d="M0,-5.6 A5.6,5.6 0 0 1 0,5.6 Z" className="cell-glyph-fill" />
    </>
  ),
  r: <path d="M-2.6,-6 H2.6 L6,-2.6 V2.6 L2.6,6 H-2.6 L-6,2.6 V-2.6 Z M-2.8,0 H2.8" />,
  n: <path d="M-4,0 H-1.2 M1.2,0 H4" />,
  '.': <circle r={1.2} className="cell-glyph-fill" />,
};
