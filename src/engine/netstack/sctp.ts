// SCTP (RFC 9260), as much as a message and its answer need: the four-way handshake with its cookie, DATA and SACK,
// SHUTDOWN, ABORT, retransmission with back-off. Left out: bundling of chunks, several addresses an association, streams,
// heartbeats, checksums. What a socket learns from ICMP follows net/sctp/input.c of Linux 6.x.

import type { Address } from '../net/address.ts';
import { NO_PAYLOAD, type Packet, type Payload, type SCTPChunk, type SCTPChunkType } from '../net/packet.ts';
import type { Task } from '../sim/clock.ts';
import { ipSend, routeOutput } from './ip.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Errno, SkBuff } from './skb.ts';
import { connectionKey, type Listener, type SCTPClient, type SCTPConnect, type SCTPEndpoint } from './sockets.ts';
import { listenText } from './tcp.ts';

/** net.sctp.rto_initial, rto_max, max_init_retransmits and association_max_retrans. */
const RTO_INITIAL_US = 3_000_000;
const RTO_MAX_US = 60_000_000;
const INIT_RETRANSMITS = 8;
const RETRANSMITS = 10;

type State = 'COOKIE_WAIT' | 'COOKIE_ECHOED' | 'ESTABLISHED' | 'SHUTDOWN_SENT' | 'SHUTDOWN_ACK_SENT' | 'CLOSED';

interface Endpoints {
  readonly local: { readonly address: Address; readonly port: number };
  readonly remote: { readonly address: Address; readonly port: number };
}

/** Opens an association; errors come as errno, at once or later. */
export function connectSCTP(netns: NetworkNamespace, options: SCTPConnect): SCTPClient | Errno {
  const routed = routeOutput(netns, options.address);
  if (typeof routed === 'string') return routed;
  const local = { address: routed.source, port: netns.sockets.ephemeralPort() };
  const ends = { local, remote: { address: options.address, port: options.port } };
  const association = new Association(netns, ends, { tag: options.tag, direction: 'request', state: 'COOKIE_WAIT' }, options);
  association.open();
  return association;
}

/** A chunk arrived for this machine: to its association, to a listener, or answered with ABORT. */
export function receiveSCTP(netns: NetworkNamespace, chunk: SCTPChunk, skb: SkBuff): void {
  const { source, destination } = skb.packet;
  const ends: Endpoints = {
    local: { address: destination, port: chunk.destinationPort },
    remote: { address: source, port: chunk.sourcePort },
  };
  const known = netns.sockets.associations.get(connectionKey(ends.local, ends.remote));
  if (known) {
    netns.end(skb, 'delivered', 'an open association takes it');
    return known.chunk(chunk, skb);
  }
  const listener = netns.sockets.find('sctp', destination, chunk.destinationPort);
  const reply = { tag: skb.tag, direction: 'reply' as const, about: skb.packet.id, notBeforeUs: skb.timeUs };
  if (listener && chunk.chunk === 'INIT') {
    // The cookie holds all there is to know: a server remembers nothing until it comes back.
    netns.end(skb, 'delivered', listenText(listener));
    ipSend(netns, sctpPacket(netns, ends, 'INIT ACK', NO_PAYLOAD), { tag: skb.tag, direction: 'reply', notBeforeUs: skb.timeUs });
  } else if (listener && chunk.chunk === 'COOKIE ECHO') {
    netns.end(skb, 'delivered', 'its cookie is good: an association begins');
    serve(netns, ends, skb, listener);
  } else if (chunk.chunk === 'ABORT' || chunk.chunk === 'SHUTDOWN COMPLETE') {
    netns.end(skb, 'delivered', `nobody waits for this ${chunk.chunk}`);
  } else {
    netns.end(skb, 'no-socket', listener ? 'no such association' : `nothing listens on SCTP port ${chunk.destinationPort}`);
    ipSend(netns, sctpPacket(netns, ends, 'ABORT', NO_PAYLOAD), reply);
  }
}

function serve(netns: NetworkNamespace, ends: Endpoints, skb: SkBuff, listener: Listener): void {
  const { tag } = skb;
  const { address, port } = ends.remote;
  const association: Association = new Association(
    netns,
    ends,
    { tag, direction: 'reply', state: 'ESTABLISHED' },
    {
      onConnected: () => {},
      onMessage: (payload) => {
        const take = () =>
          listener.onDatagram?.({ payload, from: { address, port }, to: ends.local.address, tag }, (answer) => association.send(answer));
        if (listener.process) listener.process.does(take);
        else take();
      },
      onError: () => {},
    },
  );
  association.accept(skb);
}

