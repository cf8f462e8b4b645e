import { describe, expect, test } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import type { Command, Update } from '../protocol/messages.ts';
import { createSession } from './session.ts';

const text = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node-1, containers: [{name: nginx, image: nginx}]}
`;
const actions = [{ type: 'send', from: 'pod/default/client', to: 'http://10.244.1.2' }] as const;

function session() {
  const { handle } = createSession(createSimulation, () => 0);
  let id = 0;
  return (command: Partial<Command & { type: 'run' }>) =>
    handle({ type: 'run', id: ++id, text, seed: 1, actions: [], lookUs: null, ...command }) as Update & { type: 'state' };
}

describe('an update carries what changed', () => {
  test('everything at first, nothing when nothing changed', () => {
    const run = session();
    expect(run({}).changed.map((object) => object.key)).toContain('Pod/default/web');
    const again = run({});
    expect(again).toMatchObject({ changed: [], removed: [], usable: true });
  });

  test('a pod that is gone is named, untouched ones are not', () => {
    const run = session();
    run({});
    const without = run({ text: text.split('---\n')[0] ?? '' });
    expect(without.removed).toEqual(['Pod/default/web']);
    expect(without.changed.map((object) => object.key)).not.toContain('Pod/default/client');
  });

  test('a walk that was sent before is given by its id alone', () => {
    const run = session();
    const [walk] = run({ actions }).walks;
    expect(walk).toMatchObject({ from: 'pod/default/client' });
    expect(run({ actions }).walks).toEqual([typeof walk === 'object' ? walk.id : -1]);
  });
});

test('while a document cannot be read, the last good text runs and the problems are those of the new one', () => {
  const run = session();
  run({});
  const broken = run({ text: `${text}---\nkind: [Pod\n`, fallback: text });
  expect(broken).toMatchObject({ usable: false, changed: [], removed: [] });
  expect(broken.problems.map((problem) => problem.severity)).toContain('error');
});

test('while a document cannot be read, requests are told of as that text would answer them', () => {
  const run = session();
  const broken = `${text.replaceAll('client', 'other')}---\nkind: [Pod\n`;
  run({ actions });
  const { problems, walks, usable } = run({ text: broken, fallback: text, actions });
  expect({ walks, usable }).toEqual({ walks: [1], usable: false });
  expect(problems).toEqual(createSimulation().run(broken, 1, actions).problems);
});

test('of the timeline only the lines that are other than before are sent', () => {
  const run = session();
  run({});
  const { timeline } = run({ text: text.replaceAll('web', 'web2') });
  const lines = timeline.flatMap((piece) => ('text' in piece ? piece.text : []));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes('web2'))).toEqual([]);
});

test('a fault of the engine is told as crashed, and the next run starts anew and sends everything', () => {
  let isBroken = true;
  const { handle } = createSession(
    () => {
      if (isBroken) throw new Error('must not happen');
      return createSimulation();
    },
    () => 0,
  );
  const command: Command = { type: 'run', id: 1, text, seed: 1, actions: [], lookUs: null };
  expect(handle(command)).toEqual({ type: 'crashed', id: 1, message: 'must not happen' });
  isBroken = false;
  expect((handle({ ...command, id: 2 }) as Update & { type: 'state' }).changed.length).toBeGreaterThan(0);
});

test('a node’s tools are asked about the last run', () => {
  const { handle } = createSession(createSimulation, () => 0);
  handle({ type: 'run', id: 1, text, seed: 1, actions: [], lookUs: null });
  const update = handle({ type: 'inspectNode', id: 2, node: 'node-1' });
  expect(update.type === 'node' && update.inspection?.iptablesSave).toContain('*nat');
});
