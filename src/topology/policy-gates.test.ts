import { expect, test } from 'vitest';
import type { Hop } from '../protocol/messages.ts';
import { matching, packet } from '../state/testing-walks.ts';
import type { Followed } from './followed.ts';
import { gatesOf } from './policy-gates.ts';

const chain = 'KUBE-POD-FW-QKZ232OQBTIWIKSN';
const asked = matching(
  1,
  chain,
  4,
  'JUMP KUBE-NWPLCY-3A',
  `-A ${chain} -m comment --comment "policy default/web-from-monitor, ingress" -j X`,
);
const cleared = matching(2, chain, 6, 'CONTINUE', `-A ${chain} -j MARK --set-xmark 0x0/0x10000`);
const dropped = matching(2, chain, 5, 'DROP', `-A ${chain} -m comment --comment "admitted by no policy of pod default/web" -j DROP`);
const at = (hops: readonly Hop[], index: number) => gatesOf({ packet: packet(1, 'SYN', hops), index } as unknown as Followed);

test('the gate is up once the pod’s chain let the packet pass, down where it ends it', () => {
  const policies = ['NetworkPolicy/default/web-from-monitor'];
  expect(at([asked, cleared], 0)).toEqual([]);
  expect(at([asked, cleared], 1)).toEqual([{ node: 'node-1', state: 'open', index: 1, policies }]);
  expect(at([asked, dropped], 1)).toEqual([{ node: 'node-1', state: 'closed', index: 1, policies }]);
});
