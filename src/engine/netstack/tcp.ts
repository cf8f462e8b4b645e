// TCP (RFC 9293), as much as a request and its answer need: handshake, data, close, reset, retransmission with
// back-off, segments as long as the path carries (RFC 1191). SACK and receive windows are left out, and of congestion
// control only the slow start: nothing here is lost by congestion. After a timeout everything unanswered is sent again.

import { type Address, familyOf, joinHostPort } from '../net/address.ts';
import { NO_PAYLOAD, type Packet, type Payload, type TCPFlag, type TCPSegment } from '../net/packet.ts';
import type { Task } from '../sim/clock.ts';
import { hash32 } from '../sim/random.ts';
import { ipSend, mtuTowards, routeOutput } from './ip.ts';
import type { NetworkNamespace, Sysctls } from './netns.ts';
import type { Errno, SkBuff } from './skb.ts';
import { type Connection, connectionKey, type Listener, type TCPEndpoint } from './sockets.ts';

type State = 'SYN_SENT' | 'SYN_RECV' | 'ESTABLISHED' | 'FIN_WAIT1' | 'FIN_WAIT2' | 'CLOSE_WAIT' | 'LAST_ACK' | 'CLOSED';

/** When a segment without an answer is sent again: the first wait, how many waits are as long, how often in all, how long. */
interface Patience {
  readonly rtoUs: number;
  readonly equalWaits: number;
  readonly retries: number;
  readonly longestUs?: number;
}

/** As Linux 6.18 was seen to do it; each wait after the equal ones is twice the one before. */
const PATIENCE = {
  /** net.ipv4.tcp_synack_retries = 5. */
  synAck: { rtoUs: 1_000_000, equalWaits: 1, retries: 5 },
  /** A tail loss probe (RFC 8985) comes before the first timeout; net.ipv4.tcp_retries2 = 15. */
  data: { rtoUs: 200_000, equalWaits: 2, retries: 15 },
} as const satisfies Record<string, Patience>;

const LONGEST_WAIT_US = 120_000_000; // TCP_RTO_MAX
const SYN_RTO_US = 1_000_000; // TCP_TIMEOUT_INIT

/** tcp_write_timeout: no longer than tcp_syn_retries alone would take, which tcp_model_timeout reckons. */
function synPatience({ tcp_syn_retries, tcp_syn_linear_timeouts }: Sysctls): Patience {
  const doublings = Math.min(tcp_syn_retries, Math.floor(Math.log2(LONGEST_WAIT_US / SYN_RTO_US)));
  return {
    rtoUs: SYN_RTO_US,
    equalWaits: tcp_syn_linear_timeouts + 1,
    retries: tcp_syn_retries + tcp_syn_linear_timeouts,
    longestUs: SYN_RTO_US * (2 ** (doublings + 1) - 1) + LONGEST_WAIT_US * (tcp_syn_retries - doublings),
  };
}

/** TCP_INIT_CWND: segments that may be under way before the first answer. */
const INITIAL_WINDOW = 10;
/** The option that every segment carries, of which the advertised MSS knows nothing. */
const TIMESTAMP_BYTES = 12;
/** Of a sender that says nothing (RFC 9293, 3.7.1). */
const DEFAULT_MSS = 536;

interface Segment {
  readonly flags: readonly TCPFlag[];
  readonly seq: number;
  readonly payload: Payload;
}

function endOf({ flags, seq, payload }: Segment): number {
  return seq + payload.sizeBytes + (flags.includes('SYN') || flags.includes('FIN') ? 1 : 0);
}

/** A payload in pieces of at most `size` bytes; a piece of a piece is a piece of the whole. */
function cut(payload: Payload, size: number): Payload[] {
  if (payload.sizeBytes <= size) return [payload];
  const [whole, base] = payload.type === 'part' ? [payload.whole, payload.offset] : [payload, 0];
  const pieces: Payload[] = [];
  for (let at = 0; at < payload.sizeBytes; at += size) {
    pieces.push({ type: 'part', sizeBytes: Math.min(size, payload.sizeBytes - at), offset: base + at, whole });
  }
  return pieces;
}

