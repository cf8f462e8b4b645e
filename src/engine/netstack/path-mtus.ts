// What the ways to far addresses carry, as routers and tunnels said (RFC 1191, RFC 8201): the least counts, none is below
// what every link has to carry, and all is forgotten after ten minutes (__ip_rt_update_pmtu; net.ipv4.route.min_pmtu and
// mtu_expires of Linux 6.x).

import { type Address, familyOf } from '../net/address.ts';
import type { Clock } from '../sim/clock.ts';

const LEAST = { 4: 552, 6: 1280 } as const;
const EXPIRES_US = 600_000_000;

export class PathMTUs {
  readonly #clock: Clock;
  readonly #known = new Map<Address, { readonly mtu: number; readonly untilUs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  learn(address: Address, mtu: number): void {
    const known = this.get(address);
    if (known !== undefined && known < mtu) return;
    this.#known.set(address, { mtu: Math.max(mtu, LEAST[familyOf(address)]), untilUs: this.#clock.nowUs + EXPIRES_US });
  }

  get(address: Address): number | undefined {
    const known = this.#known.get(address);
    return known && known.untilUs > this.#clock.nowUs ? known.mtu : undefined;
  }
}
