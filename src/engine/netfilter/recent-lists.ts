// The lists of `-m recent`: per list name, source or destination addresses with the times they were seen.
// Follows net/netfilter/xt_recent.c (Linux 6.x) with its module defaults ip_list_tot=100 and ip_pkt_list_tot=20.

import type { Address } from '../net/address.ts';

const ADDRESSES_PER_LIST = 100;
const STAMPS_PER_ADDRESS = 20;

export interface RecentEntry {
  ttl: number;
  /** Times in microseconds, oldest first. */
  readonly stampsUs: number[];
}

interface RecentList {
  /** Least recently touched first: a Map keeps the order in which keys were set. */
  readonly entries: Map<Address, RecentEntry>;
  rules: number;
}

/** All lists of one network namespace. A list lives as long as a rule names it. */
export class RecentLists {
  readonly #lists = new Map<string, RecentList>();

  /** A rule that names the list comes (+1) or goes (-1). */
  hold(name: string, change: 1 | -1): void {
    const list = this.#lists.get(name);
    if (list) list.rules += change;
    else if (change === 1) this.#lists.set(name, { entries: new Map(), rules: 1 });
  }

  /** Forgets the lists that no rule names any more. */
  sweep(): void {
    for (const [name, list] of this.#lists) if (list.rules <= 0) this.#lists.delete(name);
  }

  /** Forgets every address, as writing `/` to each file of /proc/net/xt_recent does. */
  flush(): void {
    for (const list of this.#lists.values()) list.entries.clear();
  }

  names(): string[] {
    return [...this.#lists.keys()];
  }

  /** The addresses of a list with the time each was last seen, least recently touched first. */
  entries(name: string): { address: Address; lastSeenUs: number }[] {
    const list = this.#lists.get(name);
    if (!list) return [];
    return [...list.entries].map(([address, entry]) => ({ address, lastSeenUs: entry.stampsUs.at(-1) ?? 0 }));
  }

  find(name: string, address: Address): RecentEntry | null {
    return this.#lists.get(name)?.entries.get(address) ?? null;
  }

  /** Notes that the address was seen now; a full list loses its oldest address. */
  touch(name: string, address: Address, nowUs: number, ttl: number): void {
    const entries = this.#lists.get(name)?.entries;
    if (!entries) return;
    const entry = entries.get(address) ?? { ttl, stampsUs: [] };
    if (!entries.delete(address) && entries.size >= ADDRESSES_PER_LIST) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    entry.ttl = ttl;
    entry.stampsUs.push(nowUs);
    if (entry.stampsUs.length > STAMPS_PER_ADDRESS) entry.stampsUs.shift();
    entries.set(address, entry);
  }

  remove(name: string, address: Address): void {
    this.#lists.get(name)?.entries.delete(address);
  }

  /** `--reap`: drops the least recently touched address if it was last seen before `beforeUs`. */
  reap(name: string, beforeUs: number): void {
    const entries = this.#lists.get(name)?.entries;
    const oldest = entries?.entries().next().value;
    if (entries && oldest && (oldest[1].stampsUs.at(-1) ?? 0) < beforeUs) entries.delete(oldest[0]);
  }
}
