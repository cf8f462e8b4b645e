import { expect, test } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import type { Action } from '../protocol/messages.ts';
import { createSession } from '../worker/session.ts';
import type { Connection } from './connection.ts';
import { lessonFrom } from './lesson.ts';
import { createPage } from './page.ts';

const TEXT = `apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
---
apiVersion: packetwalk.dev/v1
kind: Scenario
timeline:
  - {at: 1s, run: kubectl label pod client app=client}
  - {at: 2s, send: {from: pod/default/client, to: "tcp://10.96.0.1:443"}}
`;

test('times count from the moment at which the lesson is played', () => {
  const step: Action = { type: 'command', line: 'wait 1s', atUs: 500 };
  expect(lessonFrom([step], 2_000)).toEqual([{ ...step, atUs: 2_500 }]);
});

test('a lesson is played at the end of the run, and again after that', () => {
  const { handle } = createSession(createSimulation, () => 0);
  let listener: Parameters<Connection['subscribe']>[0] = () => undefined;
  const connection: Connection = {
    send: (command) => listener(handle(command)),
    subscribe: (next) => {
      listener = next;
      return () => undefined;
    },
    close: () => undefined,
  };
  const page = createPage({ connection, storage: null });
  page.open({ scenario: null, text: TEXT, seed: 1, actions: [] });
  page.playLesson();
  const { restUs, actions, nowUs } = page.simulation.getState();
  expect(actions.map(({ startUs }) => startUs - restUs)).toEqual([1_000_000, 2_000_000]);
  page.playLesson();
  const later = page.simulation.getState();
  expect(later.actions.map(({ startUs }) => startUs - nowUs).slice(2)).toEqual([1_000_000, 2_000_000]);
  expect(later.walks).toHaveLength(2);
  page.close();
});