interface Endpoints {
  readonly local: { readonly address: Address; readonly port: number };
  readonly remote: { readonly address: Address; readonly port: number };
}

/** Opens a connection. `onConnected` when the handshake is done; errors come as errno, at once or later. */
export function connectTCP(
  netns: NetworkNamespace,
  options: {
    readonly address: Address;
    readonly port: number;
    readonly tag: number;
    readonly sourceAddress?: Address;
    readonly onConnected: (connection: Connection) => void;
    readonly onError: (errno: Errno) => void;
  },
): Connection | Errno {
  const routed = routeOutput(netns, options.address);
  if (typeof routed === 'string') return routed;
  const local = { address: options.sourceAddress ?? routed.source, port: netns.sockets.ephemeralPort() };
  const socket = new TCPSocket(netns, { local, remote: { address: options.address, port: options.port } }, options.tag, 'request');
  socket.onConnected = options.onConnected;
  socket.onError = options.onError;
  socket.open();
  return socket;
}

/** A segment arrived for this machine: to its connection, to a listener, or answered with RST. */
export function receiveTCP(netns: NetworkNamespace, segment: TCPSegment, skb: SkBuff): void {
  const ends = endsOf(skb.packet, segment);
  const known = netns.sockets.connections.get(connectionKey(ends.local, ends.remote));
  if (known) {
    netns.end(skb, 'delivered', 'an open connection takes it');
    return known.segment(segment, skb);
  }
  const listener = netns.sockets.find('tcp', ends.local.address, ends.local.port);
  if (listener && segment.flags.includes('SYN') && !segment.flags.includes('ACK')) {
    const overflow = listener.process?.overflow;
    if (overflow) return netns.end(skb, 'lost', overflow);
    netns.end(skb, 'delivered', listenText(listener));
    return new TCPSocket(netns, ends, skb.tag, 'reply').accept(segment, skb, listener);
  }
  if (segment.flags.includes('RST')) return netns.end(skb, 'delivered', 'nobody waits for this reset');
  const why = listener ? 'no such connection' : noListenerText(netns, ends.local);
  netns.end(skb, 'no-socket', why);
  sendReset(netns, ends, segment, skb);
}

function noListenerText(netns: NetworkNamespace, local: { address: Address; port: number }): string {
  const elsewhere = netns.sockets.listeners().find((one) => one.protocol === 'tcp' && one.port === local.port);
  if (elsewhere) return `nothing listens on ${joinHostPort(local.address, local.port)}; ${listenText(elsewhere)} only`;
  return `nothing listens on port ${local.port}`;
}

export function listenText(listener: Listener): string {
  return `${listener.program} listens on ${joinHostPort(listener.address, listener.port)}`;
}

function endsOf(packet: Packet, segment: TCPSegment): Endpoints {
  return {
    local: { address: packet.destination, port: segment.destinationPort },
    remote: { address: packet.source, port: segment.sourcePort },
  };
}

/** RFC 9293 3.10.7.1: a segment for no connection is answered with RST, in its own numbers. */
export function sendReset(netns: NetworkNamespace, ends: Endpoints, segment: TCPSegment, cause: SkBuff): void {
  const packet = resetFor(netns, ends, segment);
  ipSend(netns, packet, { tag: cause.tag, direction: 'reply', about: cause.packet.id, notBeforeUs: cause.timeUs });
}

export function resetFor(netns: NetworkNamespace, ends: Endpoints, segment: TCPSegment): Packet {
  const acked = segment.flags.includes('ACK');
  return tcpPacket(netns, ends, {
    flags: acked ? ['RST'] : ['RST', 'ACK'],
    seq: acked ? segment.ack : 0,
    ack: acked ? 0 : segment.seq + lengthOf(segment),
    payload: NO_PAYLOAD,
  });
}

