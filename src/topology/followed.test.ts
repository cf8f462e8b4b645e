import { expect, it } from 'vitest';
import type { Walk } from '../protocol/messages.ts';
import { carriedAddress, followedAt } from './followed.ts';
import { isPod } from './graph.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';

const client = sampleObjects.filter(isPod).find(({ name }) => name === 'client');

it('shows of a pod with two addresses the one that its packet carries', () => {
  if (!client) throw new Error('the sample has a client');
  const dual = { ...client, second: 'fd00:10:244:1::2' };
  const [packet] = serviceWalk.packets;
  const hops = packet?.hops.map((hop) => ({ ...hop, addr: '[fd00:10:244:1::2]:40001->[fd00:10:96::a]:80' }));
  const overIPv6 = { ...serviceWalk, packets: [{ ...packet, hops }] } as Walk;
  const at = { walk: serviceWalk.id, packet: packet?.id ?? 0, hop: 1 };
  expect(carriedAddress(dual, followedAt(sampleObjects, overIPv6, at))).toBe('fd00:10:244:1::2');
  expect(carriedAddress(dual, followedAt(sampleObjects, serviceWalk, at))).toBe(client.address);
  expect(carriedAddress(dual, null)).toBe(client.address);
});
