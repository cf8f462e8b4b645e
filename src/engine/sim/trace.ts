// The trace: what happened to every packet, hop by hop. The graph, the terminal, the text and the kernel comparison
// are all views of these records. Hops have the form and the key names of a recorded kernel walk: an interface
// crossed, a rule matched, an address changed by conntrack without a rule.

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter';

interface HopBase {
  /** Place in the packet's own list, from 1. */
  readonly n: number;
  readonly timeUs: number;
  /** Where: a node's name, `namespace/name` of a pod, `wire` (the node network), `world`, `router`, `internet`. */
  readonly node: string;
  /** `10.244.1.11:40001->10.96.0.17:80`, as the packet was when the hop began. */
  readonly addr: string;
  /** The same after the hop, where the hop changed it. */
  readonly addr_after?: string;
  /** One sentence for a beginner, made from the facts of this hop. */
  say?: string;
}

/** The packet was seen on an interface, as a capture would see it. */
export interface InterfaceHop extends HopBase {
  readonly kind: 'if';
  readonly ifc: string;
  readonly dir: 'rx' | 'tx';
  readonly ttl: number;
  /** For a tunnel's outer packet: the addresses of the packet inside. */
  readonly inner?: string;
  /** On the hop after a routing decision: the route that was taken, as `ip route` prints it. */
  route?: string;
  /** On the last hop of a packet that reached a socket: what took it, e.g. `nginx listening on 0.0.0.0:80`. */
  socket?: string;
}

/** A rule matched. `rule` is its number as iptables-save lists it, or `policy` for the end of a base chain. */
export interface RuleHop extends HopBase {
  readonly kind: 'rule';
  readonly hook: Hook;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number | 'policy';
  /** `JUMP KUBE-SERVICES`, `GOTO X`, `ACCEPT`, `DROP`, `REJECT`, `RETURN`, or `CONTINUE` for targets that go on (MARK, LOG). */
  readonly verdict: string;
  readonly iif: string | null;
  readonly oif: string | null;
  /** The mark after the rule, `0x4000`. */
  readonly mark: string;
  /** The rule as iptables-save prints it; for a policy the `:PREROUTING ACCEPT` line. */
  readonly text: string;
  /** How many rules of this chain were examined and did not match since the chain was entered or last matched. */
  readonly missed: number;
  /** Counters of the rule after this packet. */
  readonly packets: number;
  readonly bytes: number;
  /** The conntrack entry as `conntrack -L` prints it, where this rule decided its translation. */
  readonly conntrack?: string;
}

/** Conntrack rewrote the packet from memory; no rule was asked. */
export interface ConntrackHop extends HopBase {
  readonly kind: 'ct-nat';
  readonly hook: Hook;
  readonly addr_after: string;
  /** The conntrack entry as `conntrack -L` prints it. */
  readonly conntrack: string;
}

export type Hop = InterfaceHop | RuleHop | ConntrackHop;

/** Whether a packet only asks or says who has an address. */
export function isNeighbourTalk({ protocol }: TracedPacket): boolean {
  return protocol === 'arp' || protocol === 'ndp';
}

/** How a packet ended. */
export type FateKind =
  | 'delivered' // a socket or program took it
  | 'forwarded' // became another packet (a tunnel's inner or outer)
  | 'refused' // a REJECT rule answered for the destination
  | 'dropped' // a rule, silently
  | 'no-socket' // nobody listens: RST or ICMP port unreachable goes back
  | 'unreachable' // no route, or no neighbour answered
  | 'expired' // TTL reached 0
  | 'lost'; // nobody took it: a router that drops silently, a cut link

export interface Fate {
  readonly kind: FateKind;
  readonly node: string;
  readonly timeUs: number;
  /** In the words of the tool that would say so, e.g. `-j REJECT --reject-with icmp-port-unreachable`. */
  readonly text: string;
}

/** What the headers say besides addresses and TTL, and stays the same on the whole way. */
export interface HeaderFacts {
  readonly dontFragment: boolean;
  readonly tcp?: { readonly seq: number; readonly ack: number; readonly flags: readonly string[] };
  readonly icmp?: { readonly type: number; readonly code: number; readonly id: number; readonly sequence: number };
}

/** One packet's whole journey. */
export interface TracedPacket {
  readonly id: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp' | 'arp' | 'ndp';
  /** Short code for the glyph: `SYN`, `S·A`, `ACK`, `DATA`, `TLS`, `FIN`, `RST`, `A?`, `A=`, `AAAA?`, `3/3`, `echo`, `ARP`, `NS`, `NA`. */
  readonly label: string;
  readonly direction: 'request' | 'reply';
  /** Set on ICMP errors and RSTs: the id of the packet they answer. */
  readonly about?: number;
  /** What it carries, as a reader would want it: `GET / HTTP/1.1`, `web.default.svc.cluster.local. A`, ''. */
  readonly content: string;
  readonly sizeBytes: number;
  /** None for ARP. */
  readonly header?: HeaderFacts;
  /** Addresses as it was sent. */
  readonly addr: string;
  /** The place that sent it. */
  readonly from: string;
  readonly sentUs: number;
  readonly hops: Hop[];
  fate: Fate | null;
}
