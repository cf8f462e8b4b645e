// The clock of play: while playing it moves the position on, hop by hop (step by step at intent zoom), at a pace that
// gives a rewrite time to be seen; on the timeline it goes on from a walk's end to what happens next. It knows nothing of
// the drawing.

import type { Hop } from '../protocol/messages.ts';
import { momentOf, nextHappening } from './moment.ts';
import type { Mirror, SimulationStore } from './simulation-store.ts';
import { firstPosition, lookUp, nextHop, nextStep } from './stepping.ts';
import { spanOf } from './traffic.ts';
import type { UiState, UiStore } from './ui-store.ts';

const interfaceMs = 420;
const ruleMs = 170;
const rewriteMs = 1020;
const verdictMs = 840;
const stepMs = 1600;

/** How long the walk stays at a hop at 1x. */
export function hopMs(hop: Hop, isLast: boolean): number {
  if (hop.addr_after !== undefined) return rewriteMs;
  if (isLast) return verdictMs;
  return hop.kind === 'rule' ? ruleMs : interfaceMs;
}

/** How long a moment between packets is shown. */
const eventMs = 700;
/** No screen shows more than one thing in this time: at high speeds several hops are taken at once. */
const frameMs = 16;

/** Starts the clock; returns the way to stop it. It ticks only while `playing` is set and the drawing is not held. */
export function startClock(ui: UiStore, simulation: SimulationStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wind = () => {
    clearTimeout(timer);
    const { playing, held } = ui.getState();
    if (!playing || held) return;
    const { next, stayMs } = framesAhead(ui.getState(), simulation.getState());
    timer = setTimeout(() => ui.setState(next ? { ...next, revealed: false } : { playing: false }), stayMs);
  };
  const unsubscribe = ui.subscribe((now, before) => {
    const isSame = now.playing === before.playing && now.held === before.held && now.speed === before.speed;
    if (!isSame || now.position !== before.position || now.moment !== before.moment || now.zoom !== before.zoom) wind();
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}

type Stop = Pick<UiState, 'position' | 'moment'>;

/** A load is played in so many pictures, whatever time it took. */
const loadFrames = 240;
const loadFrameMs = 25;

/** Where the walk is after the time of one frame at least, and how long that takes. Null at the end. */
function framesAhead(state: UiState, mirror: Mirror): { readonly next: Stop | null; readonly stayMs: number } {
  let at: Stop = state;
  let stayMs = 0;
  for (;;) {
    stayMs += stayAt({ ...state, ...at }, mirror) / state.speed;
    const next = stopAfter({ ...state, ...at }, mirror);
    if (next === null) return { next: at === state ? null : at, stayMs };
    at = next;
    if (stayMs >= frameMs) return { next, stayMs };
  }
}

function stayAt({ position, moment, zoom, drawerTab }: UiState, { walks }: Mirror): number {
  if (drawerTab === 'traffic' && moment !== null) return loadFrameMs;
  const at = lookUp(walks, position);
  if (!at || moment !== null) return eventMs;
  return zoom === 'intent' ? stepMs : hopMs(at.hop, at.hop.n === at.packet.hops.length);
}

/** The next hop of the walk; after its last one, on the timeline, whatever happens next. */
function stopAfter(state: UiState, mirror: Mirror): Stop | null {
  const { position, moment, zoom, showFolded, drawerTab } = state;
  if (drawerTab === 'traffic' && moment !== null) return nextOfLoad(moment, mirror);
  const at = lookUp(mirror.walks, position);
  const next = at && position && (zoom === 'intent' ? nextStep(at.walk, position) : nextHop(at.walk, position, { showFolded }));
  if (next) return { position: next, moment: null };
  if (drawerTab !== 'timeline') return null;
  const fromUs = Math.max(at?.walk.endUs ?? 0, momentOf(mirror.walks, state) ?? mirror.nowUs);
  const happening = nextHappening(mirror, fromUs);
  if (!happening) return null;
  return happening.walk
    ? { position: firstPosition(happening.walk, { showFolded }), moment: null }
    : { position: null, moment: happening.atUs };
}

/** A little further in the load that is under way; null at its end. */
function nextOfLoad(moment: number, { traffic }: Mirror): Stop | null {
  const spans = traffic.map(spanOf);
  const span = spans.findLast(({ startUs, endUs }) => startUs <= moment && moment < endUs);
  if (!span) return null;
  const step = Math.max(1, Math.ceil((span.endUs - span.startUs) / loadFrames));
  return { position: null, moment: Math.min(span.endUs, moment + step) };
}
