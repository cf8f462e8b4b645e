import { expect, test } from 'vitest';
import { addressAt, type CIDR, cidrContains, formatCIDR, joinHostPort, parseAddress, parseCIDR } from './address.ts';

test('an address is its canonical text', () => {
  expect(parseAddress('10.244.1.11')).toBe('10.244.1.11');
  expect(parseAddress('FD00:0:0::1')).toBe('fd00::1');
  expect(parseAddress('::ffff:10.0.0.1')).toBe('::ffff:a00:1');
  expect(parseAddress('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
});

test.each(['10.244.1', '10.244.1.256', '010.0.0.1', '1:2:3', ':::', '1::2::3', 'web'])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeNull();
});

test('a CIDR masks its host bits and knows its members', () => {
  const cidr = parseCIDR('10.244.1.7/24') as CIDR;
  expect(formatCIDR(cidr)).toBe('10.244.1.0/24');
  expect(cidrContains(cidr, '10.244.1.255')).toBe(true);
  expect(cidrContains(cidr, '10.244.2.0')).toBe(false);
  expect(addressAt(cidr, 1)).toBe('10.244.1.1');
  expect(addressAt(cidr, 256)).toBeNull();
});

test('families never match each other, not even 0.0.0.0/0', () => {
  expect(cidrContains(parseCIDR('0.0.0.0/0') as CIDR, 'fd00::1')).toBe(false);
  expect(cidrContains(parseCIDR('fd00::/8') as CIDR, 'fd12::9')).toBe(true);
});

test('host and port join as Go joins them', () => {
  expect(joinHostPort('10.0.0.1', 80)).toBe('10.0.0.1:80');
  expect(joinHostPort('fd00::1', 80)).toBe('[fd00::1]:80');
});
