// The shape of a netfilter rule set and of one evaluation, in the words of iptables(8). A Ruleset is what
// iptables-restore loads and iptables-save prints; nothing here knows Kubernetes.

import type { Address } from '../net/address.ts';
import type { Packet } from '../net/packet.ts';
import type { Hook } from '../sim/trace.ts';

export type CtState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
export type CtStatus = 'EXPECTED' | 'SEEN_REPLY' | 'ASSURED' | 'CONFIRMED';

/** What conntrack tells a match about the packet's connection. */
export interface CtView {
  readonly state: CtState;
  /** Status bits: the connection's destination / source has been translated. */
  readonly dnat: boolean;
  readonly snat: boolean;
  readonly direction: 'ORIGINAL' | 'REPLY';
  readonly mark: number;
  /** The original direction's destination, before any translation (`--ctorigdst`, `--ctorigdstport`). */
  readonly originalSource: Address;
  readonly originalDestination: Address;
  readonly originalDestinationPort: number;
  /** What the rarer options of `-m conntrack` ask for; a condition on something that is not told does not hold. */
  readonly originalSourcePort?: number;
  readonly replySource?: Address;
  readonly replyDestination?: Address;
  readonly replySourcePort?: number;
  readonly replyDestinationPort?: number;
  readonly status?: readonly CtStatus[];
  readonly expiresInSeconds?: number;
}

/** Everything a rule can look at besides itself. One object per packet and hook; `packet`, `mark` and `ctMark` are written by targets. */
export interface HookContext {
  packet: Packet;
  readonly hook: Hook;
  readonly inInterface: string | null;
  readonly outInterface: string | null;
  /** The bridge ports, for `-m physdev`; null off the bridge. */
  readonly physIn: string | null;
  readonly physOut: string | null;
  mark: number;
  ctMark: number;
  /** Set by NOTRACK in the raw table: conntrack will leave the packet alone. */
  untracked: boolean;
  readonly ct: CtView;
  /** Kind of an address on this machine, for `-m addrtype`. */
  addressType(address: Address, device?: string | null): 'LOCAL' | 'UNICAST' | 'BROADCAST' | 'MULTICAST';
  /** A number in [0, 1) for `-m statistic --mode random`; called once each time such a rule's other matches hold. */
  random(rule: Rule): number;
  readonly nowUs: number;
  /** What rarer matches ask the machine. */
  readonly machine?: MachineFacts;
}

export interface MachineFacts {
  /** The sender of the frame that brought the packet; null for packets of this machine. */
  readonly sourceMac: string | null;
  /** Whose socket sent it, or a socket of the kernel's own; null for what passes through and for a reset of REJECT. */
  readonly owner: { readonly uid: number; readonly gid: number } | 'kernel' | null;
  /** Whether a connection or a listener of this machine waits for it; listeners on 0.0.0.0 only if asked for. */
  hasSocket(wildcard: boolean): boolean;
  /** Whether the way back to its source leaves by the interface it came in by. */
  reversePathHolds(options: { readonly loose: boolean; readonly acceptLocal: boolean }): boolean;
  /** The smaller of what both its ways can carry. */
  pathMTU(): number;
}

/** How the evaluation of one base chain ended. NAT targets name the range; the machine picks the tuple. */
export type Verdict =
  | { readonly kind: 'ACCEPT'; readonly rule: Rule | null }
  | { readonly kind: 'DROP'; readonly rule: Rule | null }
  | { readonly kind: 'REJECT'; readonly rule: Rule; readonly rejectWith: string }
  | {
      readonly kind: 'DNAT' | 'SNAT' | 'MASQUERADE' | 'REDIRECT';
      readonly rule: Rule;
      readonly address: Address | null;
      readonly toAddress?: Address;
      readonly minPort: number | null;
      readonly maxPort: number | null;
      readonly randomFully: boolean;
    };

/** Told of every rule that matched, in order; what a kernel's rule trace reports. */
export type RuleListener = (event: {
  readonly chain: string;
  readonly rule: number | 'policy';
  readonly verdict: string;
  readonly mark: number;
  readonly text: string;
  readonly missed: number;
  readonly packets: number;
  readonly bytes: number;
}) => void;

export interface Counters {
  packets: number;
  bytes: number;
}

/** One rule. `text` is its canonical iptables-save line, `-A CHAIN …`, without counters. */
export interface Rule {
  readonly chain: string;
  readonly text: string;
  readonly comment: string | null;
  readonly counters: Counters;
}

/** A problem with a rule that was read: it is reported, never skipped in silence. `line` counts from 1. */
export interface RulesetProblem {
  readonly line: number;
  readonly text: string;
  readonly message: string;
  /** The rule stands in its chain nevertheless, but a part of it is not simulated. */
  readonly kept?: boolean;
}