function lengthOf(segment: TCPSegment): number {
  return segment.payload.sizeBytes + (segment.flags.includes('SYN') || segment.flags.includes('FIN') ? 1 : 0);
}

function tcpPacket(netns: NetworkNamespace, ends: Endpoints, segment: Segment & { readonly ack: number; readonly mss?: number }): Packet {
  return {
    id: netns.context.newPacketId(),
    source: ends.local.address,
    destination: ends.remote.address,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: true,
    transport: { protocol: 'tcp', sourcePort: ends.local.port, destinationPort: ends.remote.port, ...segment },
  };
}

/** Only the last piece asks to be handed over at once. */
function cutSegment({ flags, seq, payload }: Segment, size: number): Segment[] {
  const pieces = cut(payload, size);
  let at = seq;
  return pieces.map((piece, place) => {
    const isLast = place === pieces.length - 1;
    const segment = { flags: isLast ? flags : flags.filter((flag) => flag !== 'PSH'), seq: at, payload: piece };
    at += piece.sizeBytes;
    return segment;
  });
}

class TCPSocket implements Connection, TCPEndpoint {
  readonly local: Endpoints['local'];
  readonly remote: Endpoints['remote'];
  readonly tag: number;
  onConnected: ((connection: Connection) => void) | null = null;
  onData: ((payload: Payload) => void) | null = null;
  onClose: (() => void) | null = null;
  onError: ((errno: Errno) => void) | null = null;
  readonly #netns: NetworkNamespace;
  readonly #direction: 'request' | 'reply';
  #state: State = 'CLOSED';
  #sendNext: number;
  #unacked: number;
  #receiveNext = 0;
  /** What is to be sent, and what was sent and not answered. */
  #queue: Segment[] = [];
  #flight: Segment[] = [];
  #window = INITIAL_WINDOW;
  #peerMSS = DEFAULT_MSS;
  #timer: Task | null = null;
  #processedUs = 0;
  #listener: Listener | null = null;

  constructor(netns: NetworkNamespace, ends: Endpoints, tag: number, direction: 'request' | 'reply') {
    this.#netns = netns;
    this.local = ends.local;
    this.remote = ends.remote;
    this.tag = tag;
    this.#direction = direction;
    this.#sendNext = hash32(`${netns.context.seed} ${connectionKey(ends.local, ends.remote)}`);
    this.#unacked = this.#sendNext;
  }

  open(): void {
    this.#register('SYN_SENT');
    this.#transmit(['SYN'], NO_PAYLOAD, synPatience(this.#netns.sysctls));
  }

  accept(segment: TCPSegment, skb: SkBuff, listener: Listener): void {
    this.#register('SYN_RECV');
    this.#peerMSS = segment.mss ?? DEFAULT_MSS;
    this.#receiveNext = segment.seq + 1;
    this.#processedUs = skb.timeUs;
    this.#listener = listener;
    this.#transmit(['SYN', 'ACK'], NO_PAYLOAD, PATIENCE.synAck);
  }

