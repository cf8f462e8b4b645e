// Connections that the machine remembers, as far as this walk has shown them.

import type { Walk } from '../protocol/messages.ts';
import type { Followed } from './followed.ts';
import { type ConntrackEntry, conntrackEntry } from './wire-model.ts';

export function ConntrackTable({ walk, followed, node, width }: { walk: Walk; followed: Followed; node: string; width: number }) {
  const entries = entriesOf(walk, followed, node);
  const current =
    followed.hop.kind === 'if' || followed.hop.node !== node || !followed.hop.conntrack ? null : conntrackEntry(followed.hop.conntrack);
  return (
    <g>
      <path d={`M16,512 H${width - 16}`} stroke="var(--line)" />
      <text x={32} y={534} className="head w6 ink">
        conntrack
      </text>
      <text x={104} y={534} className="i3">
        {entries.length === 0
          ? 'no translated connection yet'
          : `${entries.length} translated connection${entries.length === 1 ? '' : 's'}`}
      </text>
      {entries.length > 0 && (
        <>
          <text x={330} y={534} className="i3">
            as sent
          </text>
          <text x={704} y={534} className="i3">
            reply expected
          </text>
        </>
      )}
      {entries.slice(-2).map((entry, i) => (
        <Entry
          key={entry.sent.join()}
          entry={entry}
          y={548 + i * 40}
          isCurrent={current !== null && entry.sent.join() === current.sent.join()}
          width={width}
          followed={followed}
        />
      ))}
    </g>
  );
}

function entriesOf(walk: Walk, followed: Followed, node: string): ConntrackEntry[] {
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
  followed,
}: {
  entry: ConntrackEntry;
  y: number;
  isCurrent: boolean;
  width: number;
  followed: Followed;
}) {
  const text = isCurrent ? 'm ink' : 'm i2';
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
      <Pair ends={entry.sent} x={330} y={y + 24} className={text} />
      <text x={614} y={y + 24} className="m i2">
        {entry.flags}
      </text>
      <Pair ends={entry.expected} x={704} y={y + 24} className={text} bold={isCurrent && followed.hop.kind === 'rule'} />
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
  return (
    <>
      <text x={x} y={y} className={bold ? `${className} w7` : className}>
        {ends[0]}
      </text>
      <path
        d={`M${x + 134},${y - 4} h12 m-4,-4 l4,4 l-4,4`}
        fill="none"
        stroke="var(--ink3)"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <text x={x + 156} y={y} className={className}>
        {ends[1]}
      </text>
    </>
  );
}
