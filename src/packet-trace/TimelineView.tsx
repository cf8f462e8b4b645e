// The Timeline tab: one clock for the cluster and its packets. A lane per component and per walk, a playhead that is a
// slider, and the branches of the run. What is drawn here can be read as rows in the Events tab.

import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { momentOf } from '../state/moment.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { VerdictMark } from '../ui/glyphs/VerdictGlyph.tsx';
import { useWidth } from '../ui/use-width.ts';
import { BranchBar } from './BranchBar.tsx';
import { formatSince } from './place.ts';
import { type EventMark, type Lane, lanesOf, type PacketMark, type TimeAxis, timeAxis } from './timeline-layout.ts';
import './timeline.css';

const laneHeight = 22;
const margin = 14;

export function TimelineView() {
  const { ui } = usePage();
  const fromStart = useUi((state) => state.timelineFromStart);
  const byNode = useUi((state) => state.timelineByNode);
  const timeline = useSimulation((mirror) => mirror.timeline);
  const walks = useSimulation((mirror) => mirror.walks);
  const restUs = useSimulation((mirror) => mirror.restUs);
  const nowUs = useSimulation((mirror) => mirror.nowUs);
  const showFolded = useUi((state) => state.showFolded);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const isStill = timeline.at(-1) === undefined || (timeline.at(-1)?.atUs ?? 0) < restUs;
  // Before anything was done there is only the start to see.
  const fromUs = fromStart || (isStill && walks.length === 0) ? 0 : restUs;
  const content = useMemo(
    () => ({ entries: timeline.filter(({ atUs }) => atUs >= fromUs), walks, fromUs, toUs: nowUs }),
    [timeline, walks, fromUs, nowUs],
  );
  const axis = useMemo(() => timeAxis(content, Math.max(200, width - 2 * margin - 4)), [content, width]);
  const lanes = useMemo(() => lanesOf(content, axis, { showFolded, byNode }), [content, axis, showFolded, byNode]);
  return (
    <div className="timeline">
      <BranchBar>
        <Button look="ghost" aria-pressed={fromStart} onClick={() => ui.setState({ timelineFromStart: !fromStart })}>
          From the start
        </Button>
        <Button look="ghost" aria-pressed={byNode} onClick={() => ui.setState({ timelineByNode: !byNode })}>
          A lane per node
        </Button>
      </BranchBar>
      <div className="timeline-body">
        <ol className="timeline-names" aria-hidden="true">
          {lanes.map((lane) => (
            <li key={keyOf(lane)} className={lane.kind === 'walk' ? 'mono' : ''}>
              {lane.name}
            </li>
          ))}
        </ol>
        <div ref={frame} className="timeline-frame">
          <Lanes lanes={lanes} axis={axis} />
        </div>
      </div>
    </div>
  );
}

function keyOf(lane: Lane): string {
  return lane.kind === 'walk' ? `walk ${lane.walk.id}` : lane.name;
}

function Lanes({ lanes, axis }: { lanes: readonly Lane[]; axis: TimeAxis }) {
  const page = usePage();
  const timeline = useSimulation((mirror) => mirror.timeline);
  const walks = useSimulation((mirror) => mirror.walks);
  const restUs = useSimulation((mirror) => mirror.restUs);
  const nowUs = useSimulation((mirror) => mirror.nowUs);
  const position = useUi((ui) => ui.position);
  const between = useUi((ui) => ui.moment);
  const atUs = momentOf(walks, { position, moment: between }) ?? nowUs;
  const here = timeline.findLast((entry) => entry.atUs <= atUs);
  const playhead = axis.xOf(atUs) + margin;
  const slider = useRef<HTMLDivElement>(null);
  useEffect(() => keepInView(slider.current, playhead), [playhead]);
  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - margin;
    page.goToMoment(axis.timeAt(Math.max(0, Math.min(axis.width, x))));
  };
  const scrubByKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = scrubbed(event.key, axis.xOf(atUs), axis.width);
    if (to === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // Here the arrows move through time; elsewhere on the page, from hop to hop.
    event.preventDefault();
    event.stopPropagation();
    page.goToMoment(Math.round(axis.timeAt(to)));
  };
  return (
    <div
      ref={slider}
      className="timeline-lanes"
      role="slider"
      tabIndex={0}
      aria-label="Moment of the run"
      aria-valuemin={Math.round(axis.timeAt(0))}
      aria-valuemax={nowUs}
      aria-valuenow={atUs}
      aria-valuetext={`${formatSince(atUs, restUs)}${here ? `: ${here.lane} ${here.text}` : ''}`}
      style={{ width: axis.width + 2 * margin, height: lanes.length * laneHeight }}
      onKeyDown={scrubByKey}
      onPointerDown={scrub}
      onPointerMove={scrub}
    >
      <svg width={axis.width + 2 * margin} height={lanes.length * laneHeight} aria-hidden="true">
        <g transform={`translate(${margin},0)`}>
          {lanes.map((lane, index) => (
            <g key={keyOf(lane)} transform={`translate(0,${index * laneHeight + laneHeight / 2})`}>
              <path d={`M0,0 H${axis.width}`} stroke="var(--line)" />
              {lane.kind === 'events'
                ? lane.marks.map((mark, at) => (
                    <EventDot
                      key={mark.x}
                      mark={mark}
                      isYou={lane.name === 'you'}
                      isReached={mark.atUs <= atUs}
                      room={(lane.marks[at + 1]?.x ?? axis.width) - mark.x}
                    />
                  ))
                : lane.packets.map((mark) => (
                    <PacketBar key={mark.packet.id} mark={mark} flow={lane.flow} isFollowed={mark.packet.id === position?.packet} />
                  ))}
            </g>
          ))}
          <path d={`M${playhead - margin},0 V${lanes.length * laneHeight}`} stroke="var(--ink)" strokeWidth={2} />
        </g>
      </svg>
      <output className="timeline-now mono" style={{ left: playhead }}>
        {formatSince(atUs, restUs)}
      </output>
    </div>
  );
}

