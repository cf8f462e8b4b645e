import { expect, test } from 'vitest';
import { withDefaults } from '../../api/defaulting.ts';
import type { KubeObject } from '../../api/types.ts';
import { createObjectStore } from '../../apiserver/store.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import { Clock } from '../../sim/clock.ts';
import { connectivityMatrix, type MatrixCell, podSources, podTargets } from './matrix.ts';

function storeOf(...objects: KubeObject[]): ObjectStore {
  const store = createObjectStore(new Clock(), 1);
  for (const object of objects) store.create(withDefaults(object));
  return store;
}

function pod(name: string, podIP: string, app = name): KubeObject {
  const spec = { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app } }, spec, status: { podIP } };
}

function policy(name: string, spec: object): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'default' }, spec };
}

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.56.11' }] },
};

const store = storeOf(
  NODE,
  pod('client', '10.244.1.10'),
  pod('other', '10.244.1.11'),
  pod('web-1', '10.244.1.20', 'web'),
  pod('web-2', '10.244.1.21', 'web'),
  policy('web-from-client', { ...app('web'), ingress: [{ from: [app('client')], ports: [{ port: 80 }] }] }),
  policy('other-shut', { ...app('other'), policyTypes: ['Egress'] }),
);

const places = [...podSources(store), { key: 'world', address: '192.168.56.100' }, { key: 'node-1', address: '192.168.56.11' }];
const at = (port: number) => connectivityMatrix(store, { sources: places, targets: podTargets(store, { port, protocol: 'TCP' }) });
const drawn = (cells: readonly (readonly (MatrixCell | null)[])[]) =>
  cells.map((row) => row.map((cell) => (cell === null ? '·' : cell.open ? 'o' : 'x')).join(''));

test('pods, the world and the node by pods, per port', () => {
  expect(drawn(at(80).cells)).toEqual([
    '·ooo', // client
    'x·xx', // other
    'oo·x', // web-1
    'oox·', // web-2
    'ooxx', // world
    'oooo', // node-1, their own
  ]);
  expect(drawn(at(8080).cells)[0]).toBe('·oxx');
});

test('a cell tells the way out and the way in apart, each with its policies and the rule that admits', () => {
  const { cells } = at(80);
  expect(cells[0]?.[2]).toEqual({
    open: true,
    egress: { open: true, policies: [], admittedBy: null, deniedBy: null },
    ingress: { open: true, policies: ['default/web-from-client'], admittedBy: 'default/web-from-client, ingress[0]', deniedBy: null },
  });
  expect(cells[1]?.[2]).toEqual({
    open: false,
    egress: { open: false, policies: ['default/other-shut'], admittedBy: null, deniedBy: null },
    ingress: { open: false, policies: ['default/web-from-client'], admittedBy: null, deniedBy: null },
  });
});

test('ends that no rule tells apart share their answer', () => {
  const pods = Array.from({ length: 60 }, (_, i) => pod(`p${i}`, `10.244.2.${i + 2}`, i % 3 === 0 ? 'web' : `app${i % 5}`));
  const large = storeOf(...pods, policy('web', { ...app('web'), ingress: [{ from: [app('app1')] }] }));
  const matrix = connectivityMatrix(large, { sources: podSources(large), targets: podTargets(large, { port: 80, protocol: 'UDP' }) });
  const open = (from: number, to: number) => to % 3 !== 0 || (from % 3 !== 0 && from % 5 === 1);
  for (const [from, row] of matrix.cells.entries()) {
    for (const [to, cell] of row.entries()) expect(cell?.open ?? null).toBe(from === to ? null : open(from, to));
  }
  expect(new Set(matrix.cells.flat()).size).toBeLessThan(40);
});
