// Connection tracking: one table per network namespace. Follows net/netfilter/nf_conntrack_core.c and
// nf_conntrack_proto_{tcp,udp,icmp,icmpv6}.c of Linux 6.x. Left out: sequence-window checks, helpers, zones, accounting.

import type { Address } from '../net/address.ts';
import { destinationPortOf, echoTypes, type Packet, type Protocol, sourcePortOf, type TCPFlag } from '../net/packet.ts';
import { nextSCTPState, SCTP_TIMEOUTS, type SCTPState } from './conntrack-sctp.ts';
import type { CtState } from './types.ts';

/** One direction of a connection. For ICMP both ports are the echo identifier. */
export interface Tuple {
  readonly protocol: Protocol;
  readonly source: Address;
  readonly destination: Address;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export type TCPState =
  | 'NONE'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'SYN_SENT2';

export interface CtEntry {
  readonly id: number;
  readonly original: Tuple;
  reply: Tuple;
  tcpState: TCPState;
  sctpState: SCTPState;
  seenReply: boolean;
  assured: boolean;
  confirmed: boolean;
  dying: boolean;
  /** IPS_SRC_NAT / IPS_DST_NAT: that end has been translated. */
  snat: boolean;
  dnat: boolean;
  /** IPS_SRC_NAT_DONE / IPS_DST_NAT_DONE: the nat table has been asked. */
  snatDone: boolean;
  dnatDone: boolean;
  mark: number;
  expiresUs: number;
  /** When the entry was made; UDP becomes a stream after two seconds. */
  readonly createdUs: number;
}

/** What a packet carries of its connection while a machine holds it (skb->_nfct). */
export interface CtAttachment {
  readonly entry: CtEntry;
  readonly direction: 'ORIGINAL' | 'REPLY';
  readonly state: CtState;
}

const SECOND = 1_000_000;

/** Of a connection that was there before the table, until it is answered (nf_conntrack_tcp_timeout_unacknowledged). */
const UNANSWERED = 300;
/** Seconds, as in nf_conntrack_proto_tcp.c; the others are the table's own. */
const TCP_TIMEOUTS: Record<Exclude<TCPState, 'ESTABLISHED' | 'CLOSE_WAIT'>, number> = {
  NONE: 0,
  SYN_SENT: 120,
  SYN_RECV: 60,
  FIN_WAIT: 120,
  LAST_ACK: 30,
  TIME_WAIT: 120,
  CLOSE: 10,
  SYN_SENT2: 120,
};

export function tupleOf(packet: Packet): Tuple {
  return {
    protocol: packet.transport.protocol,
    source: packet.source,
    destination: packet.destination,
    sourcePort: sourcePortOf(packet),
    destinationPort: destinationPortOf(packet),
  };
}

export function invertTuple(tuple: Tuple): Tuple {
  return {
    protocol: tuple.protocol,
    source: tuple.destination,
    destination: tuple.source,
    sourcePort: tuple.destinationPort,
    destinationPort: tuple.sourcePort,
  };
}

export function tupleKey(tuple: Tuple): string {
  return `${tuple.protocol} ${tuple.source} ${tuple.sourcePort} ${tuple.destination} ${tuple.destinationPort}`;
}

function isICMPError(packet: Packet): boolean {
  return packet.transport.protocol === 'icmp' && packet.transport.quoted !== undefined;
}

/** Those of the timeouts that are set from outside, in seconds: net.netfilter.nf_conntrack_tcp_timeout_established and so on. */
export interface ConntrackTimeouts {
  tcpEstablished: number;
  tcpCloseWait: number;
  udp: number;
  udpStream: number;
}

/** The connections one network namespace knows. */
export class Conntrack {
  readonly #table = new Map<string, { entry: CtEntry; direction: 'ORIGINAL' | 'REPLY' }>();
  readonly #entries = new Map<number, CtEntry>();
  #nextId = 1;
  /** net.netfilter.nf_conntrack_max */
  max = 262_144;
  readonly timeouts: ConntrackTimeouts = { tcpEstablished: 432_000, tcpCloseWait: 60, udp: 30, udpStream: 120 };

