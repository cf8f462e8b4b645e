// Connections that the machine remembers, as far as this walk has shown them.

import type { Walk } from '../protocol/messages.ts';
import type { Followed } from './followed.ts';
import { sectionTop } from './wire-layout.ts';
import { type ConntrackEntry, conntrackEntry } from './wire-model.ts';

export function ConntrackTable({
  walk,
  followed,
  node,
  width,
  top = sectionTop,
  most = 2,
}: {
  walk: Walk;
  followed: Followed;
  node: string;
  width: number;
  top?: number;
  /** How many entries there is room for: the latest ones. */
  most?: number;
}) {
  const entries = conntrackEntries(walk, followed, node);
  const shown = entries.slice(-most);
  const current =
    followed.hop.kind === 'if' || followed.hop.node !== node || !followed.hop.conntrack ? null : conntrackEntry(followed.hop.conntrack);
  const columns = columnsOf(shown, width);
  return (
    <g>
      <path d={`M16,${top} H${width - 16}`} stroke="var(--line)" />
      <text x={32} y={top + 22} className="head w6 ink">
        conntrack
      </text>
      <text x={104} y={top + 22} className="i3">
        {entries.length === 0
          ? 'no translated connection yet'
          : `${entries.length} translated connection${entries.length === 1 ? '' : 's'}`}
      </text>
      {entries.length > 0 && (
        <>
          <text x={columns.sent} y={top + 22} className="i3">
            as sent
          </text>
          <text x={columns.expected} y={top + 22} className="i3">
            reply expected
          </text>
        </>
      )}
      {shown.map((entry, i) => (
        <Entry
          key={entry.sent.join()}
          entry={entry}
          y={top + 36 + i * 40}
          isCurrent={current !== null && entry.sent.join() === current.sent.join()}
          width={width}
          columns={columns}
          followed={followed}
        />
      ))}
    </g>
  );
}

interface Columns {
  readonly sent: number;
  readonly flags: number;
  readonly expected: number;
  /** IPv6 addresses stand closer. */
  readonly tight: boolean;
}

const arrowRoom = 34;
const pairsFrom = 300;
/** How wide a sign is. */
const pitch = 7.2;
const tightPitch = 6.6;

/** Where the columns begin: the widest entry asks. */
function columnsOf(entries: readonly ConntrackEntry[], width: number): Columns {
  const longest = (text: (entry: ConntrackEntry) => string) => Math.max(0, ...entries.map((entry) => text(entry).length));
  const [sent, flags, expected] = [
    longest((entry) => entry.sent.join('')),
    longest((entry) => entry.flags),
    longest((entry) => entry.expected.join('')),
  ];
  const tight = pairsFrom + (sent + flags + expected) * pitch + 2 * arrowRoom + 22 > width - 32;
  const sign = tight ? tightPitch : pitch;
  const from = tight ? 212 : pairsFrom;
  const atFlags = Math.max(tight ? 0 : 602, from + sent * sign + arrowRoom + 10);
  return { sent: from, flags: atFlags, expected: Math.max(tight ? 0 : 700, atFlags + flags * sign + 12), tight };
}

/** The translated connections that this walk has shown on a node, up to now. */
export function conntrackEntries(walk: Walk, followed: Followed, node: string): ConntrackEntry[] {
  const entries = new Map<string, ConntrackEntry>();
  for (const packet of walk.packets) {
    const isNow = packet.id === followed.packet.id;
    for (const hop of isNow ? packet.hops.slice(0, followed.index + 1) : packet.hops) {
      const entry = hop.kind !== 'if' && hop.node === node && hop.conntrack ? conntrackEntry(hop.conntrack) : null;
      if (entry) entries.set(`${entry.protocol} ${entry.sent.join()}`, entry);
    }
    if (isNow) break;
  }
  return [...entries.values()];
}

function Entry({
  entry,
  y,
  isCurrent,
  width,
  columns,
  followed,
}: {
  entry: ConntrackEntry;
  y: number;
  isCurrent: boolean;
  width: number;
  columns: Columns;
  followed: Followed;
}) {
  const text = `m ${isCurrent ? 'ink' : 'i2'}${columns.tight ? ' tight' : ''}`;
  return (
    <g>
      {isCurrent && (
        <rect
          x={32}
          y={y}
          width={width - 64}
          height={38}
          rx={8}
          fill="var(--amberbg)"
          stroke="var(--ambersh)"
          strokeWidth={1.6}
          strokeDasharray="6 4"
        />
      )}
      <text x={44} y={y + 24} className={`${text} w6`}>
        {entry.protocol}
      </text>
      <text x={84} y={y + 24} className={text}>
        {entry.state}
      </text>
      <Pair ends={entry.sent} x={columns.sent} y={y + 24} className={text} />
      <text x={columns.flags} y={y + 24} className={columns.tight ? 'm i2 tight' : 'm i2'}>
        {entry.flags}
      </text>
      <Pair ends={entry.expected} x={columns.expected} y={y + 24} className={text} bold={isCurrent && followed.hop.kind === 'rule'} />
    </g>
  );
}

function Pair({
  ends,
  x,
  y,
  className,
  bold = false,
}: {
  ends: readonly [string, string];
  x: number;
  y: number;
  className: string;
  bold?: boolean;
}) {
  const arrow = x + ends[0].length * (className.includes('tight') ? tightPitch : pitch) + 9;
  return (
    <>
      <text x={x} y={y} className={bold ? `${className} w7` : className}>
        {ends[0]}
      </text>
      <path
        d={`M${arrow},${y - 4} h12 m-4,-4 l4,4 l-4,4`}
        fill="none"
        stroke="var(--ink3)"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <text x={arrow + 22} y={y} className={className}>
        {ends[1]}
      </text>
    </>
  );
}
