// A NetworkPolicy in a packet's way is a boom gate: up where it lets the packet pass, down where it does not.

/** The gate around 0,0, about 24 wide before `scale`. `ground` fills its hinge. */
export function Gate({ state, scale = 1, ground = 'var(--panel)' }: { state: 'open' | 'closed'; scale?: number; ground?: string }) {
  const colour = state === 'closed' ? 'var(--bad)' : 'var(--ink)';
  return (
    <g transform={`scale(${scale})`} fill="none" stroke={colour} strokeLinecap="round" strokeLinejoin="round">
      <path d="M-10,11 V-1 M10,11 V1" strokeWidth={2.4} />
      <path d={state === 'closed' ? 'M-10,-2.5 H13' : 'M-9,-2.5 L10,-11'} strokeWidth={3} />
      <circle cx={-10} cy={-2.5} r={3} fill={ground} strokeWidth={2} />
    </g>
  );
}
