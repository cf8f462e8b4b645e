import { expect, test } from 'vitest';
import type { Pod } from '../api/types.ts';
import { podsToDelete } from './replica-deletion.ts';

interface Facts {
  readonly node?: string;
  readonly phase?: 'Pending' | 'Running';
  readonly readySince?: string;
  readonly cost?: string;
  readonly created?: string;
}

const pod = (name: string, { node = name, phase = 'Running', readySince = '08:00', cost, created = '08:00' }: Facts = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    creationTimestamp: `2026-01-01T${created}:00Z`,
    annotations: cost ? { 'controller.kubernetes.io/pod-deletion-cost': cost } : {},
  },
  spec: { containers: [], nodeName: node },
  status: {
    phase,
    conditions: readySince ? [{ type: 'Ready', status: 'True', lastTransitionTime: `2026-01-01T${readySince}:00Z` }] : [],
  },
});

/** The order in which they would go. */
const order = (pods: readonly Pod[]) => podsToDelete(pods, pods, pods.length).map((one) => one.metadata.name);

test('what helps least goes first', () => {
  const pods = [
    pod('old'),
    pod('young', { created: '09:00' }),
    pod('just-ready', { readySince: '09:00' }),
    pod('cheap', { cost: '-10' }),
    pod('unready', { readySince: '' }),
    pod('pending', { phase: 'Pending', readySince: '' }),
    pod('unassigned', { node: '', phase: 'Pending', readySince: '' }),
  ];
  expect(order(pods)).toEqual(['unassigned', 'pending', 'unready', 'cheap', 'just-ready', 'young', 'old']);
});

test('of equal pods the last one made goes first', () => {
  expect(order([pod('a'), pod('b'), pod('c')])).toEqual(['c', 'b', 'a']);
});

test('a node with two of them gives one up before a node with one', () => {
  const [a, c] = [pod('a', { node: 'n1' }), pod('c', { node: 'n2' })];
  const sibling = pod('x', { node: 'n1' });
  expect(podsToDelete([a, c], [a, c], 1)).toEqual([c]);
  expect(podsToDelete([a, c], [a, c, sibling], 1)).toEqual([a]);
});
