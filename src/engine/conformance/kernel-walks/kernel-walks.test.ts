// Walks that a real kernel took, recorded by `npm run kernel -- --record`, against the engine on the same machines.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackVectors } from '../pack.ts';
import { compareFlows, fixedPortsOf } from './compare-flows.ts';
import { runEngineFlow } from './engine-flow.ts';
import { rebuildLab } from './rebuild-lab.ts';
import type { KernelRecording } from './recorded-flow.ts';

const recordings = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

test('there are recordings', () => expect(recordings.length).toBeGreaterThan(0));

describe.each(recordings)('%s', (name) => {
  const recording = unpackVectors(JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'))) as KernelRecording;
  const { context, places } = rebuildLab(recording.lab);
  const fixedPorts = fixedPortsOf(recording.lab);

  // In the order of the recording: connections and sticky sessions outlive a request.
  test.each(recording.cases.map((kernel) => ({ kernel, title: kernel.flow.title })))('$title', ({ kernel }) => {
    const engine = runEngineFlow(context, places, kernel.flow, kernel.choices);
    expect(compareFlows(kernel, engine, fixedPorts)).toEqual([]);
  });
});
