// The outer packet laid open, where the hook diagram has its connections: which headers the tunnel added, and the inner
// packet with its nose, untouched until the other node.

import type { Anatomy, HeaderPart } from './tunnel-anatomy.ts';

const top = 544;
const height = 70;
const gap = 5;

export function TunnelAnatomy({ anatomy, code, width }: { anatomy: Anatomy; code: string; width: number }) {
  const { outer, inner, added, total } = anatomy;
  const parts = outer.length + inner.length;
  const room = width - 64 - 96 - gap * (parts + 1);
  const weight = (part: HeaderPart) => Math.max(...part.lines.map((line) => line.length), part.name.length + 4);
  const all = [...outer, ...inner].reduce((sum, part) => sum + weight(part), 0);
  const widths = [...outer, ...inner].map((part) => (room * weight(part)) / all);
  const left = (i: number) => 38 + widths.slice(0, i).reduce((sum, each) => sum + each + gap, 0) + (i >= outer.length ? 6 : 0);
  const innerLeft = left(outer.length) - 6;
  const innerEnd = left(parts) + 66;
  return (
    <g>
      <path d={`M16,512 H${width - 16}`} stroke="var(--line)" />
      <text x={32} y={534} className="head w6 ink">
        {anatomy.leaves ? 'What leaves eth0' : 'What came in'}
      </text>
      <text x={150} y={534} className="i3">
        {`${total} bytes: ${total - added - 14} from the pod, ${added} added, 14 of the link. Not to scale`}
      </text>
      <rect x={32} y={top} width={innerEnd + 8 - 32} height={height} rx={8} fill="var(--sunk)" stroke="var(--ink2)" strokeWidth={1.6} />
      <path
        d={`M${innerLeft},${top + 3} H${innerEnd - 24} L${innerEnd},${top + height / 2} L${innerEnd - 24},${top + height - 3} H${innerLeft} Z`}
        fill="var(--f1bg)"
        stroke="var(--flow)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      {[...outer, ...inner].map((part, i) => (
        <Part key={left(i)} part={part} x={left(i)} width={widths[i] ?? 0} isInner={i >= outer.length} />
      ))}
      <text x={innerEnd - 26} y={top + height / 2 + 5} className="w7 flow end">
        {code}
      </text>
      <text x={38} y={top + height + 18} className="i2">
        the outer packet, node to node
      </text>
      <text x={innerLeft + 6} y={top + height + 18} className="flow">
        the inner packet, pod to pod, untouched until the other node
      </text>
    </g>
  );
}

function Part({ part, x, width, isInner }: { part: HeaderPart; x: number; width: number; isInner: boolean }) {
  return (
    <g>
      <rect
        x={x}
        y={top + 7}
        width={width}
        height={height - 14}
        rx={6}
        fill="var(--panel)"
        stroke={isInner ? 'var(--flow)' : 'var(--shape)'}
        strokeWidth={1.4}
      />
      <text x={x + 8} y={top + 22} className="w6 ink">
        {part.name}
      </text>
      <text x={x + width - 8} y={top + 22} className="i3 end">
        {part.bytes}
      </text>
      {part.lines.map((line, i) => (
        <text key={line} x={x + 8} y={top + 38 + i * 15} className="m i2 tight">
          {line}
        </text>
      ))}
    </g>
  );
}
