// CoreDNS as a program in a pod: it watches the API server as any client does, listens on UDP port 53, and asks the
// forwarder, with packets of its own, for names that are not the cluster's.

import type { KubeObject } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { DNSMessage, DNSRecord, Payload } from '../../net/packet.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Listener } from '../../netstack/sockets.ts';
import { connectUDP } from '../../netstack/udp.ts';
import { answerQuery, type DNSAnswer } from './coredns.ts';
import type { DNSConfig } from './kubernetes.ts';
import { dnsMessageSize, isInZone, recordsNamed } from './names.ts';
import { DNSIndex } from './objects.ts';

export const WATCHED_KINDS = ['Namespace', 'Service', 'EndpointSlice', 'Pod'];

/** A DNSIndex in step with the store, as CoreDNS's informers keep theirs; made with the first query. */
export function watchForDNS(store: ObjectStore): () => DNSIndex {
  let index: DNSIndex | null = null;
  for (const kind of WATCHED_KINDS) store.watch(kind, (event) => index?.apply(event));
  return () => {
    index ??= indexInOrderOfChange(store);
    return index;
  };
}

/** As if it had heard of everything that happened: what changed last comes last. */
function indexInOrderOfChange(store: ObjectStore): DNSIndex {
  const index = new DNSIndex();
  const version = ({ metadata }: KubeObject) => Number(metadata.resourceVersion);
  for (const kind of WATCHED_KINDS)
    for (const object of store.list(kind).toSorted((a, b) => version(a) - version(b))) index.apply({ type: 'ADDED', object });
  return index;
}

/** Takes over what is there. */
export function fillIndex(index: DNSIndex, store: ObjectStore): void {
  for (const kind of WATCHED_KINDS) for (const object of store.list(kind)) index.apply({ type: 'ADDED', object });
}

export interface DNSServerOptions {
  readonly address: string;
  readonly port: number;
  /** Asked for each query, because what the forwarder knows may change. */
  readonly config: () => DNSConfig;
  /** What it knows when it is asked. */
  readonly index: () => DNSIndex;
  /** Where other names are asked. */
  readonly forwarder: string;
}

/** Starts CoreDNS's UDP listener. */
export function startCoreDNS(netns: NetworkNamespace, options: DNSServerOptions): Listener | 'EADDRINUSE' {
  const { address, port, index, forwarder } = options;
  const listener: Listener = {
    protocol: 'udp',
    address,
    port,
    program: 'coredns',
    onDatagram: ({ payload, from, tag }, reply) => {
      if (payload.type !== 'dns') return;
      const { message } = payload;
      const config = options.config();
      const answer = answerQuery(config, index(), message.question, from.address);
      const outside = outsideName(config, message, answer);
      if (outside === null) return reply(responseTo(message, answer));
      askForwarder(netns, { forwarder, tag, question: { name: outside, type: message.question.type } }, () =>
        reply(responseTo(message, answer)),
      );
    },
  };
  return netns.sockets.listen(listener) ? 'EADDRINUSE' : listener;
}

/** The forwarder itself: it knows a fixed list of names and nothing else. */
export function startForwarder(netns: NetworkNamespace, address: string, records: () => readonly DNSRecord[]): void {
  netns.sockets.listen({
    protocol: 'udp',
    address,
    port: 53,
    program: 'forwarder',
    onDatagram: ({ payload }, reply) => {
      if (payload.type === 'dns') reply(responseTo(payload.message, lookUp(records(), payload.message.question)));
    },
  });
}

/** The name that had to be asked outside for this answer, or null. */
function outsideName(config: DNSConfig, query: DNSMessage, answer: DNSAnswer): string | null {
  if (answer.answeredBy === 'upstream') return query.question.name;
  if (query.question.type !== 'A' && query.question.type !== 'AAAA') return null;
  const alias = answer.answers.findLast((record) => record.type === 'CNAME');
  return alias && !isInZone(alias.data, config.zone) ? alias.data : null;
}

function askForwarder(
  netns: NetworkNamespace,
  query: { forwarder: string; tag: number; question: DNSMessage['question'] },
  onAnswer: () => void,
): void {
  const socket = connectUDP(netns, {
    address: query.forwarder,
    port: 53,
    tag: query.tag,
    program: 'coredns',
    onDatagram: () => {
      if (typeof socket !== 'string') socket.close();
      onAnswer();
    },
    onError: () => {},
  });
  if (typeof socket !== 'string') socket.send(queryFor(query.question, 1));
}

/** A question as a payload. */
export function queryFor(question: DNSMessage['question'], id: number): Payload {
  const message: DNSMessage = { id, response: false, question, rcode: 'NOERROR', answers: [], authority: [], additional: [] };
  return { type: 'dns', sizeBytes: dnsMessageSize(message), message };
}

function responseTo(query: DNSMessage, answer: DNSAnswer): Payload {
  const { rcode, answers, authority, additional } = answer;
  const message: DNSMessage = { id: query.id, response: true, question: query.question, rcode, answers, authority, additional };
  return { type: 'dns', sizeBytes: dnsMessageSize(message), message };
}

function lookUp(records: readonly DNSRecord[], question: DNSMessage['question']): DNSAnswer {
  const named = recordsNamed(records, question.name);
  const answers = named.filter((record) => record.type === question.type).map((record) => ({ ...record, name: question.name }));
  return { rcode: named.length > 0 ? 'NOERROR' : 'NXDOMAIN', answers, authority: [], additional: [] };
}
