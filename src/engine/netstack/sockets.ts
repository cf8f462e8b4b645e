// The sockets of one network namespace, and who gets a packet: a connection, else a listener on that very address,
// else one on 0.0.0.0 or ::. Prints as `ss -lntu` does.

import { type Address, joinHostPort } from '../net/address.ts';
import type { ICMPMessage, Payload, SCTPChunk, TCPSegment, UDPDatagram } from '../net/packet.ts';
import type { Process } from './process.ts';
import type { Errno, SkBuff } from './skb.ts';

export type ListenProtocol = 'tcp' | 'udp' | 'sctp';

export interface Listener {
  readonly protocol: ListenProtocol;
  readonly address: Address;
  readonly port: number;
  /** The program, as a reader should see it: `nginx`. */
  readonly program: string;
  /** Absent: it takes all that comes. */
  readonly process?: Process;
  /** TCP: a connection was accepted. */
  readonly onConnection?: (connection: Connection) => void;
  /** UDP and SCTP: a datagram or message came; `reply` sends one back from the address it was sent to. */
  readonly onDatagram?: (
    datagram: { payload: Payload; from: { address: Address; port: number }; to: Address; tag: number },
    reply: (payload: Payload) => void,
  ) => void;
}

/** A TCP connection as its program sees it. */
export interface Connection {
  readonly local: { readonly address: Address; readonly port: number };
  readonly remote: { readonly address: Address; readonly port: number };
  readonly tag: number;
  onData: ((payload: Payload) => void) | null;
  onClose: (() => void) | null;
  onError: ((errno: Errno) => void) | null;
  send(payload: Payload): void;
  close(): void;
}

/** What the stack calls on a socket that packets or errors are for. */
export interface TCPEndpoint {
  segment(segment: TCPSegment, skb: SkBuff): void;
  error(errno: Errno): void;
  /** The way to the other end carries less than was thought. */
  mtuReduced(): void;
}

export interface DatagramEndpoint {
  readonly program: string;
  /** Whom it is connected to: errors about other datagrams are not for it. */
  readonly remote: { readonly address: Address; readonly port: number };
  /** IP_RECVERR is set: it hears of errors that may pass as well (ip(7)). */
  readonly hearsAll: boolean;
  datagram(datagram: UDPDatagram, skb: SkBuff): void;
  error(errno: Errno): void;
}

/** How a client opens an SCTP association (sctp.ts). */
export interface SCTPConnect {
  readonly address: Address;
  readonly port: number;
  readonly tag: number;
  readonly onConnected: () => void;
  readonly onMessage: (payload: Payload) => void;
  readonly onError: (errno: Errno) => void;
}

export interface SCTPClient {
  send(payload: Payload): void;
  close(): void;
}

export interface SCTPEndpoint {
  chunk(chunk: SCTPChunk, skb: SkBuff): void;
  error(errno: Errno): void;
}

/** An ICMP error as it came: who sent it, and what it says. */
export interface ICMPReport extends Pick<ICMPMessage, 'type' | 'code' | 'mtu'> {
  readonly from: Address;
}

export interface EchoEndpoint {
  reply(message: ICMPMessage, skb: SkBuff): void;
  error(errno: Errno, report: ICMPReport): void;
}

const FIRST_EPHEMERAL_PORT = 40_001;

export class SocketTable {
  readonly #listeners = new Map<string, Listener[]>();
  // Most namespaces of a large cluster speak to nobody.
  #connections: Map<string, TCPEndpoint> | null = null;
  #associations: Map<string, SCTPEndpoint> | null = null;
  #datagrams: Map<number, DatagramEndpoint> | null = null;
  #echoes: Map<number, EchoEndpoint> | null = null;
  #nextPort = FIRST_EPHEMERAL_PORT;
  #nextEcho = 1;

  get connections(): Map<string, TCPEndpoint> {
    this.#connections ??= new Map();
    return this.#connections;
  }

  get associations(): Map<string, SCTPEndpoint> {
    this.#associations ??= new Map();
    return this.#associations;
  }

  get datagrams(): Map<number, DatagramEndpoint> {
    this.#datagrams ??= new Map();
    return this.#datagrams;
  }

  get echoes(): Map<number, EchoEndpoint> {
    this.#echoes ??= new Map();
    return this.#echoes;
  }

  /** Binds and listens; `EADDRINUSE` when the port is taken on that address (or on all). */
  listen(listener: Listener): Errno | null {
    const key = `${listener.protocol} ${listener.port}`;
    const others = this.#listeners.get(key);
    const clashes = others?.some(
      (other) => isWildcard(other.address) || isWildcard(listener.address) || other.address === listener.address,
    );
    if (clashes) return 'EADDRINUSE';
    this.#listeners.set(key, others ? [...others, listener] : [listener]);
    return null;
  }

  close(listener: Listener): void {
    const key = `${listener.protocol} ${listener.port}`;
    const rest = (this.#listeners.get(key) ?? []).filter((other) => other !== listener);
    if (rest.length > 0) this.#listeners.set(key, rest);
    else this.#listeners.delete(key);
  }

  find(protocol: ListenProtocol, address: Address, port: number): Listener | null {
    const candidates = this.#listeners.get(`${protocol} ${port}`) ?? [];
    return candidates.find((one) => one.address === address) ?? candidates.find((one) => takesAll(one.address, address)) ?? null;
  }

  listeners(): Listener[] {
    return [...this.#listeners.values()].flat();
  }

  /** A free local port for a client (ip_local_port_range; in order here, so that a reader can follow it). */
  ephemeralPort(): number {
    if (this.#nextPort > 60_999) this.#nextPort = 32_768;
    return this.#nextPort++;
  }

  echoIdentifier(): number {
    return this.#nextEcho++;
  }
}

export function connectionKey(local: { address: Address; port: number }, remote: { address: Address; port: number }): string {
  return `${local.address} ${local.port} ${remote.address} ${remote.port}`;
}

/** `ss -lntu`, the columns that matter here. */
export function printSockets(table: SocketTable): string {
  const lines = table.listeners().map(({ protocol, address, port, program }) => {
    const state = protocol === 'udp' ? 'UNCONN' : 'LISTEN';
    return `${protocol.padEnd(6)}${state.padEnd(8)}${(address === '::' ? `*:${port}` : joinHostPort(address, port)).padEnd(24)}users:(("${program}"))`;
  });
  return [`Netid State   ${'Local Address:Port'.padEnd(24)}Process`, ...lines].map((line) => `${line}\n`).join('');
}

/** A socket on :: takes IPv4 as well (net.ipv6.bindv6only = 0). */
function takesAll(wildcard: Address, address: Address): boolean {
  return wildcard === '::' || (wildcard === '0.0.0.0' && !address.includes(':'));
}

function isWildcard(address: Address): boolean {
  return address === '0.0.0.0' || address === '::';
}
