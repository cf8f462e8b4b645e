import { expect, test } from 'vitest';
import type { OtherView } from '../protocol/messages.ts';
import { matching, packet } from '../state/testing-walks.ts';
import type { Followed } from './followed.ts';
import { overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { layoutCluster } from './layout.ts';
import { rulesPlaces } from './rules-boxes.ts';
import { assignSlots } from './slots.ts';
import { sampleObjects } from './testing-data.ts';

const key = 'NetworkPolicy/default/web-from-monitor';
const named = { name: 'web-from-monitor', namespace: 'default', labels: {}, source: null, simulated: true } as const;
const policy: OtherView = { key, kind: 'NetworkPolicy', summary: 'guards app=web', ...named };
const asked = matching(2, 'KUBE-POD-FW-QKZ2', 4, 'JUMP KUBE-NWPLCY-3A', '-A X --comment "policy default/web-from-monitor, ingress" -j Y');
const cluster = clusterOf(sampleObjects);
const layout = layoutCluster(cluster, assignSlots(cluster), { devices: [], services: [], pods: [] });
const at = (index: number) =>
  rulesPlaces(
    [...sampleObjects, policy],
    { packet: packet(1, 'SYN', [{ ...asked, text: '' } as typeof asked, asked]), index } as Followed,
    layout,
  );

test('a policy stands beside the Services once the packet has met its rules', () => {
  expect(at(0)).toEqual([]);
  const [place] = at(1);
  expect(place).toMatchObject({ view: { key }, state: 'followed' });
  expect([...layout.services.values()].some((each) => place && overlap(each.box, place.box))).toBe(false);
});
