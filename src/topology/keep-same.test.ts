import { expect, test } from 'vitest';
import { boxesOf } from './boxes.ts';
import { clusterOf } from './graph.ts';
import { keepSame } from './keep-same.ts';
import { sceneOf } from './scene.ts';
import { assignSlots } from './slots.ts';
import { sampleObjects } from './testing-data.ts';

test('what says the same stays the same object, and only what does not is new', () => {
  const before = { pods: [{ name: 'web-1' }, { name: 'web-2' }], byNode: new Map([['node-1', { pods: 2 }]]) };
  expect(keepSame(before, structuredClone(before))).toBe(before);
  const now = keepSame(before, { pods: [{ name: 'web-1' }, { name: 'web-3' }], byNode: new Map([['node-1', { pods: 2 }]]) });
  expect(now.pods).toEqual([{ name: 'web-1' }, { name: 'web-3' }]);
  expect(now.pods[0]).toBe(before.pods[0]);
  expect(now.byNode).toBe(before.byNode);
});

test('a field that is gone, or a list that is shorter, is no longer the same', () => {
  expect(keepSame({ a: 1, b: undefined }, { a: 1 })).toStrictEqual({ a: 1 });
  expect(keepSame([1, 2], [1])).toEqual([1]);
});

test('a renamed Service leaves every other box of the drawing as it was', () => {
  const boxes = (objects: typeof sampleObjects) => {
    const cluster = clusterOf(objects);
    const scene = sceneOf(cluster, assignSlots(cluster), { objects, walk: null, position: null, selection: null });
    return new Map(boxesOf(scene, cluster.services.length, null).map((box) => [box.id, box]));
  };
  const before = boxes(sampleObjects);
  const renamed = sampleObjects.map((object) =>
    object.key === 'Service/default/web' ? { ...object, key: 'Service/default/web2', name: 'web2' } : object,
  );
  const now = keepSame(before, boxes(renamed));
  expect([...now].filter(([key, box]) => before.get(key) !== box).map(([key]) => key)).toEqual(['Service/default/web2']);
});