  /**
   * nf_conntrack_in: finds or makes the packet's connection. `table-full` means that the packet is dropped
   * (`nf_conntrack: table full, dropping packet`).
   */
  track(packet: Packet, nowUs: number): CtAttachment | 'UNTRACKED' | 'INVALID' | 'table-full' {
    if (isICMPError(packet)) return this.#trackError(packet, nowUs);
    // Neighbour Discovery is nobody's connection (nf_conntrack_icmpv6_error).
    if (packet.transport.protocol === 'icmp' && packet.transport.neighbour) return 'UNTRACKED';
    const tuple = tupleOf(packet);
    const found = this.#lookup(tuple, nowUs);
    if (!found) return this.#create(packet, tuple, nowUs);
    return this.#advance(found.entry, found.direction, packet, nowUs);
  }

  /** Whether a reply tuple is taken by another connection (nf_nat_used_tuple). UDP packets of one socket may meet. */
  isTaken(reply: Tuple, except: CtEntry, nowUs: number): boolean {
    const found = this.#lookup(reply, nowUs)?.entry;
    if (!found || found === except) return false;
    return !(found.original.protocol === 'udp' && tupleKey(found.original) === tupleKey(except.original));
  }

  /**
   * __nf_conntrack_confirm: the first packet has passed every hook; its entry enters the table. When another packet of
   * the same UDP socket was faster, its entry stands for both (nf_ct_resolve_clash), or, where NAT chose differently,
   * ours is only known by its reply. Null: a clash that cannot be resolved, the packet is dropped.
   */
  confirm(entry: CtEntry, nowUs: number): CtEntry | null {
    if (entry.confirmed) return entry;
    const winner = this.#lookup(entry.original, nowUs)?.entry;
    const replyTaken = this.#lookup(entry.reply, nowUs)?.entry;
    if (winner || replyTaken) {
      if (entry.original.protocol !== 'udp') return null;
      if (winner && winner === replyTaken) return winner;
      if (replyTaken) return null;
    }
    entry.confirmed = true;
    if (!winner) this.#table.set(tupleKey(entry.original), { entry, direction: 'ORIGINAL' });
    this.#table.set(tupleKey(entry.reply), { entry, direction: 'REPLY' });
    this.#entries.set(entry.id, entry);
    return entry;
  }

