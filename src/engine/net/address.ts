// IPv4 and IPv6 addresses and CIDRs. An address is its canonical text (RFC 5952 for IPv6), so that two addresses are
// equal when their strings are, and traces, rules and tables print it as it stands.

export type Address = string;
export type Family = 4 | 6;

/** A network prefix: `value` is the masked network number (32 or 128 bits), `prefix` its length in bits. */
export interface CIDR {
  readonly family: Family;
  readonly value: bigint;
  readonly prefix: number;
}

/** Whether it is an address of one link only, fe80::/10. */
export function isLinkLocal(address: Address): boolean {
  return /^fe[89ab]/.test(address);
}

/** The family of a canonical address. */
export function familyOf(address: Address): Family {
  return address.includes(':') ? 6 : 4;
}

/** The address in canonical text, or null when `text` is none. Leading zeros in IPv4 are refused, as Go's net/netip does. */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) {
    const value = parseIPv6(text);
    return value === null ? null : formatIPv6(value);
  }
  return parseIPv4(text) === null ? null : text;
}

/** `10.244.1.0/24` or a bare address (a full-length prefix). Host bits are masked away. Null when it is neither. */
export function parseCIDR(text: string): CIDR | null {
  const known = parsedCIDRs.get(text);
  if (known !== undefined) return known;
  const cidr = parseCIDRText(text);
  if (parsedCIDRs.size > 20_000) parsedCIDRs.clear();
  parsedCIDRs.set(text, cidr);
  return cidr;
}

const parsedCIDRs = new Map<string, CIDR | null>();

function parseCIDRText(text: string): CIDR | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family: Family = address.includes(':') ? 6 : 4;
  const bits = family === 4 ? 32 : 128;
  const lengthText = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > bits) return null;
  const prefix = Number(lengthText);
  const value = addressValue(address);
  if (value === null) return null;
  const hostBits = BigInt(bits - prefix);
  return { family, value: (value >> hostBits) << hostBits, prefix };
}

/** Whether `address` lies in `cidr`; families never match each other. */
export function cidrContains(cidr: CIDR, address: Address): boolean {
  if (familyOf(address) !== cidr.family) return false;
  if (cidr.prefix === 0) return true;
  const value = addressValue(address);
  if (value === null) return false;
  const hostBits = BigInt((cidr.family === 4 ? 32 : 128) - cidr.prefix);
  return value >> hostBits === cidr.value >> hostBits;
}

export function formatCIDR(cidr: CIDR): string {
  return `${formatAddress(cidr.family, cidr.value)}/${cidr.prefix}`;
}

/** The n-th address of a CIDR (0 = the network address), or null past its end. */
export function addressAt(cidr: CIDR, n: number): Address | null {
  if (cidr.family === 4) return n < 0 || n >= 2 ** (32 - cidr.prefix) ? null : formatIPv4(Number(cidr.value) + n);
  const size = 1n << BigInt(128 - cidr.prefix);
  if (n < 0 || BigInt(n) >= size) return null;
  return formatAddress(cidr.family, cidr.value + BigInt(n));
}

/** The number an address stands for, or null when the text is no address. */
export function addressValue(address: string): bigint | null {
  const known = addressValues.get(address);
  if (known !== undefined) return known;
  const value = address.includes(':') ? parseIPv6(address) : toBits(parseIPv4(address));
  if (addressValues.size > 50_000) addressValues.clear();
  addressValues.set(address, value);
  return value;
}

function toBits(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

const addressValues = new Map<string, bigint | null>();

export function formatAddress(family: Family, value: bigint): Address {
  return family === 6 ? formatIPv6(value) : formatIPv4(Number(value));
}

function formatIPv4(bits: number): Address {
  return `${(bits >>> 24) & 255}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** The IPv6 address whose last 64 bits are the interface's MAC (EUI-64, RFC 4291 appendix A): `fe80::5c:2fff:fe11:2233`. */
export function linkLocalAddress(mac: string): Address {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const value = [a ^ 2, b, c, 0xff, 0xfe, d, e, f].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return formatIPv6((0xfe80n << 112n) | value);
}

/** `10.0.0.1:80`, or `[fd00::1]:80`, as Go's net.JoinHostPort writes it. */
export function joinHostPort(address: Address, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const DOT = 46;
const ZERO = 48;

/** The 32 bits as a number: every packet, rule and object is full of these, so no part of the text is cut out. */
function parseIPv4(text: string): number | null {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return null;
      value = value * 256 + part;
      part = digits = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return null;
    part = part * 10 + digit;
    digits++;
    if (part > 255) return null;
  }
  return dots === 3 && digits > 0 ? value * 256 + part : null;
}

function parseIPv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const v4 = parseIPv4(part);
      if (v4 === null) return null;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

function formatIPv6(value: bigint): Address {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const run = longestZeroRun(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}
