// The chains of the open hook: one column a chain, one row a rule; check disc matched, slashed ring tried, dot not reached.

import type { Followed } from './followed.ts';
import { type Box, roundedPath } from './geometry.ts';
import { monoWidth, shortenEnd } from './text.ts';
import { columnHead, columnTop, rowHeight, type WireLayout } from './wire-layout.ts';
import type { ChainColumn, Row, WireModel } from './wire-model.ts';

export function ChainColumns({ model, layout, followed }: { model: WireModel; layout: WireLayout; followed: Followed }) {
  const { columns } = layout;
  if (followed.hop.kind === 'ct-nat') return <FromMemory followed={followed} layout={layout} />;
  const inHook = model.standing?.at === 'hook';
  return (
    <g className={inHook ? '' : 'past'}>
      {model.columns.map((column, i) => (
        <Column
          key={column.chain}
          column={column}
          box={columns[i] as Box}
          policyOf={i === 0 ? model.open?.hook : undefined}
          isCurrent={inHook && i === model.columns.length - 1}
        />
      ))}
      {columns.slice(1).map((box, i) => (
        <Jump key={box.x} from={columns[i] as Box} rows={model.columns[i]?.rows ?? []} to={box} />
      ))}
      {inHook && <UnderPacket layout={layout} followed={followed} />}
      <LegendWhereFree layout={layout} />
    </g>
  );
}

function Column({ column, box, policyOf, isCurrent }: { column: ChainColumn; box: Box; policyOf: string | undefined; isCurrent: boolean }) {
  if (box.width < 60) return <Strip column={column} box={box} />;
  const letters = Math.floor((box.width - 24) / 7.1);
  return (
    <g>
      <rect {...box} rx={8} fill="var(--panel)" stroke="var(--flow)" strokeWidth={1.5} />
      <text x={box.x + 12} y={box.y + 19} className="m w6 ink">
        {shortenEnd(column.chain, letters)}
      </text>
      <text x={box.x + 12} y={box.y + 35} className="i3">
        {policyOf ? `${column.about}, built-in chain` : shortenEnd(column.about, 26)}
      </text>
      <text x={box.x + box.width - 12} y={box.y + 35} className="i3 end">
        packets
      </text>
      <path d={`M${box.x},${box.y + columnHead} H${box.x + box.width}`} stroke="var(--line2)" />
      {column.rows.map((row, i) => (
        <RuleRow
          key={`${row.number} ${row.state}`}
          row={row}
          box={box}
          y={box.y + columnHead + i * rowHeight}
          place={i}
          isCurrent={isCurrent}
        />
      ))}
    </g>
  );
}

/** A chain deep in the stack, folded: its name upright, and the rule that led on. */
function Strip({ column, box }: { column: ChainColumn; box: Box }) {
  const rule = column.rows.findLast((row) => row.state === 'matched');
  return (
    <g>
      <rect {...box} height={Math.max(box.height, 190)} rx={8} fill="var(--panel)" stroke="var(--flow)" strokeWidth={1.5} />
      <text x={box.x + 22} y={box.y + 24} className="m w6 mid ink">
        {rule?.number}
      </text>
      <text transform={`translate(${box.x + 26},${box.y + 40}) rotate(90)`} className="m i2">
        {shortenEnd(column.chain, 20)}
      </text>
    </g>
  );
}

const grounds: Readonly<Record<Row['tone'], string | null>> = {
  plain: null,
  flow: 'var(--f1bg)',
  rewrite: 'var(--amberbg)',
  bad: 'var(--badbg)',
};
const colours: Readonly<Record<Row['tone'], string>> = {
  plain: 'var(--ink3)',
  flow: 'var(--flow)',
  rewrite: 'var(--ambersh)',
  bad: 'var(--bad)',
};
const classes: Readonly<Record<Row['tone'], string>> = { plain: 'm i3', flow: 'm w5 flow', rewrite: 'm w7 amb', bad: 'm w7 bad' };

