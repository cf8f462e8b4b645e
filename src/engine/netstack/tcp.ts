// TCP (RFC 9293), as much as a request and its answer need: handshake, data, close, reset, retransmission with
// back-off. Windows, SACK and congestion control are left out: nothing here is lost by congestion.

import { type Address, joinHostPort } from '../net/address.ts';
import { NO_PAYLOAD, type Packet, type Payload, type TCPFlag, type TCPSegment } from '../net/packet.ts';
import type { Task } from '../sim/clock.ts';
import { hash32 } from '../sim/random.ts';
import { ipSend, routeOutput } from './ip.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Errno, SkBuff } from './skb.ts';
import { type Connection, connectionKey, type Listener, type TCPEndpoint } from './sockets.ts';

type State = 'SYN_SENT' | 'SYN_RECV' | 'ESTABLISHED' | 'FIN_WAIT1' | 'FIN_WAIT2' | 'CLOSE_WAIT' | 'LAST_ACK' | 'CLOSED';

/** When a segment without an answer is sent again: the first wait, how many waits are as long, and how often in all. */
interface Patience {
  readonly rtoUs: number;
  readonly equalWaits: number;
  readonly retries: number;
}

/** As Linux 6.18 was seen to do it; each wait after the equal ones is twice the one before. */
const PATIENCE = {
  /** net.ipv4.tcp_syn_linear_timeouts = 4, tcp_syn_retries = 6 beyond those. */
  syn: { rtoUs: 1_000_000, equalWaits: 5, retries: 10 },
  /** net.ipv4.tcp_synack_retries = 5. */
  synAck: { rtoUs: 1_000_000, equalWaits: 1, retries: 5 },
  /** A tail loss probe (RFC 8985) comes before the first timeout; net.ipv4.tcp_retries2 = 15. */
  data: { rtoUs: 200_000, equalWaits: 2, retries: 15 },
} as const satisfies Record<string, Patience>;

const LONGEST_WAIT_US = 120_000_000; // TCP_RTO_MAX

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

function tcpPacket(
  netns: NetworkNamespace,
  ends: Endpoints,
  segment: { flags: readonly TCPFlag[]; seq: number; ack: number; payload: Payload },
): Packet {
  return {
    id: netns.context.newPacketId(),
    source: ends.local.address,
    destination: ends.remote.address,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: true,
    transport: { protocol: 'tcp', sourcePort: ends.local.port, destinationPort: ends.remote.port, ...segment },
  };
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
    this.#transmit(['SYN'], NO_PAYLOAD, PATIENCE.syn);
  }

  accept(segment: TCPSegment, skb: SkBuff, listener: Listener): void {
    this.#register('SYN_RECV');
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
    if (segment.flags.includes('ACK') && segment.ack === this.#sendNext) this.#acknowledged();
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
      this.onData?.(segment.payload);
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
    this.#state = 'ESTABLISHED';
    this.#acknowledge();
    this.onConnected?.(this);
  }

  #established(): void {
    this.#state = 'ESTABLISHED';
    this.#listener?.onConnection?.(this);
  }

  #finished(): void {
    const wasOpen = this.#state === 'ESTABLISHED';
    if (this.#state === 'FIN_WAIT1' || this.#state === 'FIN_WAIT2') {
      this.#acknowledge();
      this.#gone();
    } else if (wasOpen) this.#state = 'CLOSE_WAIT';
    // A server closes at once, so its FIN carries the ACK, as Linux's does.
    if (wasOpen) this.close();
    this.onClose?.();
  }

  #acknowledged(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#unacked = this.#sendNext;
    if (this.#state === 'FIN_WAIT1') this.#state = 'FIN_WAIT2';
    else if (this.#state === 'LAST_ACK') this.#gone();
  }

  #acknowledge(): void {
    this.#emit({ flags: ['ACK'], seq: this.#sendNext, payload: NO_PAYLOAD });
  }

  #transmit(flags: readonly TCPFlag[], payload: Payload, patience: Patience): void {
    const seq = this.#sendNext;
    this.#sendNext += payload.sizeBytes + (flags.includes('SYN') || flags.includes('FIN') ? 1 : 0);
    const segment = { flags, seq, payload };
    this.#emit(segment);
    this.#armRetransmission(segment, patience, patience.rtoUs, 1);
  }

  /** The `wait`th wait for an answer begins. */
  #armRetransmission(
    segment: { flags: readonly TCPFlag[]; seq: number; payload: Payload },
    patience: Patience,
    waitUs: number,
    wait: number,
  ): void {
    this.#timer?.cancel();
    this.#timer = this.#netns.context.clock.after(waitUs, () => {
      if (this.#state === 'CLOSED' || this.#unacked === this.#sendNext) return;
      if (wait > patience.retries) return this.#fail('ETIMEDOUT');
      this.#emit(segment);
      const nextUs = wait < patience.equalWaits ? waitUs : Math.min(waitUs * 2, LONGEST_WAIT_US);
      this.#armRetransmission(segment, patience, nextUs, wait + 1);
    });
  }

  #emit(segment: { flags: readonly TCPFlag[]; seq: number; payload: Payload }): void {
    const packet = tcpPacket(this.#netns, this, { ...segment, ack: segment.flags.includes('ACK') ? this.#receiveNext : 0 });
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
