// The walk in the hand: one upright line, the packet nose down on it, and the rules opened as a card where it stands.

import { useEffect, useRef } from 'react';
import './phone-walk.css';
import type { ObjectView, Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';
import { PacketMark } from '../ui/glyphs/PacketGlyph.tsx';
import { packetSize } from '../ui/glyphs/packet-shape.ts';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { flowColour } from './drawing-props.ts';
import { endingOf, type Followed, followedAt, lookAt, rewriteOf } from './followed.ts';
import { type PhoneBox, type PhoneStop, phoneBoxes } from './phone-stops.ts';
import { conditionOf } from './rule-summary.ts';
import { hostOf, shortenEnd, shortenMiddle } from './text.ts';
import { tlsEnds } from './tls-ends.ts';

const rowHeight = 44;
const headHeight = 40;
const wireHeight = 32;
const cardHeight = 140;
const lineX = 62;

interface Row {
  readonly stop: PhoneStop;
  readonly y: number;
  readonly height: number;
}

/** Lays the boxes out from the top; the stop in view may be opened. */
function rowsOf(boxes: readonly PhoneBox[], open: (stop: PhoneStop) => boolean) {
  let y = 12;
  return boxes.map((box) => {
    const top = y;
    y += headHeight;
    const rows = box.stops.map((stop): Row => {
      const row = { stop, y, height: open(stop) ? cardHeight + 16 : rowHeight };
      y += row.height;
      return row;
    });
    y += 8;
    const height = y - top;
    y += wireHeight;
    return { box, top, height, rows };
  });
}

export function PhoneWalk({
  objects,
  walk,
  position,
  flow = 1,
  onMove,
}: {
  objects: readonly ObjectView[];
  walk: Walk | null;
  position: Position | null;
  flow?: number;
  /** The reader touched a stop. */
  onMove?(position: Position): void;
}) {
  const followed = followedAt(objects, walk, position);
  const here = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each hop scrolls its stop into view
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest' });
  }, [position?.packet, position?.hop]);
  if (!followed || !position) return null;

  const { packet, index } = followed;
  const boxes = phoneBoxes(packet, objects);
  const places = rowsOf(boxes, (stop) => stop.kind === 'rules' && stop.hops.includes(index));
  const at = placeOf(places, index);
  const end = places.flatMap(({ rows }) => rows).at(-1);
  const total = places.at(-1);
  const ends = walk ? tlsEnds(walk) : [];
  const go = (stop: PhoneStop) => {
    const hop = packet.hops[stop.hops[0] ?? 0];
    if (hop) onMove?.({ ...position, hop: hop.n });
  };
  return (
    <div className="phone-walk" style={{ ...flowColour(flow), height: (total?.top ?? 0) + (total?.height ?? 0) + 12 }}>
      {places.map(({ box, top, height, rows }) => (
        <section key={`${box.name} ${top}`} className="phone-machine" style={{ top, height }} aria-label={box.name ?? 'wire'}>
          <header>
            <strong>{box.name === 'world' ? 'World' : box.name}</strong>
            <span className="mono">{box.podCIDR}</span>
          </header>
          {rows.map(({ stop, height: rowSize }) => (
            <button
              key={stop.hops[0]}
              type="button"
              className="phone-stop"
              style={{ height: rowSize }}
              aria-current={stop.hops.includes(index) ? 'step' : undefined}
              onClick={() => go(stop)}
            >
              {rowSize > rowHeight ? (
                <RulesCard followed={followed} />
              ) : (
                <StopText stop={stop} followed={followed} isTLSEnd={ends.includes(packet.hops[stop.hops[0] ?? 0]?.node ?? '')} />
              )}
            </button>
          ))}
          {box.wire.length > 0 && <span className="phone-wire">node network</span>}
        </section>
      ))}
      <svg className="phone-line" width={124} height="100%" aria-hidden="true">
        <Line places={places} from={at} end={end} index={index} />
        <g className="phone-packet" style={{ transform: `translate(${lineX}px, ${at}px)` }}>
          {followed.verdict ? (
            <VerdictMark verdict={endingOf(followed) ?? followed.verdict} scale={1.25} />
          ) : (
            <PacketMark
              look={{ ...lookAt(packet, index, 'down', flow), ring: false }}
              // In its tunnel it leaves room for the outer packet.
              size={{ width: packetSize(packet.label, followed.carried === null ? 30 : 22).width, height: 48 }}
            />
          )}
        </g>
      </svg>
      <div ref={here} className="phone-here" style={{ top: Math.max(0, at - 110) }} />
    </div>
  );
}

