// A lock on the pod where TLS ends: up to there nobody on the way reads along, behind it the request is plain.

import type { Walk } from '../protocol/messages.ts';
import type { Layout } from './layout.ts';
import { tlsEnds } from './tls-ends.ts';
import type { WireLayout } from './wire-layout.ts';

export function LockMarks({ walk, layout, scale = 1 }: { walk: Walk; layout: Layout; scale?: number }) {
  return tlsEnds(walk).flatMap((pod) => {
    const box = layout.pods.get(`Pod/${pod}`)?.box;
    return box ? <Lock key={pod} x={box.x + box.width - 15 * scale} y={box.y + 15 * scale} scale={scale} /> : [];
  });
}

/** The same on the pods at the two doors of an opened machine. */
export function DoorLocks({ walk, layout }: { walk: Walk; layout: WireLayout }) {
  return [layout.from, layout.to].flatMap(({ door, netns }) => {
    const isEnd = door.kind === 'pod' && tlsEnds(walk).some((pod) => pod === door.pod);
    return isEnd && netns ? <Lock key={netns.x} x={netns.x + netns.width - 17} y={netns.y + netns.height - 17} /> : [];
  });
}

export function Lock({ x, y, scale = 1 }: { x: number; y: number; scale?: number }) {
  return (
    <g transform={`translate(${x},${y}) scale(${scale})`}>
      <title>TLS ends here</title>
      <circle r={11} fill="var(--panel)" stroke="var(--f1)" strokeWidth={1.6} />
      <path d="M-3,-1 V-3.2 A3,3 0 0 1 3,-3.2 V-1" fill="none" stroke="var(--f1)" strokeWidth={1.8} />
      <rect x={-4.8} y={-1} width={9.6} height={7} rx={1.6} fill="var(--f1)" />
    </g>
  );
}
