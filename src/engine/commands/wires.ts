// What is wrong on the wires: interfaces that are down, netem, machines that do not hear each other, machines without
// power, and single packets that somebody takes. Every frame that crosses an interface is asked about here.

import type { Crossing } from '../sim/crossing.ts';
import type { Journal } from '../sim/journal.ts';
import type { Random } from '../sim/random.ts';
import type { PacketDeed } from './command.ts';
import { printDuration } from './line-reader.ts';
import { type Netem, printNetem } from './netem.ts';

interface Qdisc {
  readonly netem: Netem;
  /** Chance of its own: what others lose does not change what this one does. */
  readonly random: Random;
}

interface Grab {
  readonly hop: number;
  readonly deed: PacketDeed;
}

export class Wires {
  readonly #journal: Journal;
  /** Interfaces, as `PLACE IFC`. */
  readonly down = new Set<string>();
  readonly qdiscs = new Map<string, Qdisc>();
  /** Machines without power, and all that is in them. */
  readonly dark = new Set<string>();
  /** Pairs of machines, as `A B` in both orders. */
  readonly partitions = new Set<string>();
  /** Whose MAC that is, on the node network. */
  readonly machineOf = new Map<string, string>();
  readonly grabs = new Map<number, Grab>();
  /** The node of a pod's network namespace. */
  readonly #nodeOf: (place: string) => string | undefined;

  readonly #owns: (place: string, address: string) => boolean;

  constructor(
    journal: Journal,
    { nodeOf, owns }: { nodeOf: (place: string) => string | undefined; owns: (place: string, address: string) => boolean },
  ) {
    this.#journal = journal;
    this.#nodeOf = nodeOf;
    this.#owns = owns;
  }

  /** What becomes of a frame. */
  cross(crossing: Crossing): void {
    const why = this.#cut(crossing);
    if (why) return crossing.lose(this.#isForOthers(crossing) ? null : `lost on the wire ${why}`);
    const grab = crossing.record && this.grabs.get(crossing.record.id);
    if (grab && crossing.record.hops.length >= grab.hop) return this.#take(crossing, crossing.record.id, grab.deed);
    const qdisc = crossing.dir === 'tx' ? this.qdiscs.get(`${crossing.place} ${crossing.ifc}`) : undefined;
    if (qdisc) this.#queue(crossing, qdisc);
    else crossing.goOn(0);
  }

  /** Why nothing gets through here at all, or null. */
  #cut({ place, ifc, dir, peer, sourceMac }: Crossing): string | null {
    if (this.down.has(`${place} ${ifc}`)) return `of ${place}: ${ifc} is down`;
    if (this.dark.size > 0 && this.dark.has(this.#nodeOf(place) ?? place)) return `of ${place}: no power`;
    if (dir !== 'tx' || !peer) return null;
    if (this.down.has(`${peer.place} ${peer.name}`)) return `of ${peer.place}: ${peer.name} is down`;
    if (this.dark.has(peer.place)) return `of ${peer.place}: no power`;
    const source = place === 'wire' ? this.machineOf.get(sourceMac) : undefined;
    return source !== undefined && this.partitions.has(`${source} ${peer.place}`) ? `between ${source} and ${peer.place}: partition` : null;
  }

  /** A question that goes to everybody is lost only where the one goes lost who would have answered. */
  #isForOthers({ floodedFor, peer }: Crossing): boolean {
    return floodedFor !== null && peer !== null && !this.#owns(peer.place, floodedFor);
  }

  #queue(crossing: Crossing, { netem, random }: Qdisc): void {
    const { delayUs, jitterUs, lossPercent, duplicatePercent } = netem;
    if (lossPercent > 0 && random.float() * 100 < lossPercent)
      return crossing.lose(
        `lost on the wire of ${crossing.place}: ${printNetem({ ...netem, delayUs: 0, jitterUs: 0, duplicatePercent: 0 })}`,
      );
    if (duplicatePercent > 0 && random.float() * 100 < duplicatePercent) crossing.double();
    const jitter = jitterUs > 0 ? Math.round((random.float() * 2 - 1) * jitterUs) : 0;
    crossing.goOn(Math.max(0, delayUs + jitter));
  }

  #take(crossing: Crossing, packet: number, deed: PacketDeed): void {
    const { place, ifc, record } = crossing;
    this.grabs.delete(packet);
    const where = `packet ${packet} (${record?.label}) on ${ifc} of ${place}`;
    switch (deed.type) {
      case 'drop':
        this.#journal.note('wire', `drops ${where}`);
        return crossing.lose(`lost on the wire of ${place}: packet ${packet} was dropped by hand`);
      case 'delay':
        this.#journal.note('wire', `holds ${where} for ${printDuration(deed.delayUs)}`);
        return crossing.goOn(deed.delayUs);
      case 'duplicate':
        this.#journal.note('wire', `doubles ${where}`);
        crossing.goOn(0);
        return crossing.double();
    }
  }
}