function Line({ places, from, end, index }: { places: ReturnType<typeof rowsOf>; from: number; end: Row | undefined; index: number }) {
  const first = places[0]?.rows[0];
  if (!first || !end) return null;
  const stops = places.flatMap(({ rows }) => rows).filter(({ stop }) => !stop.hops.includes(index));
  return (
    <g stroke="var(--flow)" strokeLinecap="round">
      <path d={`M${lineX},${from} V${middle(end)}`} strokeWidth={6.5} />
      <path d={`M${lineX},${from} V${middle(end)}`} stroke="var(--panel)" strokeWidth={3.6} />
      <path d={`M${lineX},${middle(first)} V${from}`} strokeWidth={5} />
      {stops.map((row) => (
        <circle
          key={row.y}
          cx={lineX}
          cy={middle(row)}
          r={row.stop.kind === 'rules' ? 5 : 8}
          fill={(row.stop.hops[0] ?? 0) < index ? 'var(--flow)' : 'var(--panel)'}
          strokeWidth={2.6}
        />
      ))}
    </g>
  );
}

function middle(row: Row): number {
  return row.y + row.height / 2;
}

/** The height of the hop on the line; on the wire it is between two boxes. */
function placeOf(places: ReturnType<typeof rowsOf>, index: number): number {
  for (const { box, top, height, rows } of places) {
    const row = rows.find(({ stop }) => stop.hops.includes(index));
    if (row) return middle(row);
    if (box.wire.includes(index)) return top + height + wireHeight / 2;
  }
  return 0;
}

function StopText({ stop, followed, isTLSEnd }: { stop: PhoneStop; followed: Followed; isTLSEnd: boolean }) {
  const passed = (stop.hops[0] ?? 0) <= followed.index;
  const rewrites = stop.hops
    .filter((i) => i <= followed.index)
    .flatMap((i) => rewriteOf(followed.packet, followed.packet.hops[i] as never) ?? []);
  const named = followed.rewrite?.destination && hostOf(followed.rewrite.destination.now) === stop.address;
  const text = stop.kind === 'rules' ? (rewrites[0]?.name ?? `${stop.hops.length} rules`) : stop.address;
  return (
    <>
      <span className={`phone-name ${stop.kind === 'interface' ? 'mono' : ''} ${passed ? 'passed' : ''}`}>
        {shortenMiddle(stop.name, 14)}
        {isTLSEnd && <span className="phone-tls">TLS ends here</span>}
      </span>
      <span className={`mono phone-address ${named || rewrites.length > 0 ? 'named' : ''}`}>{text}</span>
    </>
  );
}

/** What the station does to the packet at this hop. */
function RulesCard({ followed }: { followed: Followed }) {
  const { hop, rewrite, verdict } = followed;
  const tone = rewrite ? 'amber' : verdict && verdict !== 'delivered' ? 'bad' : 'plain';
  const change = rewrite?.destination ?? rewrite?.source;
  const rule = hop.kind !== 'rule' ? '' : hop.rule === 'policy' ? ' policy' : ` rule ${hop.rule}`;
  const where = hop.kind === 'if' ? hop.ifc : hop.kind === 'rule' ? hop.chain : 'conntrack, no rule';
  return (
    <span className={`phone-card ${tone} ${rewrite?.by === 'memory' ? 'memory' : ''}`}>
      <span className="phone-card-head">
        <strong>iptables</strong>
        <strong>{rewrite?.name ?? (hop.kind === 'rule' ? (verdict ? hop.verdict : `${hop.table} ${hop.hook}`) : '')}</strong>
      </span>
      {change ? (
        <>
          <s className={change.now.length > 22 ? 'mono long' : 'mono'}>{change.old}</s>
          <span className={change.now.length > 22 ? 'mono phone-new long' : 'mono phone-new'}>
            <svg width={14} height={18} viewBox="0 0 14 18" aria-hidden="true">
              <path
                d="M7,2 V15 M3,11 L7,15.4 L11,11"
                fill="none"
                stroke="var(--ambersh)"
                strokeWidth={2.2}
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </svg>
            {change.now}
          </span>
        </>
      ) : (
        <span className="mono phone-rule">
          {verdict && verdict !== 'delivered' ? reasonText(followed) : hop.kind === 'rule' ? verdictText(hop.verdict) : ''}
        </span>
      )}
      <span className="mono phone-chain">
        {shortenEnd(where, 28 - rule.length)}
        {rule}
      </span>
    </span>
  );
}

/** What the rule asked, in its few words; of what no rule did, the trace's own. */
function reasonText({ packet, hop }: Followed): string {
  return hop.kind === 'rule' && hop.rule !== 'policy' ? conditionOf(hop.text) : (packet.fate?.text ?? '');
}

/** `JUMP KUBE-SERVICES` as one reads it aloud: `jump KUBE-SERVICES`. */
function verdictText(verdict: string): string {
  const [word = '', ...target] = verdict.split(' ');
  return target.length > 0 ? `${word.toLowerCase()} ${shortenEnd(target.join(' '), 22)}` : word;
}
