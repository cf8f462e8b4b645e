import { expect, it } from 'vitest';
import { noFilter } from '../state/drawing-options.ts';
import { filterCluster, onPathOf, relatedTo } from './filter.ts';
import { clusterOf } from './graph.ts';
import { aNode, aPod, aService, generated } from './testing-cluster.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';

const web = aPod('web', 1, 2, { app: 'web' });
const dns = { ...aPod('coredns', 2, 3), namespace: 'kube-system', key: 'Pod/kube-system/coredns', system: true };
const service = aService('web', '10.96.0.9', { app: 'web' }, [web]);
const cluster = clusterOf([aNode(1), aNode(2), web, dns, aPod('client', 1, 4), service]);
const shown = (filter: Partial<typeof noFilter>, kept: string[] = []) => {
  const { podsByNode, services } = filterCluster(cluster, { ...noFilter, ...filter }, kept);
  return [...[...podsByNode.values()].flat(), ...services].map(({ name }) => name).sort();
};

it('hides the system, a namespace, or all but one object and what belongs to it', () => {
  expect(shown({ hideSystem: true })).toEqual(['client', 'web', 'web']);
  expect(shown({ hiddenNamespaces: ['default'] })).toEqual(['coredns']);
  expect(shown({ only: service.key })).toEqual(['web', 'web']);
});

it('draws the ends of a walk whatever is hidden', () => {
  expect(shown({ hideSystem: true }, [dns.key])).toContain('coredns');
});

it('knows what an object has to do with', () => {
  expect([...relatedTo(cluster, service.key)].sort()).toEqual(['Node//node-1', 'Pod/default/web', 'Service/default/web']);
});

it('keeps of a large cluster the machines and Services of one walk', () => {
  const near = onPathOf([...sampleObjects, ...generated(60, 2, 9).slice(3)], serviceWalk, null);
  expect(near.filter(({ kind }) => kind === 'Node').length).toBeLessThan(5);
  expect(near.filter(({ kind }) => kind === 'Service').map(({ name }) => name)).toEqual(['web']);
});
