// A packet while a machine holds it, with what the machine wrote beside it (struct sk_buff). Marks, conntrack and
// bridge ports end at the network namespace's edge; the walk's tag and record do not.

import type { Packet } from '../net/packet.ts';
import type { CtAttachment } from '../netfilter/conntrack.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Route } from './routing.ts';

export interface SkBuff {
  packet: Packet;
  mark: number;
  ct: CtAttachment | 'UNTRACKED' | null;
  /** The interface it came in by, as later hooks print it; null for packets this machine makes. */
  device: string | null;
  /** Bridge ports: the one it came in by, and while br_netfilter has it the one it leaves by. */
  physIn: string | null;
  /** The addresses of the frame that brought it to `physIn`. */
  physFrame: { readonly source: string; readonly destination: string } | null;
  physOut: string | null;
  /** For a piece: the packet that was cut. */
  whole: SkBuff | null;
  /** For a packet that was put together again: the longest of its pieces. */
  longestFragment: number | null;
  /** The sender of the last frame that brought it. */
  sourceMac: string | null;
  /** The conntrack work of PREROUTING is already done (br_netfilter, loopback). */
  preroutingDone: boolean;
  /** What would go round for ever shows in these (endless.ts): by how many routers it was passed on, whatever its TTL says, */
  forwards: number;
  /** in how many tunnels at once one machine has wrapped it, */
  wraps: number;
  /** and how many errors came before it, each about a packet that the one before brought about. */
  errors: number;
  /** Virtual time inside the machine: the clock plus what the hops so far have cost. */
  timeUs: number;
  readonly tag: number;
  readonly record: TracedPacket | null;
  /** The route taken, until the next interface hop tells it. */
  route: Route | null;
}

/** The errors of socket calls that a simulated program can meet, errno(3). */
export type Errno =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EHOSTUNREACH'
  | 'ENETUNREACH'
  | 'ETIMEDOUT'
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EMSGSIZE'
  | 'ENOPROTOOPT'
  | 'EPERM'
  | 'EPROTO'
  | 'EPROTONOSUPPORT';

export interface SendOptions {
  readonly tag: number;
  readonly direction: 'request' | 'reply';
  /** The packet that this one answers, for errors and resets. */
  readonly about?: number;
  /** The skb that caused it: an ICMP error joins its connection (nf_ct_attach). */
  readonly cause?: SkBuff;
  /** Not before this time inside the machine. */
  readonly notBeforeUs?: number;
}

/** A frame on a link: an IP packet, or an ARP message. */
export type Frame =
  | { readonly type: 'ip'; readonly source: string; readonly destination: string; readonly skb: SkBuff }
  | { readonly type: 'arp'; readonly source: string; readonly destination: string; readonly arp: ARPMessage };

/** RFC 826, for IPv4 over ethernet. */
export interface ARPMessage {
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
  readonly tag: number;
  readonly record: TracedPacket | null;
}

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';

/** The skb as the other end of a link receives it: what belonged to the machine is gone (skb_scrub_packet). */
export function scrubbed(skb: SkBuff): SkBuff {
  return {
    packet: skb.packet,
    mark: 0,
    ct: null,
    device: null,
    physIn: null,
    physFrame: null,
    physOut: null,
    sourceMac: null,
    whole: skb.whole,
    longestFragment: null,
    preroutingDone: false,
    forwards: skb.forwards,
    wraps: 0,
    errors: skb.errors,
    timeUs: skb.timeUs,
    tag: skb.tag,
    record: skb.record,
    route: null,
  };
}

export function newSkb(packet: Packet, options: { timeUs: number; tag: number; record: TracedPacket | null }): SkBuff {
  const { timeUs, tag, record } = options;
  return {
    packet,
    mark: 0,
    ct: null,
    device: null,
    physIn: null,
    physFrame: null,
    physOut: null,
    sourceMac: null,
    whole: null,
    longestFragment: null,
    preroutingDone: false,
    forwards: 0,
    wraps: 0,
    errors: 0,
    timeUs,
    tag,
    record,
    route: null,
  };
}
