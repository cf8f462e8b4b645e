import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { addrOf, labelOf, parsePacket } from './packet-bytes.ts';

const SYN = '4500003c9f0c40004006834f0af4010b0a6000119c410050b5b3ea3000000000a002faf0f1f00000020405b40402080a0000000000000000';
const SYN_IN_VXLAN = `4500006e0102000040118000c0a8380bc0a8380c9c412118005a000008000000000001000a0a0a0a0a0a0b0b0b0b0b0b0800${SYN}`;
const PORT_UNREACHABLE = `450000580d0e0000400100000af4010b0a60001103030000000000${'00'}${SYN}`;

const SYN_OVER_IPV6 = `6002dfb500280640${'00'.repeat(15)}01${'00'.repeat(15)}01c3511f90b5b3ea3000000000a002ffc400300000020405a00402080a0000000000000000`;

const parse = (hex: string) => {
  const packet = parsePacket(Buffer.from(hex, 'hex'), 8472);
  if (!packet) throw new Error('not a packet');
  return packet;
};

test('a SYN', () => {
  expect(addrOf(parse(SYN))).toBe('10.244.1.11:40001->10.96.0.17:80');
  expect(labelOf(parse(SYN))).toBe('SYN');
  expect(parse(SYN).ttl).toBe(64);
});

test('the packet inside a tunnel', () => {
  const outer = parse(SYN_IN_VXLAN);
  expect(addrOf(outer)).toBe('192.168.56.11:40001->192.168.56.12:8472');
  expect(outer.inner && addrOf(outer.inner)).toBe('10.244.1.11:40001->10.96.0.17:80');
});

test('an ICMP error and the packet that it is about', () => {
  const error = parse(PORT_UNREACHABLE);
  expect(labelOf(error)).toBe('3/3');
  expect(error.quoted && addrOf(error.quoted)).toBe('10.244.1.11:40001->10.96.0.17:80');
  expect(error.quotedKey).toBe(parse(SYN).key);
});

test('TCP over IPv6', () => {
  const syn = parse(SYN_OVER_IPV6);
  expect(addrOf(syn)).toBe('[::1]:50001->[::1]:8080');
  expect([labelOf(syn), syn.ttl, syn.tcp?.dataLength]).toEqual(['SYN', 64, 0]);
});
