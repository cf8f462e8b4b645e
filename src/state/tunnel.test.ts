import { expect, test } from 'vitest';
import { crossing, packet } from './testing-walks.ts';
import { carriedAt } from './tunnel.ts';

const inner = '10.244.1.2:40001->10.244.2.20:80';
const outer = '192.168.56.11:47360->192.168.56.12:8472';
const syn = packet(1, 'SYN', [
  crossing(1, 'default/client', 'eth0', 'tx', inner),
  crossing(2, 'node-1', 'flannel.1', 'tx', inner, 63),
  crossing(3, 'node-1', 'eth0', 'tx', outer),
  crossing(4, 'node-2', 'eth0', 'rx', outer),
  crossing(5, 'node-2', 'flannel.1', 'rx', inner, 63),
  crossing(6, 'node-2', 'cni0', 'tx', inner, 62),
]);

test('the outer packet carries the inner one from flannel.1 to flannel.1', () => {
  expect([1, 2, 3, 4, 5, 6].map((hop) => carriedAt(syn, hop))).toEqual([null, null, inner, inner, null, null]);
});

test('a packet that no tunnel wrapped carries nothing', () => {
  expect(carriedAt(packet(1, 'SYN', [crossing(1, 'node-1', 'eth0')]), 1)).toBeNull();
});
