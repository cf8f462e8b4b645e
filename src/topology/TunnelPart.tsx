// The parts of a machine on one of its two floors: hooks with the hops that met them, the routing decision, and doors.

import { shortenMiddle } from './text.ts';
import { hookBoxOf, type Part } from './tunnel-layout.ts';
import type { HookBox, Progress } from './wire-model.ts';

const lit = (progress: Progress) => (progress === 'off' || progress === 'ahead' ? 'var(--shape)' : 'var(--flow)');

type HookPart = Part & { readonly kind: 'hook' };

/** A hook; within its bridge where the packet comes from a pod. */
export function TunnelHook({ part, railY, index, open }: { part: HookPart; railY: number; index: number; open: boolean }) {
  const { hook, bridge, progress } = part;
  const box = hookBoxOf(part);
  const middle = box.x + box.width / 2;
  return (
    <g>
      {bridge && <Bridge bridge={bridge} from={box.x + box.width} railY={railY} />}
      <rect
        {...box}
        rx={8}
        fill={open ? 'var(--f1bg)' : 'var(--panel)'}
        stroke={lit(progress)}
        strokeWidth={hook.progress === 'here' ? 2.2 : 1.4}
      />
      <text x={middle} y={box.y + 21} className="m w6 mid ink">
        {hook.hook}
      </text>
      <text x={middle} y={box.y + 39} className={hook.progress === 'here' ? 'w6 mid flow' : 'mid i3'}>
        {captionOf(hook, index)}
      </text>
    </g>
  );
}

/** `hop 28` of the current one, `hops 8-14` of the others. */
function captionOf({ hops, progress }: HookBox, index: number): string {
  if (progress === 'here') return `hop ${index + 1}`;
  const [first, last] = [hops[0], hops.at(-1)];
  if (first === undefined || last === undefined) return 'no rule asked';
  return first === last ? `hop ${first + 1}` : `hops ${first + 1}-${last + 1}`;
}

function Bridge({ bridge, from, railY }: { bridge: NonNullable<HookPart['bridge']>; from: number; railY: number }) {
  const { box, bar, n, progress } = bridge;
  const reached = progress === 'walked' || progress === 'here';
  return (
    <g>
      <rect {...box} rx={8} fill="var(--canvas)" stroke={lit(progress)} strokeWidth={1.5} />
      <text x={box.x + 12} y={box.y + 18} className="i3">
        <tspan className={reached ? 'm w6 flow' : 'm w6 i2'}>cni0</tspan>
        <tspan dx={7}>bridge</tspan>
      </text>
      <path d={`M${from},${railY} H${box.x + box.width}`} stroke={reached ? 'var(--flow)' : 'var(--shape)'} strokeWidth={reached ? 4 : 2} />
      <path
        d={`M${bar},${railY - 9} V${railY + 9}`}
        stroke={reached ? 'var(--flow)' : 'var(--shape)'}
        strokeWidth={5}
        strokeLinecap="round"
      />
      <text x={bar} y={box.y + box.height - 10} className="i3 mid">
        {`hop ${n}`}
      </text>
    </g>
  );
}

/** A port in the wall, a pod's veth, the bridge on the way out, or the routing decision. */
export function TunnelPart({ part }: { part: Exclude<Part, HookPart> }) {
  const { box, progress } = part;
  const colour = lit(progress);
  const middle = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const ink = progress === 'ahead' || progress === 'off' ? 'm w6 mid i2' : 'm w6 mid flow';
  switch (part.kind) {
    case 'route':
      return (
        <g>
          <path
            d={`M${box.x},${y} L${middle},${box.y} L${box.x + box.width},${y} L${middle},${box.y + box.height} Z`}
            fill="var(--panel)"
            stroke={colour}
            strokeWidth={1.6}
            strokeLinejoin="round"
          />
          <text x={middle} y={y + 4} className="w6 mid ink">
            route
          </text>
        </g>
      );
    case 'veth':
      return (
        <g>
          <text x={middle} y={box.y - 8} className="i3 mid">
            {shortenMiddle(part.podName, 14)}
          </text>
          <rect {...box} rx={6} fill="var(--panel)" stroke={colour} strokeWidth={1.6} />
          <text x={middle} y={y + 4.3} className={ink}>
            {part.name}
          </text>
        </g>
      );
    case 'bridge':
      return (
        <g>
          <rect {...box} rx={8} fill="var(--canvas)" stroke={colour} strokeWidth={1.5} />
          <text x={middle} y={box.y + 18} className={ink}>
            {part.name}
          </text>
        </g>
      );
    case 'port':
    case 'process':
      return (
        <g>
          <rect {...box} rx={6} fill="var(--panel)" stroke={colour} strokeWidth={1.6} />
          <text x={middle} y={y + 4.3} className={ink}>
            {part.name}
          </text>
        </g>
      );
  }
}
