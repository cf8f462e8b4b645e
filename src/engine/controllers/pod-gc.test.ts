import { expect, test } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { startPodGarbageCollector } from './pod-gc.ts';

function podsAfter(seconds: number, comesBack: boolean): number {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
  startPodGarbageCollector({ store, clock });
  store.create(node);
  store.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { nodeName: 'node-1', containers: [] },
  });
  store.delete('Node', '', 'node-1');
  if (comesBack) store.create(node);
  clock.advanceTo(seconds * 1_000_000);
  return store.list('Pod').length;
}

test('pods of a deleted node go after 40 s, unless it comes back', () => {
  expect([podsAfter(39, false), podsAfter(41, false), podsAfter(41, true)]).toEqual([1, 0, 1]);
});

test('so do pods that are bound to a node that never was, though somebody has deleted them already', () => {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  startPodGarbageCollector({ store, clock });
  const spec = { nodeName: 'node-9', containers: [], terminationGracePeriodSeconds: 30 };
  for (const name of ['web', 'api']) store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec });
  store.delete('Pod', 'default', 'api', { gracePeriodSeconds: 30 });
  clock.advanceTo(39_000_000);
  expect(store.list('Pod')).toHaveLength(2);
  clock.advanceTo(41_000_000);
  expect(store.list('Pod')).toEqual([]);
});
