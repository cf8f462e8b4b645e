// IP sets for `-m set`, in the words of ipset(8): hash:ip, hash:net and both with a port. Left out: timeouts, comments,
// counters, the other set types.

import { type Address, type CIDR, cidrContains, type Family, formatCIDR, parseCIDR } from '../net/address.ts';

export const SET_TYPES = ['hash:ip', 'hash:net', 'hash:ip,port', 'hash:net,port'] as const;
export type SetType = (typeof SET_TYPES)[number];

interface SetEntry {
  readonly cidr: CIDR;
  /** `tcp:80`, or null in a set without ports. */
  readonly port: string | null;
  readonly nomatch: boolean;
}

interface AddressSet {
  readonly type: SetType;
  readonly family: Family;
  readonly entries: Map<string, SetEntry>;
}

/** What a packet is looked up by: its address in the first dimension, `protocol:port` in the second. */
export interface SetKey {
  readonly address: Address;
  readonly port: string;
}

/** All sets of one network namespace. Commands return null, or the problem as ipset words it. */
export class AddressSets {
  readonly #sets = new Map<string, AddressSet>();

  /** `ipset create NAME TYPE family inet|inet6`. */
  create(name: string, type: SetType, family: Family): string | null {
    if (this.#sets.has(name)) return 'Set cannot be created: set with the same name already exists';
    this.#sets.set(name, { type, family, entries: new Map() });
    return null;
  }

  /** `ipset destroy NAME`. Whether a rule still refers to the set is not checked. */
  destroy(name: string): string | null {
    return this.#sets.delete(name) ? null : NO_SUCH_SET;
  }

  /** `ipset flush NAME`. */
  flush(name: string): string | null {
    const set = this.#sets.get(name);
    set?.entries.clear();
    return set ? null : NO_SUCH_SET;
  }

  /** `ipset add NAME ENTRY`, where ENTRY is `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1,tcp:80`, with an optional ` nomatch`. */
  add(name: string, entry: string): string | null {
    const set = this.#sets.get(name);
    if (!set) return NO_SUCH_SET;
    const parsed = parseEntry(entry, set);
    if (typeof parsed === 'string') return parsed;
    const key = printElement(parsed);
    if (set.entries.has(key)) return "Element cannot be added to the set: it's already added";
    set.entries.set(key, parsed);
    return null;
  }

  /** `ipset del NAME ENTRY`. */
  del(name: string, entry: string): string | null {
    const set = this.#sets.get(name);
    if (!set) return NO_SUCH_SET;
    const parsed = parseEntry(entry, set);
    if (typeof parsed === 'string') return parsed;
    return set.entries.delete(printElement(parsed)) ? null : "Element cannot be deleted from the set: it's not added";
  }

  has(name: string): boolean {
    return this.#sets.has(name);
  }

  /** How many dimensions (`src,dst` words) a set is asked with. */
  dimensions(name: string): number {
    return this.#sets.get(name)?.type.includes(',') ? 2 : 1;
  }

  /** Whether a packet's key is in the set: the longest prefix decides, `nomatch` entries are holes. */
  test(name: string, key: SetKey): boolean {
    const set = this.#sets.get(name);
    if (!set) return false;
    const suffix = set.type.includes(',') ? `,${key.port}` : '';
    if (!set.type.startsWith('hash:net')) return set.entries.has(key.address + suffix);
    let best: SetEntry | null = null;
    for (const entry of set.entries.values()) {
      if (suffix !== '' && `,${entry.port}` !== suffix) continue;
      if (cidrContains(entry.cidr, key.address) && entry.cidr.prefix >= (best?.cidr.prefix ?? 0)) best = entry;
    }
    return best !== null && !best.nomatch;
  }

  /** `ipset save`, without the hash's internals (bucketsize, initval); entries in the order they were added. */
  save(): string {
    const lines: string[] = [];
    for (const [name, set] of this.#sets) {
      lines.push(`create ${name} ${set.type} family ${set.family === 4 ? 'inet' : 'inet6'} hashsize 1024 maxelem 65536`);
      for (const entry of set.entries.values()) lines.push(`add ${name} ${printElement(entry)}${entry.nomatch ? ' nomatch' : ''}`);
    }
    return lines.map((line) => `${line}\n`).join('');
  }
}

const NO_SUCH_SET = 'The set with the given name does not exist';

function parseEntry(text: string, set: AddressSet): SetEntry | string {
  const [element = '', option] = text.trim().split(/\s+/);
  const [host = '', portText] = element.split(',');
  const cidr = parseCIDR(host);
  const inet = set.family === 4 ? 'IPv4' : 'IPv6';
  if (cidr === null || cidr.family !== set.family) return `Syntax error: cannot parse ${host}: resolving to ${inet} address failed`;
  if (cidr.prefix === 0 || (set.type.startsWith('hash:ip') && host.includes('/'))) {
    return 'The value of the CIDR parameter of the IP address is invalid';
  }
  const port = set.type.includes(',') ? parsePort(portText ?? '') : null;
  if (set.type.includes(',') && port === null) return `Syntax error: cannot parse '${portText ?? ''}' as a port`;
  return { cidr, port, nomatch: option === 'nomatch' };
}

function parsePort(text: string): string | null {
  const parts = /^(?:(tcp|udp|sctp):)?(\d{1,5})$/.exec(text.toLowerCase());
  return parts ? `${parts[1] ?? 'tcp'}:${Number(parts[2])}` : null;
}

function printElement(entry: SetEntry): string {
  const bits = entry.cidr.family === 4 ? 32 : 128;
  const text = formatCIDR(entry.cidr);
  const address = entry.cidr.prefix === bits ? text.slice(0, text.indexOf('/')) : text;
  return entry.port === null ? address : `${address},${entry.port}`;
}
