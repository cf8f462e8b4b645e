// Addresses and CIDRs as API fields accept them: like Go's parsers before 1.17, with leading zeros in IPv4
// (k8s.io/utils/net ParseIPSloppy). Follows pkg/apis/core/validation/validation.go of the 1.33 line.

import { type Address, cidrContains, familyOf, parseAddress, parseCIDR } from '../../net/address.ts';
import { type FieldError, invalid } from '../field-error.ts';

export type IPFamily = 'IPv4' | 'IPv6';

/** The canonical address, or null. An IPv4 address in IPv6 dress counts as IPv4. */
export function parseSloppyAddress(text: string): Address | null {
  const plain = text.replace(/(^|[.:])0+(?=\d+(\.|$))/g, (whole, before) => (text.includes('.') ? before : whole));
  const address = parseAddress(plain);
  const mapped = address === null ? null : /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (!mapped) return address;
  const bits = (Number.parseInt(mapped[1] ?? '', 16) << 16) | Number.parseInt(mapped[2] ?? '', 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

export function familyOfAddress(text: string): IPFamily {
  const address = parseSloppyAddress(text);
  return address !== null && familyOf(address) === 6 ? 'IPv6' : 'IPv4';
}

export function checkAddress(path: string, value: string): FieldError[] {
  if (parseSloppyAddress(value) !== null) return [];
  return [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function checkCIDR(path: string, value: string): FieldError[] {
  const slash = value.indexOf('/');
  const address = slash < 0 ? null : parseSloppyAddress(value.slice(0, slash));
  if (address !== null && /^\d+$/.test(value.slice(slash + 1)) && parseCIDR(`${address}${value.slice(slash)}`) !== null) return [];
  return [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

const SPECIAL: readonly (readonly [cidrs: readonly string[], detail: string])[] = [
  [['127.0.0.0/8', '::1/128'], 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [['169.254.0.0/16', 'fe80::/10'], 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [['224.0.0.0/24', 'ff02::/16'], 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

/** Addresses that must not become endpoints or external addresses. */
export function checkNonSpecialAddress(path: string, value: string): FieldError[] {
  const address = parseSloppyAddress(value);
  if (address === null) return [invalid(path, value, 'must be a valid IP address')];
  const errors = address === '0.0.0.0' || address === '::' ? [invalid(path, value, `may not be unspecified (${value})`)] : [];
  for (const [cidrs, detail] of SPECIAL) {
    const isInside = cidrs.some((text) => {
      const cidr = parseCIDR(text);
      return cidr !== null && cidrContains(cidr, address);
    });
    if (isInside) errors.push(invalid(path, value, detail));
  }
  return errors;
}
