// A client program, curl-like: looks the name up with real DNS packets, connects, sends its request, reads the answer,
// closes, and says what came of it. Every packet carries the walk's tag.

import type { Address } from '../net/address.ts';
import { familyOf, parseAddress } from '../net/address.ts';
import type { DNSType, Payload } from '../net/packet.ts';
import { pingOnce } from '../netstack/icmp.ts';
import { mtuTowards } from '../netstack/ip.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Errno } from '../netstack/skb.ts';
import type { Connection, ICMPReport } from '../netstack/sockets.ts';
import { connectTCP } from '../netstack/tcp.ts';
import { connectUDP, type UDPClient } from '../netstack/udp.ts';
import type { Task } from '../sim/clock.ts';
import { inOrderOfUse } from './dns/address-order.ts';
import type { HostsEntry, ResolvConf } from './dns/resolv-conf.ts';
import { answerLookup, type Lookup, type LookupOutcome, nextStep, refuseLookup, startLookup, timeOutLookup } from './dns/resolver.ts';
import { queryFor } from './dns/server.ts';
import { byteLength, httpRequest } from './http-text.ts';
import type { Target } from './target.ts';
import { type Certificate, type CertificateProblem, certificateProblem, openTLS } from './tls.ts';

/** Where a client runs. */
export interface ClientHost {
  readonly netns: NetworkNamespace;
  readonly resolvConf: ResolvConf;
  readonly hosts: readonly HostsEntry[];
}

/** How a request ended, as facts; words are made elsewhere. */
export type ClientResult =
  | {
      readonly kind: 'answered';
      readonly address: Address;
      /** The last answer. */
      readonly text: string;
      readonly ttl: number | null;
      /** The answers before it on the same connection. */
      readonly before?: readonly string[];
    }
  | { readonly kind: 'unresolved'; readonly lookup: LookupOutcome }
  /** Over TLS, with a certificate that the client does not take. */
  | { readonly kind: 'untrusted'; readonly address: Address; readonly certificate: Certificate; readonly problem: CertificateProblem }
  /** The other end does not speak TLS. */
  | { readonly kind: 'no-tls'; readonly address: Address }
  | {
      readonly kind: 'error';
      readonly errno: Errno;
      readonly address: Address;
      readonly connected: boolean /** For EMSGSIZE: what fits. */;
      readonly mtu?: number;
      /** The ICMP error that a ping was told. */
      readonly report?: ICMPReport;
    }
  | { readonly kind: 'timed-out'; readonly address: Address; readonly connected: boolean };

/** How long the client waits for a connection (`curl --connect-timeout 10`). */
export const CLIENT_TIMEOUT_US = 10_000_000;
/** How long it waits in all: long enough for a proxy that gives up after three times five seconds (`--max-time 20`). */
const ANSWER_TIMEOUT_US = 20_000_000;

const GREETING = 'hello\n';
/** A name server takes nothing but questions, so that is what port 53 is sent. */
const DNS_PORT = 53;
const PROBE_QUESTION = { name: 'kubernetes.default.svc.cluster.local.', type: 'A' } as const;

/** Runs one request; `onDone` is called once, in virtual time, with the result and how the name was found. */
export function runRequest(
  host: ClientHost,
  target: Target,
  tag: number,
  onDone: (result: ClientResult, lookup: LookupOutcome) => void,
): void {
  resolve(host, target.host, tag, (lookup) => {
    const once = onceOnly((result) => onDone(result, lookup));
    const [address, ...others] = addressesOf(host, lookup);
    if (address === undefined) return once({ kind: 'unresolved', lookup });
    tryAddresses(host, target, { address, others, tag, done: once });
  });
}

/** curl and nc take the next address when they cannot connect to one; without Happy Eyeballs, one after the other. */
function tryAddresses(
  host: ClientHost,
  target: Target,
  { address, others, tag, done }: { address: Address; others: readonly Address[]; tag: number; done: (result: ClientResult) => void },
): void {
  send(host, target, address, tag, (result) => {
    const [next, ...rest] = others;
    const isLast = next === undefined || target.scheme === 'icmp' || target.scheme === 'udp';
    if (isLast || result.kind !== 'error' || result.connected) return done(result);
    tryAddresses(host, target, { address: next, others: rest, tag, done });
  });
}

function onceOnly(onDone: (result: ClientResult) => void): (result: ClientResult) => void {
  let done = false;
  return (result) => {
    if (done) return;
    done = true;
    onDone(result);
  };
}

