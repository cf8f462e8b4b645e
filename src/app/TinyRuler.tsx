// The hop ruler small: a mark a hop, the rewrite as a diamond, what is walked in the flow's colour.

import { rewriteOf } from '../packet-trace/rewrite.ts';
import type { HopInView } from '../state/stepping.ts';

export function TinyRuler({ view, width = 360 }: { view: HopInView; width?: number }) {
  const { packet, hop } = view;
  const pitch = Math.min(9, width / packet.hops.length);
  return (
    <svg className="tiny-ruler" width={pitch * packet.hops.length + 12} height={22} aria-hidden="true">
      {packet.hops.map((passed, index) => {
        const x = 8 + index * pitch;
        const isReached = passed.n <= hop.n;
        if (rewriteOf(passed, packet.direction)) {
          return (
            <path
              key={passed.n}
              d={`M${x},2 l8,9 l-8,9 l-8,-9 Z`}
              fill={isReached ? 'var(--amberfill)' : 'var(--panel)'}
              stroke="var(--ambersh)"
              strokeWidth={1.8}
            />
          );
        }
        const width = Math.max(1.5, Math.min(4, pitch * 0.45));
        return (
          <rect
            key={passed.n}
            x={x - width / 2}
            y={4}
            width={width}
            height={14}
            rx={width / 2}
            fill={isReached ? 'var(--f1)' : 'var(--shape)'}
          />
        );
      })}
    </svg>
  );
}
