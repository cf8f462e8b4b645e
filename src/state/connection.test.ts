import { expect, test } from 'vitest';
import type { Command, Update } from '../protocol/messages.ts';
import { connectInProcess } from './connection.ts';

const inspect: Command = { type: 'inspectNode', id: 7, node: 'node-1' };

test('an in-process line answers after the call has returned, as a worker does, and in order', async () => {
  const heard: Update[] = [];
  const connection = connectInProcess({ handle: (command) => ({ type: 'node', id: command.id, inspection: null }) });
  connection.subscribe((update) => heard.push(update));
  connection.send(inspect);
  connection.send({ ...inspect, id: 8 });
  expect(heard).toEqual([]);
  await Promise.resolve();
  expect(heard.map((update) => update.id)).toEqual([7, 8]);
});

test('after close, or when it has stopped listening, nobody is told', async () => {
  const heard: Update[] = [];
  const connection = connectInProcess({ handle: (command) => ({ type: 'node', id: command.id, inspection: null }) });
  const stop = connection.subscribe((update) => heard.push(update));
  stop();
  connection.subscribe((update) => heard.push(update));
  connection.close();
  connection.send(inspect);
  await Promise.resolve();
  expect(heard).toEqual([]);
});
