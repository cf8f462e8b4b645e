// What becomes of a Deployment's ReplicaSets and pods when it is deleted, by the policy of the deletion.

import { expect, test } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { Clock } from '../sim/clock.ts';
import { controllerReference } from './controller.ts';
import { startGarbageCollector } from './garbage-collector.ts';

type Policy = 'Background' | 'Foreground' | 'Orphan';

/** A Deployment, its ReplicaSet, its pod (which takes its time to go), and the order in which they go. */
function deleteWith(propagationPolicy: Policy) {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  const object = (kind: string, owner?: KubeObject): KubeObject =>
    store.create({
      apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
      kind,
      metadata: { name: 'web', namespace: 'default', ...(owner ? { ownerReferences: [controllerReference(owner)] } : {}) },
      spec: kind === 'Pod' ? { nodeName: 'node-1', containers: [] } : {},
    });
  object('Pod', object('ReplicaSet', object('Deployment')));
  startGarbageCollector({ store, clock });
  const gone: string[] = [];
  store.watchAll(({ type, object: { kind } }) => type === 'DELETED' && gone.push(kind));
  store.watch('Pod', ({ object: { metadata } }) => {
    if (!metadata.deletionTimestamp || gone.includes('Pod')) return;
    clock.after(500_000, () => store.get('Pod', 'default', 'web') && store.delete('Pod', 'default', 'web', { gracePeriodSeconds: 0 }));
  });
  store.delete('Deployment', 'default', 'web', { propagationPolicy });
  while (clock.step());
  return { store, gone };
}

test('in the background the owner goes at once and the rest after it', () => {
  expect(deleteWith('Background').gone).toEqual(['Deployment', 'ReplicaSet', 'Pod']);
});

test('in the foreground the owner waits for its last pod', () => {
  expect(deleteWith('Foreground').gone).toEqual(['Pod', 'ReplicaSet', 'Deployment']);
});

test('orphans live on without an owner, and keep what they own', () => {
  const { store, gone } = deleteWith('Orphan');
  expect(gone).toEqual(['Deployment']);
  expect(store.get('ReplicaSet', 'default', 'web')?.metadata.ownerReferences).toEqual([]);
  expect(store.get('Pod', 'default', 'web')?.metadata.ownerReferences?.[0]?.kind).toBe('ReplicaSet');
});
