import { expect, it } from 'vitest';
import { clusterOf } from './graph.ts';
import { countRequests } from './overview-requests.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';

const cluster = clusterOf(sampleObjects);

it('counts a walk for the Service that was asked and the pod that took it', () => {
  const { total, failed, byService, byNode } = countRequests(sampleObjects, cluster, [serviceWalk], []);
  expect([total, failed]).toEqual([1, 0]);
  expect([...byService]).toEqual([['Service/default/web', 1]]);
  expect([...byNode.values()]).toEqual([1]);
});

it('counts a load by its samples, and its traced requests only once', () => {
  const samples = [
    { ok: true, by: 'web-7d4b9c6f5-x2x9z', walk: serviceWalk.id },
    { ok: true, by: 'web-7d4b9c6f5-x2x9z' },
    { ok: false, by: '' },
  ];
  const { total, failed, byService } = countRequests(sampleObjects, cluster, [serviceWalk], [{ from: 'world', to: 'http://web', samples }]);
  expect([total, failed, byService.get('Service/default/web')]).toEqual([3, 1, 3]);
});