function sctpPacket(netns: NetworkNamespace, { local, remote }: Endpoints, chunk: SCTPChunkType, payload: Payload): Packet {
  return {
    id: netns.context.newPacketId(),
    source: local.address,
    destination: remote.address,
    ttl: netns.sysctls.ip_default_ttl,
    dontFragment: true,
    transport: { protocol: 'sctp', sourcePort: local.port, destinationPort: remote.port, chunk, payload },
  };
}

class Association implements SCTPClient, SCTPEndpoint {
  readonly #netns: NetworkNamespace;
  readonly #ends: Endpoints;
  readonly #tag: number;
  readonly #direction: 'request' | 'reply';
  readonly #program: Pick<SCTPConnect, 'onConnected' | 'onMessage' | 'onError'>;
  #state: State;
  #timer: Task | null = null;
  #processedUs = 0;

  constructor(
    netns: NetworkNamespace,
    ends: Endpoints,
    begun: { readonly tag: number; readonly direction: 'request' | 'reply'; readonly state: State },
    program: Pick<SCTPConnect, 'onConnected' | 'onMessage' | 'onError'>,
  ) {
    this.#netns = netns;
    this.#ends = ends;
    this.#tag = begun.tag;
    this.#direction = begun.direction;
    this.#state = begun.state;
    this.#program = program;
    netns.sockets.associations.set(connectionKey(ends.local, ends.remote), this);
  }

  open(): void {
    this.#transmit('INIT');
  }

  accept(skb: SkBuff): void {
    this.#processedUs = skb.timeUs;
    this.#emit('COOKIE ACK');
  }

  send(payload: Payload): void {
    if (this.#state === 'ESTABLISHED') this.#transmit('DATA', payload);
  }

  close(): void {
    if (this.#state === 'COOKIE_WAIT' || this.#state === 'COOKIE_ECHOED') return this.#gone();
    if (this.#state !== 'ESTABLISHED') return;
    this.#state = 'SHUTDOWN_SENT';
    this.#transmit('SHUTDOWN');
  }

  /** Only an unknown protocol ends an association; other errors are soft, and the chunk is sent again. */
  error(errno: Errno): void {
    if (errno === 'ENOPROTOOPT' || errno === 'EPROTO') this.#fail(errno);
  }

  chunk({ chunk, payload }: SCTPChunk, skb: SkBuff): void {
    this.#processedUs = skb.timeUs;
    switch (chunk) {
      case 'INIT ACK':
        if (this.#state !== 'COOKIE_WAIT') return;
        this.#state = 'COOKIE_ECHOED';
        return this.#transmit('COOKIE ECHO');
      case 'COOKIE ECHO':
        return this.#emit('COOKIE ACK');
      case 'COOKIE ACK':
        if (this.#state !== 'COOKIE_ECHOED') return;
        this.#acknowledged();
        this.#state = 'ESTABLISHED';
        return this.#program.onConnected();
      case 'DATA':
        this.#emit('SACK');
        return this.#program.onMessage(payload);
      case 'SACK':
        return this.#acknowledged();
      case 'SHUTDOWN':
        this.#state = 'SHUTDOWN_ACK_SENT';
        return this.#transmit('SHUTDOWN ACK');
      case 'SHUTDOWN ACK':
        this.#emit('SHUTDOWN COMPLETE');
        return this.#gone();
      case 'SHUTDOWN COMPLETE':
        return this.#gone();
      case 'ABORT':
        return this.#fail(this.#state === 'COOKIE_WAIT' || this.#state === 'COOKIE_ECHOED' ? 'ECONNREFUSED' : 'ECONNRESET');
      default: // An INIT of a peer that began anew, which nobody here does.
        return;
    }
  }

  #acknowledged(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #transmit(chunk: SCTPChunkType, payload: Payload = NO_PAYLOAD, rtoUs = RTO_INITIAL_US, tries = 0): void {
    this.#emit(chunk, payload);
    this.#timer?.cancel();
    this.#timer = this.#netns.context.clock.after(rtoUs, () => {
      if (tries >= (chunk === 'INIT' || chunk === 'COOKIE ECHO' ? INIT_RETRANSMITS : RETRANSMITS)) return this.#fail('ETIMEDOUT');
      this.#transmit(chunk, payload, Math.min(rtoUs * 2, RTO_MAX_US), tries + 1);
    });
  }

  #emit(chunk: SCTPChunkType, payload: Payload = NO_PAYLOAD): void {
    const packet = sctpPacket(this.#netns, this.#ends, chunk, payload);
    ipSend(this.#netns, packet, { tag: this.#tag, direction: this.#direction, notBeforeUs: this.#processedUs });
  }

  #fail(errno: Errno): void {
    if (this.#state === 'CLOSED') return;
    this.#gone();
    this.#program.onError(errno);
  }

  #gone(): void {
    this.#state = 'CLOSED';
    this.#acknowledged();
    this.#netns.sockets.associations.delete(connectionKey(this.#ends.local, this.#ends.remote));
  }
}