  send(payload: Payload): void {
    if (this.#state === 'ESTABLISHED' || this.#state === 'CLOSE_WAIT') this.#transmit(['PSH', 'ACK'], payload, PATIENCE.data);
  }

  close(): void {
    if (this.#state === 'SYN_SENT') return this.#gone();
    if (this.#state !== 'ESTABLISHED' && this.#state !== 'CLOSE_WAIT') return;
    this.#state = this.#state === 'ESTABLISHED' ? 'FIN_WAIT1' : 'LAST_ACK';
    this.#transmit(['FIN', 'ACK'], NO_PAYLOAD, PATIENCE.data);
  }

  error(errno: Errno): void {
    if (this.#state === 'SYN_SENT' || this.#state === 'SYN_RECV') this.#fail(errno);
  }

  segment(segment: TCPSegment, skb: SkBuff): void {
    this.#processedUs = skb.timeUs;
    if (segment.flags.includes('RST')) return this.#fail(this.#state === 'SYN_SENT' ? 'ECONNREFUSED' : 'ECONNRESET');
    // net.ipv4.tcp_abort_on_overflow = 0: as if the client's ACK had not come.
    if (this.#state === 'SYN_RECV' && this.#listener?.process?.overflow) return;
    if (segment.flags.includes('ACK')) this.#takeAck(segment.ack);
    if (this.#state === 'SYN_SENT') return this.#handshake(segment);
    if (this.#state === 'SYN_RECV' && !segment.flags.includes('SYN')) this.#established();
    if (this.#state === 'SYN_RECV' && segment.flags.includes('SYN')) return this.#answerAgain(segment);
    if (segment.seq !== this.#receiveNext) {
      if (lengthOf(segment) > 0) this.#acknowledge(); // Seen before: the other side missed our ACK.
      return;
    }
    this.#receiveNext += lengthOf(segment);
    if (segment.payload.type !== 'none') {
      this.#acknowledge();
      this.#deliver(segment.payload);
    }
    if (segment.flags.includes('FIN')) this.#finished();
  }

  /** tcp_check_req: the same SYN once more means that our answer did not arrive. */
  #answerAgain(segment: TCPSegment): void {
    if (segment.seq + 1 === this.#receiveNext) this.#emit({ flags: ['SYN', 'ACK'], seq: this.#unacked, payload: NO_PAYLOAD });
  }

  #handshake(segment: TCPSegment): void {
    if (!segment.flags.includes('SYN') || !segment.flags.includes('ACK')) return;
    this.#receiveNext = segment.seq + 1;
    this.#peerMSS = segment.mss ?? DEFAULT_MSS;
    this.#state = 'ESTABLISHED';
    this.#acknowledge();
    this.onConnected?.(this);
  }

  #established(): void {
    this.#state = 'ESTABLISHED';
    const accept = () => this.#listener?.onConnection?.(this);
    const process = this.#listener?.process;
    if (process) process.accepts(accept);
    else accept();
  }

  #finished(): void {
    const wasOpen = this.#state === 'ESTABLISHED';
    if (this.#state === 'FIN_WAIT1' || this.#state === 'FIN_WAIT2') {
      this.#acknowledge();
      this.#gone();
    } else if (wasOpen) this.#state = 'CLOSE_WAIT';
    this.#program(() => {
      // A server closes at once, so its FIN carries the ACK, as Linux's does.
      if (wasOpen) this.close();
      this.onClose?.();
    });
  }

  /** A program reads a message when its last piece has come; pieces come in order. */
  #deliver(payload: Payload): void {
    const message = payload.type === 'part' ? payload.whole : payload;
    if (payload === message || (payload.type === 'part' && payload.offset + payload.sizeBytes === message.sizeBytes))
      this.#program(() => this.onData?.(message));
  }

  #program(deed: () => void): void {
    const process = this.#listener?.process;
    if (process) process.does(deed);
    else deed();
  }

  #takeAck(ack: number): void {
    const open = [...this.#flight, ...this.#queue].filter((segment) => endOf(segment) > ack);
    const answered = this.#flight.length + this.#queue.length - open.length;
    if (answered === 0) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#unacked = ack;
    if (!this.#flight[0]?.flags.includes('SYN')) this.#window += answered;
    this.#flight = this.#flight.filter((segment) => endOf(segment) > ack);
    this.#queue = open.slice(this.#flight.length);
    if (open.length > 0) return this.#push(PATIENCE.data);
    if (this.#state === 'FIN_WAIT1') this.#state = 'FIN_WAIT2';
    else if (this.#state === 'LAST_ACK') this.#gone();
  }

  /** tcp_v4_mtu_reduced: what is under way was too long for somebody. It is cut smaller and sent again, at once. */
  mtuReduced(): void {
    const size = this.#segmentSize();
    // Every segment that was too long brings an error of its own.
    if (this.#flight.every(({ payload }) => payload.sizeBytes <= size)) return;
    this.#queue = [...this.#flight, ...this.#queue].flatMap((segment) => cutSegment(segment, size));
    this.#flight = [];
    this.#timer?.cancel();
    this.#timer = null;
    this.#push(PATIENCE.data);
  }

  #segmentSize(): number {
    return Math.min(this.#peerMSS, this.#advertisedMSS()) - TIMESTAMP_BYTES;
  }

  #advertisedMSS(): number {
    return mtuTowards(this.#netns, this.remote.address) - (familyOf(this.remote.address) === 6 ? 60 : 40);
  }

  #acknowledge(): void {
    this.#emit({ flags: ['ACK'], seq: this.#sendNext, payload: NO_PAYLOAD });
  }

  #transmit(flags: readonly TCPFlag[], payload: Payload, patience: Patience): void {
    const segments = cutSegment(
      { flags, seq: this.#sendNext, payload },
      flags.includes('SYN') ? Number.POSITIVE_INFINITY : this.#segmentSize(),
    );
    this.#sendNext = endOf(segments.at(-1) ?? { flags, seq: this.#sendNext, payload });
    this.#queue.push(...segments);
    this.#push(patience);
  }

  /** Sends what the window has room for. */
  #push(patience: Patience): void {
    while (this.#queue.length > 0 && this.#flight.length < this.#window && this.#state !== 'CLOSED') {
      const segment = this.#queue.shift() as Segment;
      this.#flight.push(segment);
      this.#emit(segment);
    }
    if (this.#flight.length > 0 && this.#timer === null) this.#armRetransmission(patience, patience.rtoUs, 1, patience.rtoUs);
  }

  /** The `wait`th wait for an answer begins; when it is over, `spentUs` were waited in all. */
  #armRetransmission(patience: Patience, waitUs: number, wait: number, spentUs: number): void {
    this.#timer = this.#netns.context.clock.after(waitUs, () => {
      if (this.#state === 'CLOSED' || this.#flight.length === 0) return;
      const isTooLong = wait > 1 && spentUs >= (patience.longestUs ?? Number.POSITIVE_INFINITY);
      if (wait > patience.retries || isTooLong) return this.#fail('ETIMEDOUT');
      this.#queue.unshift(...this.#flight);
      this.#flight = [];
      this.#window = 1;
      const nextUs = wait < patience.equalWaits ? waitUs : Math.min(waitUs * 2, LONGEST_WAIT_US);
      this.#armRetransmission(patience, nextUs, wait + 1, spentUs + nextUs);
      this.#push(patience);
    });
  }

  #emit(segment: Segment): void {
    const ack = segment.flags.includes('ACK') ? this.#receiveNext : 0;
    const mss = segment.flags.includes('SYN') ? { mss: this.#advertisedMSS() } : {};
    const packet = tcpPacket(this.#netns, this, { ...segment, ack, ...mss });
    const errno = ipSend(this.#netns, packet, { tag: this.tag, direction: this.#direction, notBeforeUs: this.#processedUs });
    // tcp_connect does not care what became of its SYN: a rule that dropped it is as good as a lost packet.
    if (errno && errno !== 'EPERM') this.#fail(errno);
  }

  #register(state: State): void {
    this.#state = state;
    this.#netns.sockets.connections.set(connectionKey(this.local, this.remote), this);
  }

  #fail(errno: Errno): void {
    if (this.#state === 'CLOSED') return;
    this.#gone();
    this.onError?.(errno);
  }

  #gone(): void {
    this.#state = 'CLOSED';
    this.#timer?.cancel();
    this.#netns.sockets.connections.delete(connectionKey(this.local, this.remote));
  }
}