  /** All live entries, oldest first. */
  entries(nowUs: number): CtEntry[] {
    for (const entry of this.#entries.values()) if (entry.expiresUs <= nowUs) this.remove(entry);
    return [...this.#entries.values()];
  }

  remove(entry: CtEntry): void {
    entry.dying = true;
    for (const tuple of [entry.original, entry.reply])
      if (this.#table.get(tupleKey(tuple))?.entry === entry) this.#table.delete(tupleKey(tuple));
    this.#entries.delete(entry.id);
  }

  get size(): number {
    return this.#entries.size;
  }

  #lookup(tuple: Tuple, nowUs: number) {
    const found = this.#table.get(tupleKey(tuple));
    if (found && found.entry.expiresUs <= nowUs) {
      this.remove(found.entry);
      return undefined;
    }
    return found;
  }

  #create(packet: Packet, tuple: Tuple, nowUs: number): CtAttachment | 'INVALID' | 'table-full' {
    const { transport } = packet;
    const tcpState = firstTCPState(packet);
    if (tcpState === 'INVALID' || (transport.protocol === 'icmp' && transport.type !== echoTypes(packet).request)) return 'INVALID';
    // Of all chunks only INIT can be the first: the others carry a tag that nobody has told yet.
    if (transport.protocol === 'sctp' && transport.chunk !== 'INIT') return 'INVALID';
    if (this.#entries.size >= this.max) return 'table-full';
    const entry: CtEntry = {
      id: this.#nextId++,
      original: tuple,
      reply: invertTuple(tuple),
      tcpState,
      sctpState: 'CLOSED',
      seenReply: false,
      assured: false,
      confirmed: false,
      dying: false,
      snat: false,
      dnat: false,
      snatDone: false,
      dnatDone: false,
      mark: 0,
      expiresUs: nowUs + this.#firstTimeout(packet, tcpState) * SECOND,
      createdUs: nowUs,
    };
    return { entry, direction: 'ORIGINAL', state: 'NEW' };
  }

  #advance(entry: CtEntry, direction: 'ORIGINAL' | 'REPLY', packet: Packet, nowUs: number): CtAttachment | 'INVALID' | 'table-full' {
    let isIgnored = false;
    if (packet.transport.protocol === 'tcp') {
      const next = nextTCPState(entry.tcpState, direction, packet.transport.flags);
      if (next === 'REOPEN') {
        this.remove(entry);
        return this.#create(packet, tupleOf(packet), nowUs);
      }
      if (next === 'INVALID') return 'INVALID';
      isIgnored = next === 'IGNORE';
      if (next !== 'IGNORE') entry.tcpState = next;
    }
    if (packet.transport.protocol === 'sctp') {
      const next = nextSCTPState(entry.sctpState, direction, packet.transport.chunk);
      if (direction === 'REPLY' && entry.sctpState === 'COOKIE_ECHOED' && next === 'ESTABLISHED') entry.assured = true;
      entry.sctpState = next;
    }
    if (direction === 'REPLY') entry.seenReply = true;
    if (!isIgnored) entry.expiresUs = nowUs + this.#timeout(entry, nowUs) * SECOND;
    const state = direction === 'REPLY' || entry.seenReply ? 'ESTABLISHED' : 'NEW';
    return { entry, direction, state };
  }

  #timeout(entry: CtEntry, nowUs: number): number {
    switch (entry.original.protocol) {
      case 'tcp': {
        if (entry.tcpState === 'ESTABLISHED' && entry.seenReply) entry.assured = true;
        const unanswered = !entry.seenReply && entry.tcpState === 'ESTABLISHED';
        return unanswered ? UNANSWERED : this.#tcpTimeout(entry.tcpState);
      }
      case 'udp': {
        const stream = entry.seenReply && nowUs - entry.createdUs > 2 * SECOND;
        if (stream) entry.assured = true;
        return stream ? this.timeouts.udpStream : this.timeouts.udp;
      }
      case 'sctp':
        return SCTP_TIMEOUTS[entry.sctpState];
      case 'icmp':
        return 30;
    }
  }

  #firstTimeout(packet: Packet, tcpState: TCPState): number {
    switch (packet.transport.protocol) {
      case 'tcp':
        return tcpState === 'ESTABLISHED' ? UNANSWERED : this.#tcpTimeout(tcpState);
      case 'udp':
        return this.timeouts.udp;
      case 'icmp':
        return 30;
      case 'sctp':
        return SCTP_TIMEOUTS.CLOSED;
    }
  }

  #tcpTimeout(state: TCPState): number {
    if (state === 'ESTABLISHED') return this.timeouts.tcpEstablished;
    return state === 'CLOSE_WAIT' ? this.timeouts.tcpCloseWait : TCP_TIMEOUTS[state];
  }

  /** nf_conntrack_inet_error: an ICMP error belongs to the connection of the packet that it quotes. */
  #trackError(packet: Packet, nowUs: number): CtAttachment | 'INVALID' {
    const quoted = packet.transport.protocol === 'icmp' ? packet.transport.quoted : undefined;
    if (!quoted) return 'INVALID';
    const found = this.#lookup(invertTuple(tupleOf(quoted)), nowUs);
    if (!found) return 'INVALID';
    return { entry: found.entry, direction: found.direction, state: 'RELATED' };
  }
}

function firstTCPState(packet: Packet): TCPState | 'INVALID' {
  if (packet.transport.protocol !== 'tcp') return 'NONE';
  const { flags } = packet.transport;
  if (flags.includes('RST') || flags.includes('FIN')) return 'INVALID';
  if (flags.includes('SYN')) return flags.includes('ACK') ? 'INVALID' : 'SYN_SENT';
  return 'ESTABLISHED'; // nf_conntrack_tcp_loose: a connection that was there before the table was.
}

/** What a segment that sets SYN, FIN, ACK or RST makes of a connection, by the state that it meets (tcp_conntracks). */
type Step = TCPState | 'INVALID' | 'IGNORE';
type SegmentKind = 'SYN' | 'SYN ACK' | 'FIN' | 'ACK' | 'RST';

