// A frame that crosses an interface, as somebody sees it who may hold it up, lose it or double it on the wire.

import type { Packet } from '../net/packet.ts';
import type { TracedPacket } from './trace.ts';

export interface Crossing {
  /** The network namespace: a node's name, `namespace/name` of a pod, `wire`. */
  readonly place: string;
  readonly ifc: string;
  readonly dir: 'rx' | 'tx';
  /** The other end of the wire; null for interfaces that have none. */
  readonly peer: { readonly place: string; readonly name: string } | null;
  readonly sourceMac: string;
  /** Of one of several copies that go out of all ports: whom it is for. */
  readonly floodedFor: string | null;
  /** Null for ARP. */
  readonly packet: Packet | null;
  /** The packet's record so far, this crossing included; null where its walk is not recorded. */
  readonly record: TracedPacket | null;
  /** Lets it go on, now or later. */
  goOn(delayUs: number): void;
  /** Sends a copy of it on, as a packet of its own. */
  double(): void;
  /** It ends here; null: only this copy, and another may arrive. */
  lose(text: string | null): void;
}

/** Decides what becomes of every frame. */
export type Tap = (crossing: Crossing) => void;
