// What is offered for a request that fails is tried before it is offered; of the built-in lessons every offer mends its
// request.

import { expect, test } from 'vitest';
import type { Action, Walk } from '../engine/index.ts';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { applyTextEdit } from './text-edit.ts';

const run = (text: string, actions: readonly Action[]): readonly Walk[] => createSimulation().run(text, 1, actions).walks;

const offers = scenarios.flatMap(({ id, text }) => {
  const actions = createSimulation()
    .run(text, 1, [])
    .scenario.traffic.map(({ from, to }): Action => ({ type: 'send', from, to }));
  return run(text, actions).flatMap((walk, place) =>
    walk.reason.suggestion ? [{ id, place, text, actions, edit: walk.reason.suggestion }] : [],
  );
});

test('there are such lessons', () => {
  const lessons = ['no-endpoints', 'ingress-no-endpoint', 'policy-dns-forgotten', 'policy-service-port', 'wrong-target-port'];
  expect(new Set(offers.map(({ id }) => id))).toEqual(new Set(lessons));
});

test.each(offers)('$id: the edit mends request $place', ({ text, edit, actions, place }) => {
  expect(run(applyTextEdit(text, edit), actions)[place]?.outcome).toMatchObject({ ok: true });
});