function send(host: ClientHost, target: Target, address: Address, tag: number, done: (result: ClientResult) => void): void {
  const { clock } = host.netns.context;
  const startUs = clock.nowUs;
  let timeout = clock.after(CLIENT_TIMEOUT_US, () => done({ kind: 'timed-out', address, connected: false }));
  const finish = (result: ClientResult) => {
    timeout.cancel();
    done(result);
  };
  const waitForAnswer = (limitUs: number) => {
    timeout.cancel();
    timeout = clock.at(limitUs, () => done({ kind: 'timed-out', address, connected: true }));
  };
  const onConnected = () => waitForAnswer(startUs + ANSWER_TIMEOUT_US);
  const onNextRequest = () => waitForAnswer(clock.nowUs + ANSWER_TIMEOUT_US);
  const failed = (errno: Errno) => finish({ kind: 'error', errno, address, connected: false });
  switch (target.scheme) {
    case 'dns':
      return finish({ kind: 'answered', address, text: '', ttl: null });
    case 'http':
    case 'https':
    case 'tcp':
      return sendTCP(host, target, address, { tag, onConnected, onNextRequest, finish });
    case 'udp':
      return sendUDP(host, target, address, tag, finish);
    case 'sctp':
      return sendSCTP(host, target, address, tag, finish);
    case 'icmp': {
      const answered = (ttl: number) => finish({ kind: 'answered', address, text: '', ttl });
      const onError = (errno: Errno, report: ICMPReport) => finish({ kind: 'error', errno, address, connected: false, report });
      const errno = pingOnce(host.netns, { address, tag, ...target.echo, onReply: answered, onError });
      if (errno === 'EMSGSIZE') finish({ kind: 'error', errno, address, connected: false, mtu: mtuTowards(host.netns, address) });
      else if (errno) failed(errno);
    }
  }
}

interface TCPRequest {
  readonly tag: number;
  readonly onConnected: () => void;
  /** Another request follows on the same connection. */
  readonly onNextRequest: () => void;
  readonly finish: (result: ClientResult) => void;
}

function sendTCP(host: ClientHost, target: Target, address: Address, { tag, onConnected, onNextRequest, finish }: TCPRequest): void {
  let connected = false;
  const answers: string[] = [];
  const { requests, everyUs } = target.keepAlive ?? { requests: 1, everyUs: 0 };
  const { clock } = host.netns.context;
  const converse = (open: Connection) => {
    open.onData = (payload) => {
      answers.push(textOf(payload));
      if (answers.length < requests) {
        onNextRequest();
        clock.after(everyUs, () => open.send(httpRequest(target)));
        return;
      }
      open.close();
      const text = answers.pop() ?? '';
      finish({ kind: 'answered', address, text, ttl: null, ...(answers.length > 0 && { before: answers }) });
    };
    open.send(httpRequest(target));
  };
  const result = connectTCP(host.netns, {
    address,
    port: target.port,
    tag,
    onConnected: (connection) => {
      connected = true;
      onConnected();
      connection.onError = (errno) => finish({ kind: 'error', errno, address, connected });
      connection.onClose = () => finish({ kind: 'answered', address, text: '', ttl: null, before: answers });
      if (target.scheme === 'tcp') {
        connection.close();
        return finish({ kind: 'answered', address, text: '', ttl: null });
      }
      if (target.scheme === 'http') return converse(connection);
      openTLS(connection, target.host, {
        onOpen: (secured, certificate) => {
          const problem = target.insecure ? null : certificateProblem(certificate, target.host);
          if (problem === null) return converse(secured);
          connection.close();
          finish({ kind: 'untrusted', address, certificate, problem });
        },
        onPlain: () => {
          connection.close();
          finish({ kind: 'no-tls', address });
        },
      });
    },
    onError: (errno) => finish({ kind: 'error', errno, address, connected }),
  });
  if (typeof result === 'string') return finish({ kind: 'error', errno: result, address, connected });
  clock.after(CLIENT_TIMEOUT_US, () => !connected && result.close());
  clock.after(ANSWER_TIMEOUT_US + requests * everyUs, () => result.close());
}

function sendUDP(host: ClientHost, target: Target, address: Address, tag: number, finish: (result: ClientResult) => void): void {
  const socket = connectUDP(host.netns, {
    address,
    port: target.port,
    tag,
    program: 'nc',
    onDatagram: (payload) => finish({ kind: 'answered', address, text: textOf(payload), ttl: null }),
    onError: (errno) => finish({ kind: 'error', errno, address, connected: false }),
  });
  if (typeof socket === 'string') return finish({ kind: 'error', errno: socket, address, connected: false });
  const errno = socket.send(
    target.port === DNS_PORT && target.datagramBytes === undefined ? queryFor(PROBE_QUESTION, 1) : greeting(target),
  );
  if (errno) finish({ kind: 'error', errno, address, connected: false });
}