const MET: readonly TCPState[] = [
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];
const STEPS: Record<'ORIGINAL' | 'REPLY', Record<SegmentKind, readonly Step[]>> = {
  ORIGINAL: {
    SYN: row('SYN_SENT - - - - - SYN_SENT SYN_SENT SYN_SENT2'),
    'SYN ACK': row('! SYN_RECV ! ! ! ! ! ! SYN_RECV'),
    FIN: row('! FIN_WAIT FIN_WAIT LAST_ACK LAST_ACK LAST_ACK TIME_WAIT CLOSE !'),
    ACK: row('! ESTABLISHED ESTABLISHED CLOSE_WAIT CLOSE_WAIT TIME_WAIT TIME_WAIT CLOSE !'),
    RST: row('CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE'),
  },
  REPLY: {
    SYN: row('SYN_SENT2 ! ! ! ! ! SYN_SENT ! SYN_SENT2'),
    'SYN ACK': row('SYN_RECV - - - - - - - SYN_RECV'),
    FIN: row('! FIN_WAIT FIN_WAIT LAST_ACK LAST_ACK LAST_ACK TIME_WAIT CLOSE !'),
    ACK: row('- SYN_RECV ESTABLISHED CLOSE_WAIT CLOSE_WAIT TIME_WAIT TIME_WAIT CLOSE -'),
    RST: row('CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE CLOSE'),
  },
};

/** One word for each of MET: `!` is invalid, `-` passes and changes nothing. */
function row(words: string): Step[] {
  return words.split(' ').map((word) => (word === '!' ? 'INVALID' : word === '-' ? 'IGNORE' : (word as TCPState)));
}

/** `REOPEN`: a SYN on a closed connection starts a new one. */
function nextTCPState(state: TCPState, direction: 'ORIGINAL' | 'REPLY', flags: readonly TCPFlag[]): Step | 'REOPEN' {
  const step = STEPS[direction][kindOf(flags)][MET.indexOf(state)] ?? 'INVALID';
  const isClosed = state === 'TIME_WAIT' || state === 'CLOSE';
  return step === 'SYN_SENT' && isClosed ? 'REOPEN' : step;
}

function kindOf(flags: readonly TCPFlag[]): SegmentKind {
  if (flags.includes('RST')) return 'RST';
  if (flags.includes('SYN')) return flags.includes('ACK') ? 'SYN ACK' : 'SYN';
  return flags.includes('FIN') ? 'FIN' : 'ACK';
}

const PROTOCOL_NUMBERS: Record<Protocol | 'icmpv6', number> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };

/** The entry as `conntrack -L` prints it, one line. */
export function printEntry(entry: CtEntry, nowUs: number): string {
  const isIPv6 = entry.original.source.includes(':');
  const protocol = entry.original.protocol === 'icmp' && isIPv6 ? 'icmpv6' : entry.original.protocol;
  const seconds = Math.max(0, Math.ceil((entry.expiresUs - nowUs) / SECOND));
  const state = protocol === 'tcp' ? ` ${entry.tcpState}` : protocol === 'sctp' ? ` ${entry.sctpState}` : '';
  const unreplied = entry.seenReply ? '' : ' [UNREPLIED]';
  const assured = entry.assured ? ' [ASSURED]' : '';
  const head = `${protocol.padEnd(8)} ${PROTOCOL_NUMBERS[protocol]} ${seconds}${state}`;
  const [request, reply] = isIPv6 ? [128, 129] : [8, 0];
  return `${head} ${printTuple(entry.original, request)}${unreplied} ${printTuple(entry.reply, reply)}${assured} mark=${entry.mark} use=1`;
}

function printTuple(tuple: Tuple, icmpType: number): string {
  const addresses = `src=${tuple.source} dst=${tuple.destination}`;
  if (tuple.protocol === 'icmp') return `${addresses} type=${icmpType} code=0 id=${tuple.sourcePort}`;
  return `${addresses} sport=${tuple.sourcePort} dport=${tuple.destinationPort}`;
}
