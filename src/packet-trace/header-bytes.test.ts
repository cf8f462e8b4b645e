import { expect, test } from 'vitest';
import { crossing, dnatHop, packet, synHops } from '../state/testing-walks.ts';
import { headerFields } from './header-bytes.ts';

const syn = packet(2, 'SYN', synHops, { header: { dontFragment: true, tcp: { seq: 1, ack: 0, flags: ['SYN'] } } });

test('an IPv4 header is twenty bytes with a checksum that a router would accept', () => {
  const fields = headerFields(syn, synHops[0] as never).filter(({ offset }) => offset < 20);
  const bytes = fields.flatMap(({ before }) => before ?? []).map((hex) => Number.parseInt(hex, 16));
  expect(bytes).toHaveLength(20);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  expect((sum & 0xffff) + (sum >> 16)).toBe(0xffff);
});

test('a DNAT changes the destination, its port and the checksum, and nothing else', () => {
  const changed = headerFields(syn, dnatHop).filter(({ after }) => after !== null);
  expect(changed.map(({ name }) => name)).toEqual(['header checksum', 'destination address', 'destination port']);
  expect(changed[1]).toMatchObject({ before: ['0a', '60', '2c', '0a'], after: ['0a', 'f4', '02', '11'] });
  expect(changed[2]?.value).toBe('80 becomes 8080');
});

test('what is not simulated has a length and no bytes', () => {
  const options = headerFields(syn, synHops[0] as never).find(({ name }) => name === 'options');
  expect(options).toMatchObject({ sizeBytes: 20, before: null });
});

test('an IPv6 header has sixteen bytes for each address', () => {
  const addr = '[fd00:10:244:1::2]:40001->[fd00:10:96::a]:80';
  const hop = crossing(1, 'default/client', 'eth0', 'tx', addr);
  const fields = headerFields(packet(2, 'SYN', [hop], { ...syn, hops: [hop], addr, sizeBytes: 80 }), hop);
  expect(fields.find(({ name }) => name === 'destination address')?.before?.join('')).toBe('fd00001000960000000000000000000a');
});

test('ARP has no such header', () => {
  expect(headerFields(packet(1, 'ARP', synHops, { protocol: 'arp' }), synHops[0] as never)).toEqual([]);
});
