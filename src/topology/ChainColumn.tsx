// One chain of the open hook: a column with a row a rule; check disc matched, slashed ring tried, dot not reached.

import { type Box, roundedPath } from './geometry.ts';
import { fitMiddle, monoWidth, shortenEnd } from './text.ts';
import { columnHead, rowHeight } from './wire-layout.ts';
import type { ChainColumn, Row } from './wire-model.ts';

/** The chains that the packet is in, oldest first, each with the jump that led to the next. */
export function Columns({
  columns,
  boxes,
  hook,
  inHook,
}: {
  columns: readonly ChainColumn[];
  boxes: readonly Box[];
  hook: string | undefined;
  /** The packet stands in the last of them; else they tell what was. */
  inHook: boolean;
}) {
  return (
    <>
      {columns.map((column, i) => (
        <Column
          key={column.chain}
          column={column}
          box={boxes[i] as Box}
          policyOf={i === 0 ? hook : undefined}
          isCurrent={inHook && i === columns.length - 1}
        />
      ))}
      {boxes.slice(1).map((box, i) => (
        <Jump key={box.x} from={boxes[i] as Box} rows={columns[i]?.rows ?? []} to={box} />
      ))}
    </>
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
        {fitMiddle(policyOf ? `${column.about}, built-in chain` : column.about, box.width - 84)}
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
      <rect {...box} rx={8} fill="var(--panel)" stroke="var(--flow)" strokeWidth={1.5} />
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

/** A check disc, a slashed ring or a dot. */
export function StateMark({ row }: { row: Row }) {
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
