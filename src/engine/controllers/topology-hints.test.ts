import { expect, test } from 'vitest';
import type { Endpoint, Node, Service } from '../api/types.ts';
import { addHints } from './topology-hints.ts';

const node = (zone: string | null, cpu: string, labels = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: `node-${zone}`, labels: { ...(zone === null ? {} : { 'topology.kubernetes.io/zone': zone }), ...labels } },
  status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: 'True' }] },
});

const service = (spec: Partial<Service['spec']>, mode?: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', annotations: mode ? { 'service.kubernetes.io/topology-mode': mode } : {} },
  spec,
});

/** Endpoints in the zones that the letters name; a capital letter is one that is not ready. */
const endpointsIn = (zones: string): Endpoint[] =>
  Array.from(zones, (letter, n) => ({
    addresses: [`10.244.1.${n}`],
    conditions: { ready: letter === letter.toLowerCase() },
    zone: letter.toLowerCase(),
    nodeName: `node-${letter.toLowerCase()}`,
  }));

/** For whom the endpoints are meant, in their order: a zone's letter, with `@node` where a node is named, `-` for everybody. */
function hints(wanted: Service, zones: string, nodes: readonly Node[] = []): string {
  const slice = { name: null, ports: [], endpoints: endpointsIn(zones) as readonly Endpoint[] };
  addHints(wanted, [slice], () => nodes);
  return slice.endpoints
    .map(({ hints: given }) => `${given?.forZones?.[0]?.name ?? '-'}${given?.forNodes ? `@${given.forNodes[0]?.name}` : ''}`)
    .join(' ');
}

const auto = service({}, 'Auto');
const twoEqual = [node('a', '4'), node('b', '4')];

test('trafficDistribution keeps ready endpoints for their own zone, or node', () => {
  expect(hints(service({ trafficDistribution: 'PreferClose' }), 'abA')).toBe('a b -');
  expect(hints(service({ trafficDistribution: 'PreferSameZone' }), 'ab')).toBe('a b');
  expect(hints(service({ trafficDistribution: 'PreferSameNode' }), 'ab')).toBe('a@node-a b@node-b');
  expect(hints(service({ trafficDistribution: 'Elsewhere' }), 'ab')).toBe('- -');
});

test('Auto lends endpoints to a zone that has too few of them for its CPU', () => {
  expect(hints(auto, 'aabb', twoEqual)).toBe('a a b b');
  expect(hints(auto, 'aaab', twoEqual)).toBe('b a a b');
  expect(
    hints(auto, 'aaaaaa', [...twoEqual, node('c', '4')])
      .split(' ')
      .sort()
      .join(' '),
  ).toBe('a a b b c c');
});

test('a zone with three quarters of the CPU gets three quarters of the endpoints', () => {
  expect(hints(auto, 'aabb', [node('a', '3'), node('b', '1')])).toBe('a a a b');
});

test('Auto gives no hints where they would be guesswork', () => {
  expect(hints(auto, 'a', twoEqual)).toBe('-');
  expect(hints(auto, 'ab', [node('a', '4')])).toBe('- -');
  expect(hints(auto, 'ab', [...twoEqual, node(null, '4')])).toBe('- -');
  expect(hints(auto, 'ab', [...twoEqual, node('c', '0')])).toBe('- -');
  expect(hints(auto, 'abca', [...twoEqual, node('c', '4')])).toBe('- - - -');
  expect(hints(service({ trafficDistribution: 'PreferClose' }, 'Auto'), 'a', twoEqual)).toBe('-');
});

test('Auto counts neither the control plane nor unready endpoints', () => {
  expect(hints(auto, 'abB', [...twoEqual, node(null, '8', { 'node-role.kubernetes.io/control-plane': '' })])).toBe('a b -');
});
