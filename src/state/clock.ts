// The clock of play: while playing it moves the position on, hop by hop (step by step at intent zoom), at a pace that
// gives a rewrite time to be seen. It knows nothing of the drawing.

import type { Hop, Walk } from '../protocol/messages.ts';
import type { SimulationStore } from './simulation-store.ts';
import { lookUp, nextHop, nextStep } from './stepping.ts';
import type { UiStore } from './ui-store.ts';

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

/** Starts the clock; returns the way to stop it. It ticks only while `playing` is set and the drawing is not held. */
export function startClock(ui: UiStore, simulation: SimulationStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wind = () => {
    clearTimeout(timer);
    const { playing, held, speed, zoom, position } = ui.getState();
    if (!playing || held) return;
    const at = lookUp(simulation.getState().walks, position);
    if (!at) return;
    const stayMs = zoom === 'intent' ? stepMs : hopMs(at.hop, at.hop.n === at.packet.hops.length);
    timer = setTimeout(() => tick(ui, at.walk), stayMs / speed);
  };
  const unsubscribe = ui.subscribe((now, before) => {
    const isSame = now.playing === before.playing && now.held === before.held && now.speed === before.speed;
    if (!isSame || now.position !== before.position || now.zoom !== before.zoom) wind();
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}

function tick(ui: UiStore, walk: Walk): void {
  const { position, zoom, showFolded } = ui.getState();
  const next = position && (zoom === 'intent' ? nextStep(walk, position) : nextHop(walk, position, { showFolded }));
  if (next) ui.setState({ position: next, revealed: false });
  else ui.setState({ playing: false });
}
