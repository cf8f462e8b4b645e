// A lock on the pod where TLS ends: up to there nobody on the way reads along, behind it the request is plain.

import type { Walk } from '../protocol/messages.ts';
import type { Layout } from './layout.ts';
import { tlsEnds } from './tls-ends.ts';

export function LockMarks({ walk, layout }: { walk: Walk; layout: Layout }) {
  return tlsEnds(walk).flatMap((pod) => {
    const box = layout.pods.get(`Pod/${pod}`)?.box;
    if (!box) return [];
    return (
      <g key={pod} transform={`translate(${box.x + box.width - 15},${box.y + 15})`}>
        <title>TLS ends here</title>
        <circle r={11} fill="var(--panel)" stroke="var(--f1)" strokeWidth={1.6} />
        <path d="M-3,-1 V-3.2 A3,3 0 0 1 3,-3.2 V-1" fill="none" stroke="var(--f1)" strokeWidth={1.8} />
        <rect x={-4.8} y={-1} width={9.6} height={7} rx={1.6} fill="var(--f1)" />
      </g>
    );
  });
}
