import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hopMs, startClock } from './clock.ts';
import { createSimulationStore } from './simulation-store.ts';
import { answeredWalk, dnatHop, synHops } from './testing-walks.ts';
import { createUiStore } from './ui-store.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function playing(position = { walk: 0, packet: 2, hop: 1 }) {
  const simulation = createSimulationStore();
  simulation.setState({ walks: [answeredWalk()] });
  const ui = createUiStore();
  startClock(ui, simulation);
  ui.setState({ position, playing: true });
  return ui;
}

test('an interface takes 420 ms, and twice the speed half of that', () => {
  const ui = playing();
  vi.advanceTimersByTime(419);
  expect(ui.getState().position?.hop).toBe(1);
  vi.advanceTimersByTime(1);
  expect(ui.getState().position?.hop).toBe(2);
  ui.setState({ speed: 2 });
  vi.advanceTimersByTime(210);
  expect(ui.getState().position?.hop).toBe(3);
});

test('a rewrite is given time to be seen, a plain rule little', () => {
  const [first] = synHops;
  expect(first && hopMs(dnatHop, false)).toBeGreaterThan(first ? hopMs(first, false) : 0);
});

test('it waits while the drawing is held, and goes on when it is let go', () => {
  const ui = playing();
  ui.setState({ held: true });
  vi.advanceTimersByTime(5000);
  expect(ui.getState().position?.hop).toBe(1);
  ui.setState({ held: false });
  vi.advanceTimersByTime(420);
  expect(ui.getState().position?.hop).toBe(2);
});

test('it stops at the end of the walk', () => {
  const ui = playing({ walk: 0, packet: 5, hop: 2 });
  vi.advanceTimersByTime(5000);
  expect(ui.getState()).toMatchObject({ playing: false, position: { packet: 5, hop: 2 } });
});

test('at a thousandfold it takes many hops in one frame', () => {
  const ui = playing();
  ui.setState({ speed: 1000 });
  vi.advanceTimersByTime(20);
  expect(ui.getState().position?.packet).toBeGreaterThan(2);
});

test('on the timeline it goes on from the end of a walk to the next event, and stops after the last', () => {
  const simulation = createSimulationStore();
  const timeline = [{ atUs: 2_000, lane: 'endpointslice', text: 'web: 2 of 3 endpoints ready' }];
  simulation.setState({ walks: [answeredWalk()], timeline, nowUs: 3_000 });
  const ui = createUiStore();
  startClock(ui, simulation);
  ui.setState({ drawerTab: 'timeline', position: { walk: 0, packet: 5, hop: 2 }, playing: true });
  vi.advanceTimersByTime(840);
  expect(ui.getState()).toMatchObject({ moment: 2_000, position: null, playing: true });
  vi.advanceTimersByTime(700);
  expect(ui.getState()).toMatchObject({ moment: 2_000, playing: false });
});

test('at intent zoom it moves by steps', () => {
  const ui = playing();
  ui.setState({ zoom: 'intent' });
  vi.advanceTimersByTime(1600);
  expect(ui.getState().position?.hop).toBe(2);
  vi.advanceTimersByTime(1600);
  expect(ui.getState().position?.hop).toBe(3);
});
