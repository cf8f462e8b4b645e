// The routing table of one network namespace: longest prefix first, then metric. Prints as `ip route` does.

import { type Address, type CIDR, cidrContains, type Family, formatCIDR, parseCIDR } from '../net/address.ts';
import { hash32 } from '../sim/random.ts';

export interface Route {
  /** Null is `default`. */
  readonly destination: CIDR | null;
  readonly via: Address | null;
  readonly device: string;
  readonly source: Address | null;
  readonly protocol: 'kernel' | 'static' | null;
  readonly scope: 'link' | null;
  readonly onlink: boolean;
  readonly metric: number;
  /** `blackhole` swallows silently, as a router without a way back does. */
  readonly type: 'unicast' | 'blackhole';
  /** More than one gateway: a flow keeps to one of them (fib_multipath_hash_policy = 1). `via` is then the chosen one. */
  readonly nexthops: readonly Address[];
}

/** Reads one `ip route` line: `10.244.2.0/24 via 192.168.56.12 dev eth0`, `default via …`, `blackhole default`. */
export function parseRoute(text: string): Route {
  const known = parsedRoutes.get(text);
  if (known) return known;
  const route = parseRouteText(text);
  if (parsedRoutes.size > 20_000) parsedRoutes.clear();
  parsedRoutes.set(text, route);
  return route;
}

/** The nodes of a cluster have nearly the same routes. */
const parsedRoutes = new Map<string, Route>();

function parseRouteText(text: string): Route {
  const words = text.trim().split(/\s+/);
  const type = words[0] === 'blackhole' ? 'blackhole' : 'unicast';
  if (type === 'blackhole') words.shift();
  const target = words.shift() as string;
  const option = (name: string) => {
    const at = words.indexOf(name);
    return at < 0 ? null : (words[at + 1] as string);
  };
  const nexthops = words.flatMap((word, i) => (word === 'nexthop' ? [words[i + 2] as string] : []));
  return {
    destination: target === 'default' ? (option('via')?.includes(':') ? parseCIDR('::/0') : null) : parseCIDR(target),
    via: nexthops.length > 0 ? null : option('via'),
    device: option('dev') ?? '',
    source: option('src'),
    protocol: option('proto') as Route['protocol'],
    scope: option('scope') as Route['scope'],
    onlink: words.includes('onlink'),
    metric: Number(option('metric') ?? 0),
    type,
    nexthops,
  };
}

/** The line that `ip route` prints for it. */
export function printRoute(route: Route): string {
  const isIPv6 = route.destination?.family === 6;
  const full = route.destination?.prefix === (isIPv6 ? 128 : 32);
  const cidr = route.destination && route.destination.prefix > 0 ? formatCIDR(route.destination) : 'default';
  const words = [full ? (cidr.split('/')[0] as string) : cidr];
  if (route.type === 'blackhole') words.unshift('blackhole');
  if (route.via) words.push('via', route.via);
  if (route.device) words.push('dev', route.device);
  if (route.protocol) words.push('proto', route.protocol);
  if (route.scope) words.push('scope', route.scope);
  if (route.source) words.push('src', route.source);
  if (route.metric) words.push('metric', String(route.metric));
  else if (isIPv6) words.push('metric', '1024');
  if (route.onlink) words.push('onlink');
  if (isIPv6) words.push('pref', 'medium');
  if (!route.via) for (const via of route.nexthops) words.push('nexthop', 'via', via, 'weight', '1');
  return words.join(' ');
}

/** One table, kept in the order `ip route` lists it and in which a lookup may stop at the first match. */
export class RoutingTable {
  #sorted: Route[] = [];
  /** Added since somebody last looked: most tables of a large cluster are never asked. */
  #added: (Route | string)[] = [];
  /** Picks one of several gateways for a flow; a comparison with a recorded kernel replaces it. */
  choose: (nexthops: readonly Address[], flow: string) => Address = chooseByFlow;

  get routes(): readonly Route[] {
    return this.#routes;
  }

  add(text: string): void {
    this.#added.push(text);
  }

  /** The same for one that has been read: many machines have it. */
  addRoute(route: Route): void {
    this.#added.push(route);
  }

  get #routes(): Route[] {
    if (this.#added.length > 0) {
      for (const route of this.#added) this.#insert(typeof route === 'string' ? parseRoute(route) : route);
      this.#added = [];
    }
    return this.#sorted;
  }

  set #routes(routes: Route[]) {
    this.#sorted = routes;
  }

  #insert(route: Route): void {
    let [from, to] = [0, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isBefore(route, this.#sorted[middle] as Route)) to = middle;
      else from = middle + 1;
    }
    this.#sorted.splice(from, 0, route);
  }

  /** Replaces the routes to exactly this destination (`ip route replace`, `ip route del`). */
  replace(destination: string, text: string | null): void {
    const cidr = parseCIDR(destination);
    this.#routes = this.#routes.filter((route) => !cidr || !route.destination || formatCIDR(route.destination) !== formatCIDR(cidr));
    if (text !== null) this.add(text);
  }

  removeDevice(device: string): void {
    this.#routes = this.#routes.filter((route) => route.device !== device);
  }

  /** `flow` tells flows apart where a route has several gateways. */
  lookup(destination: Address, flow = ''): Route | null {
    const route = this.#routes.find((one) => matches(one, destination));
    if (!route || route.nexthops.length === 0) return route ?? null;
    return { ...route, via: this.choose(route.nexthops, flow) };
  }

  /** What `ip route` or `ip -6 route` prints. */
  print(family: Family = 4): string {
    const ordered = this.#routes.filter((route) => (route.destination?.family ?? 4) === family);
    ordered.sort((a, b) => Number(listingRank(a) - listingRank(b)));
    return ordered.map((route) => `${printRoute(route)}\n`).join('');
  }
}

function chooseByFlow(nexthops: readonly Address[], flow: string): Address {
  return nexthops[hash32(flow) % nexthops.length] as Address;
}

function matches(route: Route, destination: Address): boolean {
  if (!route.destination) return !destination.includes(':');
  return cidrContains(route.destination, destination);
}

/** Longer prefixes come first, then smaller metrics, then what was there earlier. */
function isBefore(added: Route, other: Route): boolean {
  const [a, b] = [prefixOf(added), prefixOf(other)];
  return a === b ? added.metric < other.metric : a > b;
}

function prefixOf(route: Route): number {
  return route.destination?.prefix ?? -1;
}

/** `ip route` lists the default first, then by network number; `ip -6 route` lists it last. */
function listingRank({ destination }: Route): bigint {
  if (!destination) return -1n;
  return destination.family === 6 && destination.prefix === 0 ? 1n << 128n : destination.value;
}
