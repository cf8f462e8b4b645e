import { describe, expect, it } from 'vitest';
import { type Box, overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { type Layout, layoutCluster } from './layout.ts';
import { assignSlots, noSlots, type Slots } from './slots.ts';
import { aNode, aPod, generated } from './testing-cluster.ts';

const calm = { devices: [], services: [], pods: [] };

function drawn(objects: Parameters<typeof clusterOf>[0], previous: Slots = noSlots): { layout: Layout; slots: Slots } {
  const cluster = clusterOf(objects);
  const slots = assignSlots(cluster, previous);
  return { layout: layoutCluster(cluster, slots, calm), slots };
}

const corners = (layout: Layout) => new Map([...layout.pods].map(([key, { box }]) => [key, `${box.x},${box.y}`]));

describe('layout', () => {
  it('draws three nodes in the measures of the design', () => {
    const { layout } = drawn([aNode(1), aNode(2), aNode(3), aPod('client', 1, 11), aPod('web', 1, 14)]);
    expect([layout.width, layout.height, layout.wireY]).toEqual([800, 652, 584]);
    expect(layout.nodes.get('node-2')?.box).toEqual({ x: 344, y: 248, width: 440, height: 188 });
    expect(layout.nodes.get('node-1')?.station).toEqual({ x: 410, y: 84, width: 126, height: 136 });
    expect(layout.pods.get('Pod/default/client')?.box).toEqual({ x: 604, y: 84, width: 160, height: 64 });
    expect(layout.pods.get('Pod/default/web')?.box).toEqual({ x: 604, y: 156, width: 160, height: 64 });
  });

  it('gives two nodes the height of three, and moves none when the third one goes', () => {
    const two = drawn([aNode(1), aNode(2)]);
    expect([two.layout.height, two.layout.nodes.get('node-2')?.box.y]).toEqual([652, 350]);
    const three = drawn([aNode(1), aNode(2), aNode(3)]);
    const after = drawn([aNode(1), aNode(2)], three.slots);
    expect(after.layout.nodes.get('node-2')?.box).toEqual(three.layout.nodes.get('node-2')?.box);
  });

  it('says the same for the same cluster in any order', () => {
    const objects = generated(5, 7, 6);
    expect(drawn([...objects].reverse()).layout).toEqual(drawn(objects).layout);
  });

  it('moves no other node and no other pod when a pod comes or goes, from 1 pod on a node to 64', () => {
    const objects = generated(3, 0, 2);
    let { layout, slots } = drawn([...objects, aPod('p-0', 1, 1)]);
    for (let count = 2; count <= 64; count++) {
      const pods = Array.from({ length: count }, (_, i) => aPod(`p-${i}`, 1, i + 1));
      const next = drawn([...objects, ...pods], slots);
      expect(next.layout.nodes.get('node-2')?.box).toEqual(layout.nodes.get('node-2')?.box);
      for (const [key, corner] of corners(layout)) expect(corners(next.layout).get(key)).toBe(corner);
      ({ layout, slots } = next);
    }
    for (let gone = 0; gone < 64; gone += 3) {
      const pods = Array.from({ length: 64 }, (_, i) => aPod(`p-${i}`, 1, i + 1)).filter((_, i) => i > gone || i % 3 !== 0);
      const next = drawn([...objects, ...pods], slots);
      for (const [key, corner] of corners(next.layout)) expect(corners(layout).get(key)).toBe(corner);
      ({ layout, slots } = next);
    }
  });

  it('gives the slot of a dead pod to the next one', () => {
    const before = drawn([aNode(1), aPod('a', 1, 1), aPod('b', 1, 2)]);
    const after = drawn([aNode(1), aPod('b', 1, 2), aPod('c', 1, 3)], before.slots);
    expect(after.layout.pods.get('Pod/default/c')?.box).toEqual(before.layout.pods.get('Pod/default/a')?.box);
  });

  it('moves with a dragged machine its pods, and no other machine', () => {
    const cluster = clusterOf(generated(3, 2, 2));
    const slots = assignSlots(cluster);
    const still = layoutCluster(cluster, slots, calm);
    const moved = layoutCluster(cluster, slots, calm, { 'Node//node-2': { x: 60, y: 24 } });
    const shift = (of: (layout: Layout) => Box | undefined) => [
      (of(moved)?.x ?? 0) - (of(still)?.x ?? 0),
      (of(moved)?.y ?? 0) - (of(still)?.y ?? 0),
    ];
    expect(shift((layout) => layout.nodes.get('node-2')?.box)).toEqual([60, 24]);
    expect(shift((layout) => layout.pods.get('Pod/default/app-2-0')?.box)).toEqual([60, 24]);
    expect(shift((layout) => layout.nodes.get('node-1')?.box)).toEqual([0, 0]);
  });

  it('never lets two boxes overlap', () => {
    for (const [nodes, pods, services] of [
      [1, 1, 1],
      [2, 2, 3],
      [3, 3, 4],
      [4, 8, 7],
      [6, 9, 8],
      [17, 30, 24],
      [100, 10, 40],
    ] as const) {
      const { layout } = drawn([...generated(nodes, pods, services), aPod('waiting-1', null, 0), aPod('waiting-2', null, 0)]);
      expectApart([...layout.pods.values()].map((place) => place.box));
      const machines = [...layout.nodes.values()].map((place) => place.box);
      expectApart([
        ...machines,
        ...[...layout.services.values()].map((place) => place.box),
        ...(layout.unscheduled ? [layout.unscheduled] : []),
      ]);
      for (const pod of layout.pods.values()) {
        const home = pod.node ? layout.nodes.get(pod.node)?.box : layout.unscheduled;
        expect(home && pod.box.x + pod.box.width <= home.x + home.width && pod.box.y + pod.box.height <= home.y + home.height).toBe(true);
      }
    }
  });

  it('opens the two followed pods of a crowded node without moving the node', () => {
    const objects = generated(1, 8, 0);
    const cluster = clusterOf(objects);
    const layout = layoutCluster(cluster, assignSlots(cluster), {
      devices: [],
      services: [],
      pods: ['Pod/default/app-1-0', 'Pod/default/app-1-1'],
    });
    const [a, b] = ['Pod/default/app-1-0', 'Pod/default/app-1-1'].map((key) => layout.pods.get(key)?.box as Box);
    expect([a?.y, b?.y]).toEqual([84, 156]);
  });

  it('opens a pod where it hides no neighbour, if there is such a place', () => {
    const cluster = clusterOf(generated(1, 3, 0));
    const [first] = [...assignSlots(cluster).pods.keys()] as [string];
    const layout = layoutCluster(cluster, assignSlots(cluster), { devices: [], services: [], pods: [first] });
    expectApart([...layout.pods.values()].map((place) => place.box));
  });
});

function expectApart(boxes: readonly Box[]): void {
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) if (overlap(a, b)) throw new Error(JSON.stringify([a, b]));
}
