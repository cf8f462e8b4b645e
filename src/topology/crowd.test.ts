import { expect, it } from 'vitest';
import { crowdSprites, routeCrowd } from './crowd.ts';
import { pointAt } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { layoutCluster } from './layout.ts';
import { assignSlots } from './slots.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';

const cluster = clusterOf(sampleObjects);
const layout = layoutCluster(cluster, assignSlots(cluster), { devices: [], services: [], pods: [] });
const [packet] = serviceWalk.packets;
const routed = packet ? routeCrowd({ packets: [{ packet, flow: 2 }], nowUs: () => 0, isRunning: true }, layout) : [];
const [first, second] = packet?.hops ?? [];

it('draws a packet between two hops as far along as time has gone', () => {
  const middle = ((first?.timeUs ?? 0) + (second?.timeUs ?? 0)) / 2;
  const [sprite] = crowdSprites(routed, middle, 1);
  const [route] = routed.map(({ route: { track, stops } }) => pointAt(track, ((stops[0] ?? 0) + (stops[1] ?? 0)) / 2));
  expect(sprite).toMatchObject({ x: route?.x, y: route?.y, look: { flow: 2 } });
});

it('draws it neither before it was sent nor after it has come', () => {
  expect(crowdSprites(routed, (first?.timeUs ?? 0) - 1, 1)).toEqual([]);
  expect(crowdSprites(routed, packet?.hops.at(-1)?.timeUs ?? 0, 1)).toEqual([]);
});
