import { expect, test } from 'vitest';
import type { Event, KubeObject } from '../api/types.ts';
import { Clock } from '../sim/clock.ts';
import { recordEvent } from './events.ts';
import { createObjectStore } from './store.ts';

test('the same words about the same object are counted; others are another event', () => {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  const about = (name: string): KubeObject =>
    store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: {} });
  const [web, api] = [about('web'), about('api')];
  const say = (pod: KubeObject, message: string) =>
    recordEvent({ store, clock, component: 'kubelet', host: 'node-1' }, pod, { type: 'Warning', reason: 'BackOff', message });
  say(web, 'a');
  clock.advanceTo(90_000_000);
  for (const [pod, message] of [
    [web, 'a'],
    [web, 'b'],
    [api, 'a'],
  ] as const)
    say(pod, message);
  const events = store.list<Event>('Event');
  expect(events.map(({ involvedObject, message, count }) => `${involvedObject.name} ${message} ${count}`)).toEqual([
    'web a 2',
    'web b 1',
    'api a 1',
  ]);
  expect(events[0]).toMatchObject({
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:01:30Z',
    source: { component: 'kubelet', host: 'node-1' },
    involvedObject: { kind: 'Pod', namespace: 'default', uid: web.metadata.uid },
  });
  expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(3);
});

test('an event that was deleted is written anew', () => {
  const store = createObjectStore(new Clock(), 1);
  const node: KubeObject = store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  const say = () =>
    recordEvent({ store, clock: new Clock(), component: 'kubelet' }, node, { type: 'Normal', reason: 'Starting', message: 'x' });
  say();
  const [first] = store.list<Event>('Event', 'default');
  store.delete('Event', 'default', first?.metadata.name ?? '');
  say();
  expect(store.list<Event>('Event', 'default').map(({ count }) => count)).toEqual([1]);
});

test('what nobody has read yet has its place and its version all the same, and who watches hears of it at once', () => {
  const store = createObjectStore(new Clock(), 1);
  const node: KubeObject = store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  const say = (message: string) =>
    recordEvent({ store, clock: new Clock(), component: 'kubelet' }, node, { type: 'Normal', reason: 'Starting', message });
  say('first');
  store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-2' } });
  const heard: string[] = [];
  store.watchAll(({ object }) => heard.push(object.kind), 'Event');
  say('second');
  store.watch<Event>('Event', ({ type, object }) => heard.push(`${type} ${object.message}`));
  say('third');
  expect(heard).toEqual(['ADDED third', 'Event']);
  const events = store.list<Event>('Event');
  expect(events.map(({ message, metadata }) => `${message} ${metadata.resourceVersion}`)).toEqual(['first 2', 'second 4', 'third 5']);
});
