// The scrubber: one mark per hop, grouped by machine, so that time and place are one picture. A slider to the keyboard
// and to a screen reader; dragging on it scrubs.

import { type PointerEvent, useMemo, useRef } from 'react';
import { saysNoSuchName } from '../state/no-such-name.ts';
import { usePage, useUi } from '../state/page.ts';
import type { HopInView } from '../state/stepping.ts';
import { type Ending, VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { useWidth } from '../ui/use-width.ts';
import { announce } from './narrate.ts';
import { type RulerGroup, type RulerMark, rulerGroups } from './ruler.ts';
import { packetVerdict } from './verdict.ts';

const verdictRoom = 24;

export function HopRuler({ view }: { view: HopInView }) {
  const page = usePage();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { walk, packet, hop } = view;
  const isHidden = useUi((ui) => ui.predict && !ui.revealed);
  const isDelivered = packetVerdict(packet) === 'delivered';
  const groups = useMemo(
    () => rulerGroups(packet, Math.max(0, width - 28 - (isDelivered ? verdictRoom : 0))),
    [packet, width, isDelivered],
  );
  const marks = groups.flatMap((group) => group.marks);

  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - 14;
    const nearest = marks.reduce((best, mark) => (Math.abs(mark.x - x) < Math.abs(best.x - x) ? mark : best), marks[0] ?? { x: 0, n: 1 });
    event.currentTarget.setPointerCapture(event.pointerId);
    page.jumpTo({ walk: walk.id, packet: packet.id, hop: nearest.n });
  };
  const colour = packet.label === 'RST' || (packet.protocol === 'icmp' && packet.about !== undefined) ? 'var(--bad)' : 'var(--f1)';

  return (
    <div
      ref={frame}
      className="ruler"
      role="slider"
      tabIndex={0}
      aria-label={`Hops of ${packet.label}`}
      aria-valuemin={1}
      aria-valuemax={packet.hops.length}
      aria-valuenow={hop.n}
      aria-valuetext={announce(packet, hop)}
      onPointerDown={scrub}
      onPointerMove={scrub}
    >
      <svg width={width} height={54} aria-hidden="true">
        <g transform="translate(14,0)">
          {groups.map((group) => (
            <Group key={group.x} group={group} current={hop.n} colour={colour} isHidden={isHidden} />
          ))}
          {!isHidden && isDelivered && (
            <Delivered groups={groups} ending={saysNoSuchName(packet) ? 'no-name' : 'delivered'} isReached={hop.n === packet.hops.length} />
          )}
          <Cursor x={marks.find((mark) => mark.n === hop.n)?.x ?? 0} />
        </g>
      </svg>
    </div>
  );
}

function Group({ group, current, colour, isHidden }: { group: RulerGroup; current: number; colour: string; isHidden: boolean }) {
  const isHere = group.marks.some((mark) => mark.n === current);
  const isAhead = isHidden && (group.marks[0]?.n ?? 0) > current;
  if (isAhead) return null;
  return (
    <g>
      <text x={group.x + 1} y={16} className={isHere ? 'ruler-label ruler-here' : 'ruler-label'}>
        {group.label}
      </text>
      <rect x={group.x + 0.5} y={22.5} width={group.width - 1} height={27} rx={6} fill="var(--sunk)" stroke="var(--line2)" />
      {group.marks
        .filter((mark) => !isHidden || mark.n <= current)
        .map((mark) => (
          <g key={mark.n} transform={`translate(${mark.x},36)`}>
            <Mark kind={mark.kind} colour={mark.n <= current ? colour : 'var(--shape)'} isReached={mark.n <= current} />
          </g>
        ))}
    </g>
  );
}

const diamond = 'M0,-8 L8,0 L0,8 L-8,0 Z';

function Mark({ kind, colour, isReached }: { kind: RulerMark; colour: string; isReached: boolean }) {
  switch (kind) {
    case 'interface':
      return <rect x={-2.5} y={-8} width={5} height={16} rx={2.5} fill={colour} />;
    case 'tunnel':
      return <rect x={-3.5} y={-8} width={7} height={16} rx={2.5} fill="var(--panel)" stroke={colour} strokeWidth={2} />;
    case 'rule':
      return <path d="M0,-3.5 V3.5" stroke={colour} strokeWidth={2} strokeLinecap="round" />;
    case 'rule-rewrite':
      return <path d={diamond} fill="var(--amberfill)" stroke="var(--ambersh)" strokeWidth={1.8} strokeLinejoin="round" />;
    case 'put-back':
      return (
        <g fill="none" stroke="var(--ambersh)" strokeWidth={1.8} strokeLinejoin="round">
          <path d={diamond} fill="var(--panel)" />
          <path d="M-5,2.6 L2.6,-5 M-2.4,5 L5,-2.4" strokeWidth={1.4} />
        </g>
      );
    case 'repeated':
      return <path d={diamond} fill="var(--panel)" stroke="var(--ambersh)" strokeWidth={1.8} strokeLinejoin="round" />;
    default:
      return isReached ? <VerdictMark verdict={kind} scale={0.75} /> : <circle r={4} fill="none" stroke="var(--shape)" strokeWidth={2} />;
  }
}

function Delivered({ groups, ending, isReached }: { groups: readonly RulerGroup[]; ending: Ending; isReached: boolean }) {
  const last = groups.at(-1);
  if (!last || !isReached) return null;
  return (
    <g transform={`translate(${last.x + last.width + verdictRoom / 2 + 2},36)`}>
      <VerdictMark verdict={ending} scale={0.7} />
    </g>
  );
}

function Cursor({ x }: { x: number }) {
  return <rect x={x - 13} y={23} width={26} height={26} rx={7} fill="none" stroke="var(--ink)" strokeWidth={2.4} />;
}
