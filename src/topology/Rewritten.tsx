// What a rule or conntrack wrote into the packet: the old end struck out, the new one below it.

import type { Followed } from './followed.ts';
import { monoWidth } from './text.ts';

export function Rewritten({
  rewrite,
  x,
  y,
  width,
  dashed = false,
  small = false,
}: {
  rewrite: NonNullable<Followed['rewrite']>;
  x: number;
  y: number;
  width: number;
  /** From memory: no rule was asked. */
  dashed?: boolean;
  small?: boolean;
}) {
  const change = rewrite.destination ?? rewrite.source;
  if (!change) return null;
  const isLong = small || monoWidth(change.now, 16) > width - 46;
  const [height, first, second, arrow] = small ? [42, 17, 34, 12] : [60, 21, 46, 31];
  return (
    <g key={change.now}>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={10}
        fill="var(--amberbg)"
        stroke="var(--ambersh)"
        strokeWidth={1.6}
        strokeDasharray={dashed ? '6 4' : undefined}
      />
      <text x={x + (small ? 38 : 14)} y={y + first} className={isLong ? 'm i3 struck' : 'm old i3 struck'}>
        {change.old}
      </text>
      <path
        d={`M${x + 20},${y + arrow} v${small ? 18 : 14} m-4.5,-4.5 l4.5,4.5 l4.5,-4.5`}
        fill="none"
        stroke="var(--ambersh)"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <text x={x + 38} y={y + second} className={isLong ? 'm w7 ink' : 'm new w7 ink'}>
        {change.now}
      </text>
    </g>
  );
}