/** In the chain where the packet stands, rows are tried one after the other: each tints, then shows what came of it. */
function RuleRow({ row, box, y, place, isCurrent }: { row: Row; box: Box; y: number; place: number; isCurrent: boolean }) {
  const ground = row.state === 'matched' ? grounds[row.tone] : null;
  const edge = row.tone === 'rewrite' || row.tone === 'bad' ? colours[row.tone] : 'none';
  const x = box.x + 31;
  const textX = x + monoWidth(row.number) + 8;
  const letters = Math.floor((box.x + box.width - 34 - textX) / 7);
  const targetLetters = Math.floor((box.x + box.width - 12 - (x + 13)) / 7);
  const isTried = isCurrent && row.state !== 'unreached';
  return (
    <g className={isTried ? 'tried' : undefined} style={isTried ? { ['--place' as string]: place } : undefined}>
      {isTried && (
        <rect className="trying" x={box.x + 2} y={y + 2} width={box.width - 4} height={rowHeight - 3} rx={6} fill="var(--f1bg)" />
      )}
      {place > 0 && !ground && <path d={`M${box.x + 12},${y} H${box.x + box.width - 12}`} stroke="var(--line)" />}
      {ground && (
        <rect
          className="came"
          x={box.x + 2}
          y={y + 2}
          width={box.width - 4}
          height={rowHeight - 3}
          rx={6}
          fill={ground}
          stroke={edge}
          strokeWidth={1.6}
        />
      )}
      <g className="came" transform={`translate(${box.x + 18},${y + 17})`}>
        <StateMark row={row} />
      </g>
      <text x={x} y={y + 21} className="m i3">
        {row.number}
      </text>
      <text x={textX} y={y + 21} className={row.state === 'matched' ? 'm w5 ink rule' : row.state === 'missed' ? 'm i2 rule' : 'm i3 rule'}>
        {shortenEnd(row.condition, letters)}
      </text>
      {row.packets !== null && (
        <text x={box.x + box.width - 12} y={y + 21} className={row.state === 'matched' ? 'came m w7 end ink' : 'm end i3'}>
          {row.state !== 'matched' && <title>packets by the end of the run</title>}
          {row.packets}
        </text>
      )}
      {isTried && row.state === 'matched' && row.packets !== null && (
        <text x={box.x + box.width - 12} y={y + 21} className="ticked m w7 end ink">
          {row.packets - 1}
        </text>
      )}
      {row.target && row.state !== 'missed' && (
        <path
          d={`M${x + 1},${y + 34} h7 m-3,-3 l3,3 l-3,3`}
          fill="none"
          stroke={row.state === 'matched' ? colours[row.tone] : 'var(--ink3)'}
          strokeWidth={1.5}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      <text
        x={row.state === 'missed' && /rules$/.test(row.target) ? x : x + 13}
        y={y + 38}
        className={row.state === 'matched' ? classes[row.tone] : 'm i3'}
      >
        {shortenEnd(row.target, targetLetters)}
      </text>
    </g>
  );
}

function StateMark({ row }: { row: Row }) {
  if (row.state === 'matched') {
    return (
      <>
        <circle r={6.5} fill={colours[row.tone]} />
        <path
          d="M-2.8,0.2 l2,2.2 l3.8,-4.4"
          fill="none"
          stroke="var(--panel)"
          strokeWidth={1.8}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    );
  }
  if (row.state === 'unreached') return <circle r={2.2} fill="var(--shape)" />;
  return (
    <>
      <circle r={6} fill="var(--panel)" stroke="var(--ink3)" strokeWidth={1.6} />
      <path d="M-4.2,4.2 L4.2,-4.2" stroke="var(--ink3)" strokeWidth={1.6} strokeLinecap="round" />
    </>
  );
}

/** From the row that jumped to the head of the chain that it jumped to. */
function Jump({ from, rows, to }: { from: Box; rows: readonly Row[]; to: Box }) {
  const row = rows.findLastIndex((each) => each.state === 'matched');
  const y = from.width < 60 ? from.y + 22 : from.y + columnHead + Math.max(0, row) * rowHeight + 23;
  const [x1, x2] = [from.x + from.width, to.x];
  const middle = (x1 + x2) / 2 - 1;
  const end = to.y + 22;
  return (
    <g fill="none" stroke="var(--flow)" strokeLinecap="round" strokeLinejoin="round">
      <path
        d={roundedPath(
          [
            { x: x1, y },
            { x: middle, y },
            { x: middle, y: end },
            { x: x2 - 2, y: end },
          ],
          6,
        )}
        strokeWidth={4}
      />
      <path d={`M${x2 - 7},${end - 4.5} l4.5,4.5 l-4.5,4.5`} strokeWidth={2.6} />
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
      {rewrite && <Rewritten rewrite={rewrite} x={last.x} y={layout.packet.y + 24} width={last.width} dashed={false} />}
    </g>
  );
}

function Rewritten({
  rewrite,
  x,
  y,
  width,
  dashed,
}: {
  rewrite: NonNullable<Followed['rewrite']>;
  x: number;
  y: number;
  width: number;
  dashed: boolean;
}) {
  const change = rewrite.destination ?? rewrite.source;
  if (!change) return null;
  return (
    <g key={change.now}>
      <rect
        x={x}
        y={y}
        width={width}
        height={60}
        rx={10}
        fill="var(--amberbg)"
        stroke="var(--ambersh)"
        strokeWidth={1.6}
        strokeDasharray={dashed ? '6 4' : undefined}
      />
      <text x={x + 14} y={y + 21} className="m old i3 struck">
        {change.old}
      </text>
      <path
        d={`M${x + 20},${y + 31} v14 m-4.5,-4.5 l4.5,4.5 l4.5,-4.5`}
        fill="none"
        stroke="var(--ambersh)"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <text x={x + 38} y={y + 46} className="m new w7 ink">
        {change.now}
      </text>
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
      <rect
        x={x}
        y={columnTop}
        width={237}
        height={104}
        rx={8}
        fill="var(--amberbg)"
        stroke="var(--ambersh)"
        strokeWidth={1.6}
        strokeDasharray="6 4"
      />
      <text x={x + 12} y={columnTop + 22} className="m w6 ink">
        conntrack
      </text>
      <text x={x + 12} y={columnTop + 44} className="i2">
        {packet.direction === 'reply' ? 'This packet answers a connection' : 'This connection was translated'}
      </text>
      <text x={x + 12} y={columnTop + 62} className="i2">
        {packet.direction === 'reply' ? 'that a rule translated. Its entry' : 'by its first packet. Its entry'}
      </text>
      <text x={x + 12} y={columnTop + 80} className="i2">
        {packet.direction === 'reply' ? 'puts the address back: no rule asked.' : 'does it again: no rule is asked.'}
      </text>
      {rewrite && <Rewritten rewrite={rewrite} x={x} y={columnTop + 156} width={237} dashed />}
    </g>
  );
}

/** In the corner that the columns leave free, if they leave one. */
function LegendWhereFree({ layout: { columns, width } }: { layout: WireLayout }) {
  const [first] = columns;
  if (!first) return null;
  if (columns.length < 4) return <Legend y={columnTop + 19} x={width - 230} />;
  return first.height < 160 ? <Legend y={columnTop + first.height + 38} /> : null;
}

function Legend({ y, x = 32 }: { y: number; x?: number }) {
  const rows: [Row['state'], string][] = [
    ['matched', 'matched, jumps or ends'],
    ['missed', 'tried, no match'],
    ['unreached', 'not reached'],
  ];
  return (
    <g transform={`translate(${x},${y})`}>
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
