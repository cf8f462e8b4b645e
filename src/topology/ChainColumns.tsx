// The chains of the open hook side by side, the packet under the last of them, and what a rule or conntrack wrote into it.

import { Columns, StateMark } from './ChainColumn.tsx';
import type { Followed } from './followed.ts';
import { type Point, roundedPath } from './geometry.ts';
import { MemoryCard } from './MemoryCard.tsx';
import { Rewritten } from './Rewritten.tsx';
import { columnTop, legendPlace, type WireLayout } from './wire-layout.ts';
import type { Row, WireModel } from './wire-model.ts';

export function ChainColumns({ model, layout, followed }: { model: WireModel; layout: WireLayout; followed: Followed }) {
  const { columns } = layout;
  if (followed.hop.kind === 'ct-nat') return <FromMemory followed={followed} layout={layout} />;
  const inHook = model.standing?.at === 'hook';
  const legend = legendPlace(layout);
  return (
    <g className={inHook ? '' : 'past'}>
      <Columns columns={model.columns} boxes={columns} hook={model.open?.hook} inHook={inHook} />
      {inHook && <UnderPacket layout={layout} followed={followed} />}
      {legend && <Legend place={legend} />}
    </g>
  );
}

/** Below the last row: the packet stands here, and what the rule wrote into it. */
function UnderPacket({ layout, followed }: { layout: WireLayout; followed: Followed }) {
  const last = layout.columns.at(-1);
  const { rewrite } = followed;
  if (!last) return null;
  const bottom = last.y + last.height;
  const bad = followed.verdict !== null && followed.verdict !== 'delivered';
  return (
    <g>
      <path d={`M${layout.packet.x},${bottom} V${layout.packet.y}`} stroke={bad ? 'var(--bad)' : 'var(--flow)'} strokeWidth={4} />
      {rewrite && <Rewritten rewrite={rewrite} x={last.x} y={layout.packet.y + 24} width={last.width} />}
    </g>
  );
}

/** Conntrack rewrote the packet: dashed, because no rule was asked. */
function FromMemory({ followed, layout }: { followed: Followed; layout: WireLayout }) {
  const { packet, rewrite, hop } = followed;
  const hook = hop.kind === 'if' ? 'PREROUTING' : hop.hook;
  const x = 32;
  const drop = layout.drop[hook];
  const box = layout.hooks[hook];
  return (
    <g>
      <path
        d={roundedPath(
          [
            { x: drop, y: box.y + box.height },
            { x: drop, y: 236 },
            { x: x + 20, y: 236 },
            { x: x + 20, y: columnTop },
          ],
          8,
        )}
        fill="none"
        stroke="var(--ambersh)"
        strokeWidth={3}
        strokeDasharray="6 5"
      />
      <MemoryCard packet={packet} x={x} y={columnTop} />
      {rewrite && <Rewritten rewrite={rewrite} x={x} y={columnTop + 156} width={237} dashed />}
    </g>
  );
}

function Legend({ place: { x, y } }: { place: Point }) {
  const rows: [Row['state'], string][] = [
    ['matched', 'matched, jumps or ends'],
    ['missed', 'tried, no match'],
    ['unreached', 'not reached'],
  ];
  return (
    <g transform={`translate(${x},${y + 11})`}>
      <text className="w6 i2">Rules, as tried</text>
      {rows.map(([state, text], i) => (
        <g key={state} transform={`translate(7,${18 + i * 20})`}>
          <StateMark row={{ state, number: '', condition: '', target: '', packets: null, tone: 'flow' }} />
          <text x={15} y={4} className="i2">
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}
