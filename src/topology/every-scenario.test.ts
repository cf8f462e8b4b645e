// Every hop of every packet of every built-in scenario, as the Objects zoom draws it at its default size: no two texts lie
// on each other, the card hides no text and no lit Service, and ways go around boxes.

import { expect, it } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { type Box, contains, overlap, type Point } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { cardWidth, cardX } from './header-card.ts';
import { labelsOf } from './labels.ts';
import type { Layout } from './layout.ts';
import { leaderOf } from './leader.ts';
import { type Scene, sceneOf } from './scene.ts';
import { selectorLines } from './selectors.ts';
import { assignSlots } from './slots.ts';

it.each(scenarios)('$id: no label overlaps, and ways go around boxes', ({ text }) => {
  const scenario = createSimulation().run(text, 1, []).scenario;
  const actions = scenario.traffic.slice(0, 3).map(({ from, to }) => ({ type: 'send' as const, from, to }));
  const { objects, walks } = createSimulation().run(text, 1, actions);
  const cluster = clusterOf(objects);
  const slots = assignSlots(cluster);
  const faults = new Set<string>();
  for (const walk of walks) {
    for (const packet of walk.packets) {
      for (const hop of packet.hops) {
        const position = { walk: walk.id, packet: packet.id, hop: hop.n };
        const scene = sceneOf(cluster, slots, { objects, walk, position, selection: null });
        for (const fault of [...labelFaults(scene), ...wayFaults(scene)]) faults.add(fault);
      }
    }
  }
  expect([...faults]).toEqual([]);
});

function labelFaults(scene: Scene): string[] {
  const labels = labelsOf(scene.layout);
  const faults: string[] = [];
  for (const [i, a] of labels.entries())
    for (const b of labels.slice(i + 1)) if (overlap(a.box, b.box)) faults.push(`${a.text} on ${b.text}`);
  const card = scene.card && { x: cardX, y: scene.card.y, width: cardWidth, height: scene.card.content.height };
  const lit = scene.followed?.service ? scene.layout.services.get(scene.followed.service.key) : undefined;
  if (card && lit && overlap(card, lit.box)) faults.push(`card on ${lit.view.name}`);
  const leader = leaderOf(scene);
  const way = scene.route?.track.points ?? [];
  for (const { text, box } of labels) {
    if (card && overlap(card, box)) faults.push(`card on ${text}`);
    if (leader && crosses(leader, box)) faults.push(`leader through ${text}`);
    if (crosses(way, inset(box, 1))) faults.push(`packet through ${text}`);
    for (const { box: other, view } of scene.layout.services.values()) if (overlap(box, other)) faults.push(`${view.name} on ${text}`);
    for (const { box: other, view } of scene.rules) if (overlap(box, other)) faults.push(`${view.name} on ${text}`);
  }
  return faults;
}

function wayFaults(scene: Scene): string[] {
  const { layout, followed, route, inView } = scene;
  const ways = [{ what: 'packet', points: route?.track.points ?? [] }];
  if (inView) for (const points of selectorLines(layout, inView).lines) ways.push({ what: 'selector', points });
  const visited = new Set(followed?.packet.hops.map((hop) => hop.node) ?? []);
  const boxes = solidBoxes(layout, visited, inView?.key ?? '');
  return ways.flatMap(({ what, points }) => {
    const last = points.at(-1);
    // Dots end in the pod that they select.
    const isEnd = (box: Box) => what === 'selector' && last !== undefined && contains(box, last);
    return boxes.flatMap(({ name, box }) => (!isEnd(box) && crosses(points, inset(box, 2)) ? [`${what} through ${name}`] : []));
  });
}

/** What no way may cross: Services, pods that the packet does not visit, stations of machines that it does not. */
function solidBoxes(layout: Layout, visited: ReadonlySet<string>, inView: string): { name: string; box: Box }[] {
  return [
    ...[...layout.services.values()].filter(({ view }) => view.key !== inView).map(({ view, box }) => ({ name: view.name, box })),
    ...[...layout.pods.values()]
      .filter(({ view, raised }) => !visited.has(`${view.namespace}/${view.name}`) && !raised)
      .filter(({ box }) => ![...layout.pods.values()].some((pod) => pod.raised && overlap(pod.box, box)))
      .map(({ view, box }) => ({ name: view.name, box })),
    ...[...layout.nodes.values()]
      .filter(({ view }) => !visited.has(view.name))
      .map(({ view, station }) => ({ name: `iptables of ${view.name}`, box: station })),
  ];
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

function crosses(points: readonly Point[], box: Box): boolean {
  return points.some((to, i) => {
    const from = points[i - 1];
    if (!from) return false;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 3));
    return Array.from({ length: steps + 1 }, (_, step) => step / steps).some((share) => {
      const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
      return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    });
  });
}
