import { expect, it } from 'vitest';
import { overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { assignCells, type Cells, layoutOverview, objectAt, rankServices } from './overview-layout.ts';
import { assignSlots, noSlots, type Slots } from './slots.ts';
import { aNode, aPod, generated } from './testing-cluster.ts';

function drawn(objects: Parameters<typeof clusterOf>[0], before: { slots: Slots; cells: Cells } = { slots: noSlots, cells: new Map() }) {
  const cluster = clusterOf(objects);
  const slots = assignSlots(cluster, before.slots);
  const cells = assignCells(cluster, before.cells);
  return { slots, cells, layout: layoutOverview(cluster, slots, cells) };
}

const hundred = generated(100, 10, 40);

it('gives every node a tile and every pod a cell of its own inside it', () => {
  const { layout } = drawn(hundred);
  expect(layout.tiles.size).toBe(100);
  const tiles = [...layout.tiles.values()];
  for (const [i, a] of tiles.entries()) for (const b of tiles.slice(i + 1)) expect(overlap(a.box, b.box)).toBe(false);
  for (const { box, cells } of tiles) {
    const boxes = cells.map(({ x, y }) => ({ x, y, width: layout.cell, height: layout.cell }));
    for (const [i, a] of boxes.entries()) {
      expect(a.x >= box.x && a.y >= box.y && a.x + a.width <= box.x + box.width && a.y + a.height <= box.y + box.height).toBe(true);
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    }
  }
});

it('moves no other cell and no tile when a pod comes or goes', () => {
  const before = drawn(hundred);
  const after = drawn([...hundred.filter((each) => each.name !== 'app-7-3'), aPod('app-50-new', 50, 99)], before);
  for (const [name, { box, cells }] of before.layout.tiles) {
    expect(after.layout.tiles.get(name)?.box).toEqual(box);
    const now = new Map(after.layout.tiles.get(name)?.cells.map(({ pod, x, y }) => [pod.name, `${x},${y}`]));
    for (const { pod, x, y } of cells) if (pod.name !== 'app-7-3') expect(now.get(pod.name)).toBe(`${x},${y}`);
  }
});

it('moves no tile of the zone when a node joins it', () => {
  const inZone = (zone: string, number: number) => ({ ...aNode(number), labels: { 'topology.kubernetes.io/zone': zone } });
  const nodes = [1, 2, 3, 4].map((number) => inZone('a', number));
  const before = drawn(nodes);
  const after = drawn([...nodes, inZone('a', 5)], before);
  for (const [name, { box }] of before.layout.tiles) expect(after.layout.tiles.get(name)?.box).toEqual(box);
});

it('finds the pod or the node under a point', () => {
  const { layout } = drawn(hundred);
  const tile = layout.tiles.get('node-12');
  const [cell] = tile?.cells ?? [];
  expect(cell && objectAt(layout, { x: cell.x + 2, y: cell.y + 2 })).toBe(cell?.pod.key);
  expect(tile && objectAt(layout, { x: tile.box.x + 2, y: tile.box.y + 2 })).toBe('Node//node-12');
  expect(objectAt(layout, { x: 0, y: 0 })).toBeNull();
});

it('ranks Services by requests and always lists the one in view', () => {
  const { services } = clusterOf(hundred);
  const { ranked, more } = rankServices(services, new Map([['Service/default/service-30', 7]]), 'Service/default/service-39', 5);
  expect(ranked.map(({ view }) => view.name)).toEqual(['service-30', 'service-0', 'service-1', 'service-2', 'service-39']);
  expect(more).toBe(35);
});