/** `head -c N /dev/zero`: bytes that nobody could read. */
function greeting({ datagramBytes }: Target): Payload {
  return datagramBytes === undefined
    ? { type: 'bytes', sizeBytes: byteLength(GREETING), text: GREETING }
    : { type: 'bytes', sizeBytes: datagramBytes, text: '' };
}

function sendSCTP(host: ClientHost, target: Target, address: Address, tag: number, finish: (result: ClientResult) => void): void {
  let connected = false;
  const failed = (errno: Errno) => finish({ kind: 'error', errno, address, connected });
  const socket = host.netns.protocols?.connectSCTP(host.netns, {
    address,
    port: target.port,
    tag,
    onConnected: () => {
      connected = true;
      if (typeof socket === 'object') socket.send({ type: 'bytes', sizeBytes: byteLength(GREETING), text: GREETING });
    },
    onMessage: (payload) => {
      if (typeof socket === 'object') socket.close();
      finish({ kind: 'answered', address, text: textOf(payload), ttl: null });
    },
    onError: failed,
  });
  if (typeof socket !== 'object') return failed(socket ?? 'EPROTONOSUPPORT');
  host.netns.context.clock.after(CLIENT_TIMEOUT_US, () => socket.close());
}

function textOf(payload: Payload): string {
  if (payload.type === 'dns') return payload.message.answers.map(({ data }) => data).join(', ') || payload.message.rcode;
  return payload.type === 'bytes' ? payload.text : '';
}

/** The address that a program would connect to, or null where the name has none. */
export function lookUpAddress(host: ClientHost, name: string, tag: number, onDone: (address: Address | null) => void): void {
  resolve(host, name, tag, (lookup) => onDone(addressesOf(host, lookup)[0] ?? null));
}

/** The addresses that are tried, in order: of each family the first. */
function addressesOf({ netns }: ClientHost, lookup: LookupOutcome): readonly Address[] {
  if (lookup.status !== 'found') return [];
  const first = [4, 6].map((family) => lookup.addresses.find((address) => familyOf(address) === family));
  return inOrderOfUse(
    netns,
    first.filter((address) => address !== undefined),
  );
}

/** Looks a name up; each question is a packet to the resolver file's server. */
function resolve(host: ClientHost, name: string, tag: number, onDone: (outcome: LookupOutcome) => void): void {
  const literal = parseAddress(name);
  if (literal) return onDone({ status: 'found', addresses: [literal], qname: null, answers: [] });
  const request = { name, resolvConf: host.resolvConf, flavour: 'glibc' as const, hosts: host.hosts };
  new LookupRun(host, tag, onDone).continueWith(startLookup(request));
}

/** One look-up under way: a socket per server, the open questions, a timer. */
class LookupRun {
  readonly #host: ClientHost;
  readonly #tag: number;
  readonly #onDone: (outcome: LookupOutcome) => void;
  #lookup: Lookup | null = null;
  #sockets: UDPClient[] = [];
  #timer: Task | null = null;
  #asked = '';
  #queryId = 1;

  constructor(host: ClientHost, tag: number, onDone: (outcome: LookupOutcome) => void) {
    this.#host = host;
    this.#tag = tag;
    this.#onDone = onDone;
  }

  continueWith(lookup: Lookup): void {
    this.#lookup = lookup;
    const step = nextStep(lookup);
    const round = `${lookup.results.length} ${lookup.sent}`;
    if (lookup.outcome) return this.#finish(lookup.outcome);
    if (!step || round === this.#asked) return;
    this.#asked = round;
    this.#closeSockets();
    this.#timer = this.#host.netns.context.clock.after(step.timeoutUs, () => this.#advance(timeOutLookup));
    for (const server of step.servers) this.#ask(server, step.questions);
  }

  #ask(server: Address, questions: readonly { name: string; type: DNSType }[]): void {
    const socket = connectUDP(this.#host.netns, {
      address: server,
      port: 53,
      tag: this.#tag,
      program: 'resolver',
      hearsAll: true,
      onDatagram: (payload) => {
        if (payload.type === 'dns') this.#advance((lookup) => answerLookup(lookup, payload.message));
      },
      onError: () => this.#advance(refuseLookup),
    });
    if (typeof socket === 'string') return;
    this.#sockets.push(socket);
    for (const question of questions) socket.send(queryFor(question, this.#queryId++));
  }

  #advance(change: (lookup: Lookup) => Lookup): void {
    if (this.#lookup && !this.#lookup.outcome) this.continueWith(change(this.#lookup));
  }

  #finish(outcome: LookupOutcome): void {
    this.#closeSockets();
    this.#onDone(outcome);
  }

  #closeSockets(): void {
    this.#timer?.cancel();
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}
