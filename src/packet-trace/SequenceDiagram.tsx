// The Sequence tab: lifelines in the order of the walk, one row a packet; a click goes to that packet.

import { useEffect, useMemo, useRef } from 'react';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { PacketMark } from '../ui/glyphs/PacketGlyph.tsx';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { useWidth } from '../ui/use-width.ts';
import { lookOf, packetTitle } from './packet-look.ts';
import { formatMs } from './place.ts';
import { headHeight, layOutSequence, type Message, rowHeight } from './sequence.ts';
import { packetVerdict } from './verdict.ts';

export function SequenceDiagram() {
  const page = usePage();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const showFolded = useUi((ui) => ui.showFolded);
  const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
  const sequence = useMemo(() => (walk && width > 0 ? layOutSequence(walk, width, { showFolded }) : null), [walk, width, showFolded]);
  const current = sequence?.messages.findIndex((message) => message.packet.id === position?.packet) ?? -1;
  useEffect(() => {
    const box = frame.current;
    if (box && current >= 0) box.scrollTop = Math.max(0, current * rowHeight - box.clientHeight / 2 + headHeight);
  }, [current]);
  const contentWidth = Math.max(width, (sequence?.lifelines.at(-1)?.x ?? 0) + 230);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={frame} className="sequence" tabIndex={0} aria-label="Sequence of packets">
      {sequence && walk && (
        // biome-ignore lint/a11y/noSvgWithoutTitle: its rows are buttons, each with its own name
        <svg className="sequence-lines" width={contentWidth} height={sequence.height}>
          {sequence.lifelines.map((line) => (
            <g key={line.node}>
              <path d={`M${line.x},${headHeight - 8} V${sequence.height}`} stroke="var(--line2)" strokeWidth={1.5} />
              <rect x={line.x - 66} y={8} width={132} height={36} rx={8} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.5} />
              <text x={line.x} y={31} textAnchor="middle" className="sequence-head">
                {line.label}
              </text>
            </g>
          ))}
          {sequence.messages.map((message, index) => (
            <MessageRow
              key={message.packet.id}
              message={message}
              startUs={walk.startUs}
              width={contentWidth}
              state={index === current ? 'now' : index > current && current >= 0 ? 'future' : 'past'}
              onOpen={() => page.jumpTo({ walk: walk.id, packet: message.packet.id, hop: message.rewrites[0]?.hop ?? 1 })}
            />
          ))}
        </svg>
      )}
    </section>
  );
}

interface RowProps {
  message: Message;
  startUs: number;
  width: number;
  state: 'past' | 'now' | 'future';
  onOpen: () => void;
}

function MessageRow({ message, startUs, width, state, onOpen }: RowProps) {
  const { packet, y, fromX, toX, rewrites } = message;
  const look = lookOf(packet);
  const colour = look.fault ? 'var(--bad)' : 'var(--f1)';
  const size = packetSize(packet.label, 22);
  const sign = toX >= fromX ? 1 : -1;
  const glyphX = fromX + sign * (size.width / 2 + 34);
  const verdict = packetVerdict(packet);
  const end = message.isLost ? toX - sign * 12 : toX - sign * 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button inside an SVG can only be a group with that role
    <g
      className="sequence-row"
      role="button"
      tabIndex={0}
      aria-current={state === 'now'}
      aria-label={`${packetTitle(packet)} at ${formatMs(packet.sentUs - startUs)}`}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onOpen();
      }}
    >
      <rect
        x={4}
        y={y - 28}
        width={width - 8}
        height={rowHeight - 3}
        rx={8}
        className={state === 'now' ? 'sequence-now' : 'sequence-hit'}
      />
      <text x={96} y={y + 4} textAnchor="end" className="sequence-time">
        {formatMs(packet.sentUs - startUs)}
      </text>
      <path d={linePath(message, end)} fill="none" stroke={colour} strokeWidth={state === 'future' ? 5 : 3.5} />
      {state === 'future' && <path d={linePath(message, end)} fill="none" stroke="var(--panel)" strokeWidth={2.2} />}
      {!message.isLost && (
        <path
          d={`M${toX - sign * 9},${y - 6} L${toX - sign},${y} L${toX - sign * 9},${y + 6}`}
          fill="none"
          stroke={colour}
          strokeWidth={3}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      <g transform={`translate(${glyphX},${y})`}>
        <PacketMark look={{ ...look, heading: sign === 1 ? 'right' : 'left' }} size={size} />
      </g>
      {rewrites.map(({ x, hop, rewrite }) => (
        <g key={hop} transform={`translate(${x},${y})`}>
          <path
            d="M0,-9 L9,0 L0,9 L-9,0 Z"
            fill={rewrite.by === 'rule' ? 'var(--amberfill)' : 'var(--panel)'}
            stroke="var(--ambersh)"
            strokeWidth={1.8}
          />
          {rewrite.by === 'put-back' && <path d="M-5,2.6 L2.6,-5 M-2.4,5 L5,-2.4" stroke="var(--ambersh)" strokeWidth={1.4} />}
          {rewrite.by === 'rule' && (
            <>
              <text x={12} y={-12} className="sequence-old">
                {rewrite.changes[0]?.before}
              </text>
              <text x={12} y={22} className="sequence-new">
                {rewrite.changes[0]?.after}
              </text>
            </>
          )}
          {rewrite.by === 'put-back' && (
            <text x={12} y={22} className="sequence-note">
              un-NAT, no rule
            </text>
          )}
        </g>
      ))}
      {message.isLost && verdict && (
        <g transform={`translate(${toX},${y})`}>
          <circle r={12} fill="var(--panel)" />
          <VerdictMark verdict={verdict} scale={0.8} />
        </g>
      )}
      <text x={Math.max(fromX, toX) + 20} y={y + 4} className={message.isLost ? 'sequence-text tone-bad-fill' : 'sequence-text'}>
        {cut(message.text, width - Math.max(fromX, toX) - 30)}
      </text>
    </g>
  );
}

/** As much of a text as fits into `room` pixels. */
function cut(text: string, room: number): string {
  const most = Math.max(8, Math.floor(room / 6.4));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** A straight line that hops over each lifeline which it only passes. */
function linePath({ fromX, y, passes }: Message, end: number): string {
  const sign = end >= fromX ? 1 : -1;
  const ordered = [...passes].sort((a, b) => sign * (a - b));
  const hops = ordered.map((x) => `H${x - sign * 7} A7,7 0 0 ${sign === 1 ? 1 : 0} ${x + sign * 7},${y}`).join(' ');
  return `M${fromX},${y} ${hops} H${end}`;
}
