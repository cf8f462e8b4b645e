// What a CoreDNS knows that hears of changes late, or of none: an index of its own, some time behind the API server.

import type { ObjectStore, WatchEvent } from '../apiserver/types.ts';
import { DNSIndex } from '../programs/dns/objects.ts';
import { fillIndex, WATCHED_KINDS } from '../programs/dns/server.ts';
import type { Clock } from '../sim/clock.ts';

export class LateDNS {
  readonly index = new DNSIndex();
  lagUs = 0;
  readonly #clock: Clock;
  readonly #events: WatchEvent[] = [];
  #isFrozen = false;
  #lastUs = 0;

  /** It starts with the objects as they are. */
  constructor(store: ObjectStore, clock: Clock) {
    this.#clock = clock;
    fillIndex(this.index, store);
    for (const kind of WATCHED_KINDS) store.watch(kind, (event) => this.#hear(event));
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  set isFrozen(isFrozen: boolean) {
    this.#isFrozen = isFrozen;
    if (!isFrozen) for (const event of this.#events.splice(0)) this.index.apply(event);
  }

  #hear(event: WatchEvent): void {
    // What happened later is not heard earlier, also where the lag has become shorter.
    this.#lastUs = Math.max(this.#lastUs, this.#clock.nowUs + this.lagUs);
    if (this.#lastUs === this.#clock.nowUs) this.#take(event);
    else this.#clock.at(this.#lastUs, () => this.#take(event));
  }

  #take(event: WatchEvent): void {
    if (this.#isFrozen) this.#events.push(event);
    else this.index.apply(event);
  }
}