/** Where a key of a slider leads from `x`, in pixels of the axis; null for other keys. */
function scrubbed(key: string, x: number, width: number): number | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -4, ArrowRight: 4, ArrowDown: -4, ArrowUp: 4, PageDown: -40, PageUp: 40 };
  if (key === 'Home') return 0;
  if (key === 'End') return width;
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(width, x + step));
}

function keepInView(lanes: HTMLElement | null, x: number): void {
  const frame = lanes?.parentElement;
  if (!frame) return;
  const room = 60;
  if (x < frame.scrollLeft + room || x > frame.scrollLeft + frame.clientWidth - room) frame.scrollLeft = x - frame.clientWidth / 2;
}

/** `room` is how much of the lane is free up to the next mark, in pixels: what happened is written there. */
function EventDot({ mark, isYou, isReached, room }: { mark: EventMark; isYou: boolean; isReached: boolean; room: number }) {
  const colour = isReached ? 'var(--ink2)' : 'var(--shape)';
  const label = labelFor(mark, room);
  return (
    <g transform={`translate(${mark.x},0)`}>
      <title>{mark.entries.map(({ lane, text }) => `${lane}: ${text}`).join('\n')}</title>
      {isYou ? (
        <path d="M-4,-5.5 L6,0 L-4,5.5 Z" fill={isReached ? 'var(--f1)' : 'var(--panel)'} stroke="var(--f1)" strokeWidth={1.6} />
      ) : (
        <circle r={4} fill={isReached ? colour : 'var(--panel)'} stroke={colour} strokeWidth={1.6} />
      )}
      {label && (
        <text x={9} y={4} className={mark.entries.length > 1 ? 'timeline-count' : 'timeline-label'}>
          {label}
        </text>
      )}
    </g>
  );
}

/** Pixels of a letter of the timeline, about. */
const letter = 6.4;

function labelFor({ entries }: EventMark, room: number): string {
  const text = entries.length > 1 ? String(entries.length) : (entries[0]?.text ?? '');
  const most = Math.floor((room - 22) / letter);
  if (text.length <= most) return text;
  return most < 8 ? '' : `${text.slice(0, most - 1)}…`;
}

function PacketBar({ mark, flow, isFollowed }: { mark: PacketMark; flow: number; isFollowed: boolean }) {
  const { packet, x, width, trouble } = mark;
  const colour = `var(--f${(flow % 6) + 1})`;
  const isRequest = packet.direction === 'request';
  return (
    <g>
      <title>{`${packet.label} ${packet.addr}: ${packet.fate?.text ?? 'under way'}`}</title>
      <rect
        x={x}
        y={isFollowed ? -8 : -6}
        width={width}
        height={isFollowed ? 16 : 12}
        rx={2}
        fill={isRequest ? colour : 'var(--panel)'}
        stroke={colour}
        strokeWidth={1.4}
      />
      {width > packet.label.length * 8 + 8 && (
        <text
          x={x + width / 2}
          y={4}
          textAnchor="middle"
          className="timeline-packet"
          style={isRequest ? { fill: `var(--on${(flow % 6) + 1})` } : undefined}
        >
          {packet.label}
        </text>
      )}
      {trouble && (
        <g transform={`translate(${x + width + 8},0)`}>
          <VerdictMark verdict={trouble} scale={0.6} />
        </g>
      )}
    </g>
  );
}
