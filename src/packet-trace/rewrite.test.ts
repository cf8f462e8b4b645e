import { expect, test } from 'vitest';
import { answeredWalk, dnatHop, packet, replyHops, synHops } from '../state/testing-walks.ts';
import { writerOfEntry } from './conntrack-writer.ts';
import { lastRewrite, rewriteOf } from './rewrite.ts';

test('a rule that changes the destination is DNAT', () => {
  expect(rewriteOf(dnatHop, 'request')).toEqual({
    name: 'DNAT',
    by: 'rule',
    changes: [{ field: 'dst', before: '10.96.44.10:80', after: '10.244.2.17:8080' }],
  });
});

test('a rule that changes the source is SNAT', () => {
  const hop = { ...dnatHop, addr: '192.168.56.100:40001->10.244.2.17:8080', addr_after: '192.168.56.11:61203->10.244.2.17:8080' };
  expect(rewriteOf(hop, 'request')).toMatchObject({ name: 'SNAT', changes: [{ field: 'src' }] });
});

test('conntrack puts a reply back, and repeats on a later request', () => {
  const [, putBack] = replyHops;
  expect(putBack && rewriteOf(putBack, 'reply')).toMatchObject({ name: 'un-NAT', by: 'put-back' });
  const repeated = { ...putBack, addr: dnatHop.addr, addr_after: dnatHop.addr_after } as typeof dnatHop;
  expect(rewriteOf(repeated, 'request')).toMatchObject({ name: 'DNAT', by: 'repeated' });
});

test('a hop that changes nothing rewrites nothing', () => {
  const [first] = synHops;
  expect(first && rewriteOf(first, 'request')).toBeNull();
});

test('the packet shows its last rewrite from that hop on', () => {
  const syn = packet(2, 'SYN', synHops);
  expect(lastRewrite(syn, 2)).toBeNull();
  expect(lastRewrite(syn, 5)?.hop).toBe(3);
});

test('what conntrack puts back was written by the DNAT of an earlier packet', () => {
  const walk = answeredWalk();
  const [, , reply] = walk.packets;
  const hop = reply?.hops[1];
  expect(reply && hop && writerOfEntry(walk, reply, hop)).toEqual({ packet: 2, hop: 3 });
});
