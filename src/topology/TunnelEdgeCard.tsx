// What a tunnel's device makes of the header that routers read: before and after. Lit while the packet stands there.

import type { Change } from './followed.ts';
import type { Box } from './geometry.ts';
import { monoWidth, shortenMiddle } from './text.ts';
import type { TunnelModel } from './tunnel-model.ts';

const lineHeight = 17;

export function TunnelEdgeCard({ model, box }: { model: TunnelModel; box: Box }) {
  const { edge, device, wraps } = model;
  const isHere = device.progress === 'here';
  const isKnown = device.progress !== 'ahead';
  const letters = Math.floor((box.width - 62) / 7.2);
  const ends: [string, Change][] = [
    ['src', edge.source],
    ['dst', edge.destination],
  ];
  const ink = isKnown ? 'm w6 ink' : 'm i3';
  return (
    <g>
      <rect
        {...box}
        rx={10}
        fill={isHere ? 'var(--amberbg)' : 'var(--panel)'}
        stroke={isHere ? 'var(--ambersh)' : 'var(--line2)'}
        strokeWidth={isHere ? 1.6 : 1.2}
      />
      <text x={box.x + 12} y={box.y + 20} className={isHere ? 'w6 amb' : 'w6 i2'}>
        {`Hop ${device.n}: ${wraps ? 'wrapped' : 'unwrapped'}`}
      </text>
      {ends.map(([name, change], i) => {
        const y = box.y + 41 + i * 2 * lineHeight;
        return (
          <g key={name}>
            <text x={box.x + 12} y={y} className="m i3">
              {name}
            </text>
            <text x={box.x + 44} y={y} className={isKnown && !wraps ? 'm i3 struck' : 'm i3'}>
              <title>{change.old}</title>
              {shortenMiddle(change.old, letters)}
            </text>
            <path d={arrow(box.x + 19, y + 3)} fill="none" stroke={isHere ? 'var(--ambersh)' : 'var(--ink3)'} strokeWidth={1.6} />
            <text x={box.x + 44} y={y + lineHeight} className={ink}>
              <title>{change.now}</title>
              {shortenMiddle(change.now, letters)}
            </text>
          </g>
        );
      })}
      {edge.ttl && <Quantity name="ttl" change={edge.ttl} x={box.x + 12} y={box.y + box.height - 10} />}
      <Quantity name="bytes" change={edge.bytes} x={box.x + (edge.ttl ? 118 : 12)} y={box.y + box.height - 10} />
    </g>
  );
}

/** `ttl 63 -> 64` on one line. */
function Quantity({ name, change, x, y }: { name: string; change: Change; x: number; y: number }) {
  const end = x + monoWidth(`${name} ${change.old} `);
  return (
    <g>
      <text x={x} y={y} className="m i3">
        {`${name} ${change.old}`}
      </text>
      <path d={`M${end},${y - 4} h11 m-4,-4 l4,4 l-4,4`} fill="none" stroke="var(--ink3)" strokeWidth={1.6} />
      <text x={end + 18} y={y} className="m ink">
        {change.now}
      </text>
    </g>
  );
}

function arrow(x: number, y: number): string {
  return `M${x},${y} v11 m-4,-4 l4,4 l4,-4`;
}
