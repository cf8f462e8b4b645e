import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command, Update } from '../protocol/messages.ts';
import type { Connection } from './connection.ts';
import { createRun, pauseMs } from './run.ts';
import { createSimulationStore, emptyMirror } from './simulation-store.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A line whose other end answers when the test says so. */
function heldConnection() {
  const sent: Command[] = [];
  let listener: (update: Update) => void = () => undefined;
  const connection: Connection = {
    send: (command) => void sent.push(command),
    subscribe: (next) => {
      listener = next;
      return () => undefined;
    },
    close: () => undefined,
  };
  const answer = (id: number) =>
    listener({
      type: 'state',
      id,
      usable: true,
      scenario: emptyMirror.scenario,
      changed: [],
      removed: [],
      problems: [],
      walks: [],
      actions: [],
      traffic: [],
      faults: [],
      timeline: [],
      restUs: 0,
      lookUs: 0,
      nowUs: 0,
      tookMs: 1,
    });
  return { sent, connection, answer, tell: (update: Update) => listener(update) };
}

test('a key goes out at once, and until a pause the reader is typing', () => {
  const { sent, connection, answer } = heldConnection();
  const run = createRun(connection, createSimulationStore(), () => undefined);
  run.edit('a');
  run.edit('ab');
  run.edit('abc');
  expect(sent).toMatchObject([{ type: 'run', text: 'a' }]);
  answer(1);
  expect(sent).toMatchObject([{ text: 'a' }, { text: 'abc' }]);
  expect(run.store.getState().typing).toBe(true);
  vi.advanceTimersByTime(pauseMs);
  expect(run.store.getState().typing).toBe(false);
});

test('while one run is being answered, the next waits and carries the newest text', () => {
  const { sent, connection, answer } = heldConnection();
  const run = createRun(connection, createSimulationStore(), () => undefined);
  run.open({ scenario: null, text: 'a', seed: 1, actions: [] });
  run.apply('b');
  run.apply('c');
  expect(sent).toHaveLength(1);
  answer(1);
  expect(sent).toMatchObject([{ text: 'a' }, { text: 'c' }]);
  expect(run.store.getState().busy).toBe(true);
  answer(2);
  expect(run.store.getState().busy).toBe(false);
});

test('an action is added to the run, which is sent whole', () => {
  const { sent, connection } = heldConnection();
  const run = createRun(connection, createSimulationStore(), () => undefined);
  run.act({ type: 'send', from: 'pod/default/client', to: 'http://web' });
  expect(sent).toMatchObject([{ actions: [{ type: 'send', to: 'http://web' }] }]);
});

test('a crash is told, and restart sends the run again', async () => {
  const { sent, connection, tell } = heldConnection();
  const simulation = createSimulationStore();
  const run = createRun(connection, simulation, () => undefined);
  run.apply('a');
  const inspection = run.inspectNode('node-1');
  tell({ type: 'crashed', id: 1, message: 'must not happen' });
  expect(simulation.getState().crashed).toBe('must not happen');
  expect(await inspection).toBeNull();
  run.restart();
  expect(sent.at(-1)).toMatchObject({ type: 'run', text: 'a' });
});
