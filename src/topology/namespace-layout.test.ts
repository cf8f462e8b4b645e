import { expect, it } from 'vitest';
import { overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { assignRows, layoutNamespaces } from './namespace-layout.ts';
import { aNode, aPod, aService } from './testing-cluster.ts';

const web = [1, 2, 3, 4, 5].map((host) => aPod(`web-${host}`, 1, host, { app: 'web' }));
const objects = [
  aNode(1),
  ...web,
  aPod('client', 1, 9),
  aService('web', '10.96.0.9', { app: 'web' }),
  aService('idle', '10.96.0.8', { app: 'none' }),
];

function drawn(all: Parameters<typeof clusterOf>[0], before?: ReturnType<typeof assignRows>) {
  const cluster = clusterOf(all);
  const rows = assignRows(cluster, before);
  return { rows, layout: layoutNamespaces(cluster, rows) };
}

it('puts the pods that a Service selects into its row, and the others last', () => {
  const [frame] = drawn(objects).layout.frames;
  expect(frame?.rows.map((row) => [row.service?.view.name ?? null, row.pods.map(({ view }) => view.name)])).toEqual([
    ['idle', []],
    ['web', ['web-1', 'web-2', 'web-3', 'web-4', 'web-5']],
    [null, ['client']],
  ]);
});

it('never lets two boxes overlap', () => {
  const boxes = drawn(objects).layout.frames.flatMap(({ rows }) =>
    rows.flatMap(({ service, pods }) => [...(service ? [service.box] : []), ...pods.map(({ box }) => box)]),
  );
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
});

it('moves no other pod when one goes', () => {
  const before = drawn(objects);
  const places = (layout: typeof before.layout) =>
    new Map(layout.frames.flatMap(({ rows }) => rows.flatMap(({ pods }) => pods.map(({ view, box }) => [view.key, box] as const))));
  const after = drawn(
    objects.filter((object) => object.name !== 'web-2'),
    before.rows,
  );
  for (const [key, box] of places(after.layout)) expect(box).toEqual(places(before.layout).get(key));
});
