import { expect, test } from 'vitest';
import { crossing, dnatHop, matching, packet, refusedWalk, replyHops, synHops } from '../state/testing-walks.ts';
import { hopRow } from './hop-row.ts';
import { announce, narrate } from './narrate.ts';

const syn = packet(2, 'SYN', synHops);

test('an interface, a jump, a rewrite and conntrack, in the tools’ words', () => {
  expect(hopRow(syn, crossing(7, 'node-1', 'cni0', 'rx'))).toMatchObject({
    place: 'node-1',
    where: 'interface',
    what: 'cni0 in',
    detail: 'ttl 64',
  });
  const jump = matching(
    5,
    'KUBE-SVC-LOLE4ISW44XBNF3G',
    3,
    'JUMP KUBE-SEP-NYHT3LPQ5RXUWZB2',
    '-A X -m statistic --mode random --probability 0.50000000000 -j Y',
  );
  expect(hopRow(syn, jump)).toMatchObject({
    where: 'nat PREROUTING',
    what: 'KUBE-SVC-LOLE4ISW44XBNF3G rule 3',
    detail: 'matched, probability 0.5, jump KUBE-SEP-NYHT3LPQ5RXUWZB2',
  });
  expect(hopRow(syn, dnatHop).rewrite?.name).toBe('DNAT');
  const [, putBack] = replyHops;
  expect(putBack && hopRow(packet(3, 'S·A', replyHops, { direction: 'reply' }), putBack)).toMatchObject({
    where: 'conntrack',
    what: 'POSTROUTING, no rule',
    rewrite: { name: 'un-NAT' },
  });
});

test('a REJECT says what it answers with', () => {
  const [refused] = refusedWalk().packets;
  const reject = refused?.hops[2];
  expect(refused && reject && hopRow(refused, reject)).toMatchObject({ isBad: true, detail: '--reject-with icmp-port-unreachable' });
});

test('the engine’s own sentence is used; without one, the facts make it', () => {
  expect(narrate(syn, { ...dnatHop, say: 'node-1 picks one pod.' })).toBe('node-1 picks one pod.');
  expect(narrate(syn, dnatHop)).toBe('node-1 rewrites the destination: 10.96.44.10:80 becomes 10.244.2.17:8080.');
  expect(narrate(syn, synHops[0] ?? dnatHop)).toBe('client sends SYN to 10.96.44.10:80.');
  expect(announce(syn, dnatHop)).toMatch(/^Hop 3 of 5, SYN\. node-1 rewrites/);
});
