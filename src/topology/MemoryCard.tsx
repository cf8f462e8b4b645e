// Conntrack rewrote the packet: dashed, because no rule was asked.

import type { TracedPacket } from '../protocol/messages.ts';

export function MemoryCard({ packet, x, y }: { packet: TracedPacket; x: number; y: number }) {
  const lines =
    packet.direction === 'reply'
      ? ['This packet answers a connection', 'that a rule translated. Its entry', 'puts the address back: no rule asked.']
      : ['This connection was translated', 'by its first packet. Its entry', 'does it again: no rule is asked.'];
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={237}
        height={104}
        rx={8}
        fill="var(--amberbg)"
        stroke="var(--ambersh)"
        strokeWidth={1.6}
        strokeDasharray="6 4"
      />
      <text x={x + 12} y={y + 22} className="m w6 ink">
        conntrack
      </text>
      {lines.map((line, i) => (
        <text key={line} x={x + 12} y={y + 44 + i * 18} className="i2">
          {line}
        </text>
      ))}
    </g>
  );
}
