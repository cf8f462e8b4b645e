// What was asked for, in stations: who asked, by which name, who answered; and where each of them really is.

import type { ObjectView, ServiceView, Walk } from '../protocol/messages.ts';
import { clusterIPsOf, type Followed, rewriteOf } from './followed.ts';
import { isPod } from './graph.ts';
import { endsOf, fitMiddle, shortenMiddle } from './text.ts';

export interface IntentStation {
  readonly kind: 'pod' | 'Service' | 'node' | 'world' | 'address';
  readonly name: string;
  readonly what: string;
  readonly note: string;
  readonly address: string;
  /** The node that it is on; for a Service, the node whose rules did its work; null outside of the cluster. */
  readonly node: string | null;
  /** What it really is, below. */
  readonly really: string;
  readonly reallyNote: string;
  readonly key: string | null;
}

export interface IntentModel {
  readonly sentence: string;
  readonly stations: readonly IntentStation[];
  /** Other pods that could have answered. */
  readonly others: number;
  /** Where the packet is: 0 at the first station, 1 at the second, and so on. */
  readonly progress: number;
  readonly back: boolean;
}

/** Stations and sentence for the packet in view. */
export function intentModel(followed: Followed, walk: Walk, objects: readonly ObjectView[]): IntentModel {
  const { packet, service } = followed;
  const back = packet.direction === 'reply';
  const ends = [packet.from, packet.hops.at(-1)?.node ?? ''];
  const [askerPlace, answererPlace] = (back ? ends.toReversed() : ends) as [string, string];
  const request = back
    ? walk.packets.find((each) => each.direction === 'request' && each.from === askerPlace && sameService(each, followed))
    : packet;
  // A proxy asks on its own account: the address that was typed is not the one it dials.
  const isSource = walk.from.replace(/^(pod|node)\//, '').startsWith(askerPlace);
  const asker = stationAt(objects, askerPlace, endsOf(request?.addr ?? packet.addr).source, isSource ? walk.to : '');
  const reached = packet.fate?.kind === 'delivered' || back;
  const answererEnd = back ? endsOf(packet.addr).source : endsOf(packet.hops.at(-1)?.addr ?? '').destination;
  const answerer = reached ? stationAt(objects, answererPlace, answererEnd, '') : null;
  const worker =
    packet.hops.find((hop) => rewriteOf(packet, hop) && hop.node !== 'wire')?.node ??
    packet.hops.find((hop) => hop.kind !== 'if')?.node ??
    null;
  const ready = service?.endpoints.filter((endpoint) => endpoint.ready).length ?? 0;
  const stations = [asker];
  if (service) stations.push(serviceStation(service, worker));
  if (answerer) stations.push(service && ready > 1 ? { ...answerer, note: `1 of ${ready} ready` } : answerer);
  return {
    sentence: sentenceOf(asker.name, service, walk, packet.label, answerer?.name ?? endsOf(packet.addr).destination),
    stations,
    others: service ? Math.min(2, Math.max(0, ready - 1)) : 0,
    progress: progressOf(followed, stations.length, service !== null),
    back,
  };
}

function sameService(each: Walk['packets'][number], { service }: Followed): boolean {
  return !service || clusterIPsOf(service).some((address) => each.addr.includes(address)) || !service.clusterIP;
}

/** Beside a station's icon, at the size of its name, before the word at its right. */
const nameRoom = 150;

function stationAt(objects: readonly ObjectView[], place: string, end: string, asks: string): IntentStation {
  const pod = objects.find((each) => isPod(each) && `${each.namespace}/${each.name}` === place);
  if (pod && isPod(pod)) {
    const name = fitMiddle(pod.name, nameRoom, 22);
    return {
      kind: 'pod',
      name,
      what: 'pod',
      note: asks,
      address: end,
      node: pod.node,
      really: name,
      reallyNote: `pod on ${pod.node ?? 'no node'}`,
      key: pod.key,
    };
  }
  const node = objects.find((each) => each.kind === 'Node' && each.name === place);
  if (node)
    return {
      kind: 'node',
      name: node.name,
      what: 'node',
      note: asks,
      address: end,
      node: node.name,
      really: node.name,
      reallyNote: 'the node itself',
      key: node.key,
    };
  const name = place === 'world' ? 'laptop' : place || 'unknown';
  return {
    kind: 'world',
    name,
    what: 'outside',
    note: asks,
    address: end,
    node: null,
    really: name,
    reallyNote: 'outside of the cluster',
    key: null,
  };
}

function serviceStation(service: ServiceView, worker: string | null): IntentStation {
  const address =
    service.clusterIP && service.clusterIP !== 'None' ? `${service.clusterIP}:${service.ports[0]?.port ?? ''}` : service.clusterIP;
  const note = service.endpoints.length === 0 ? 'no endpoints' : 'one name, one address';
  return {
    kind: 'Service',
    name: fitMiddle(service.name, nameRoom - 24, 22),
    what: 'Service',
    note,
    address,
    node: worker,
    really: 'iptables',
    reallyNote: 'the Service is here',
    key: service.key,
  };
}

function sentenceOf(asker: string, service: ServiceView | null, walk: Walk, label: string, target: string): string {
  const isName = /^A+[?=]/.test(label);
  if (isName) return `${asker} asks ${service?.name ?? target} for an address.`;
  const subject = service ? service.name : target;
  const ask = `${asker} asks for ${shortenMiddle(subject, 22)}.`;
  const ready = service?.endpoints.filter((endpoint) => endpoint.ready).length ?? 0;
  if (walk.outcome.ok)
    return service ? `${ask} ${ready === 1 ? 'Its pod answers.' : `One of its ${ready} pods answers.`}` : `${ask} It answers.`;
  if (service && ready === 0) return `${ask} It has no endpoints.`;
  return `${ask} ${{ refused: 'It is refused.', reset: 'It is cut off.', 'timed-out': 'No answer comes.', unreachable: 'No way leads there.' }[walk.outcome.kind as 'refused'] ?? 'It fails.'}`;
}

/** A rewrite is the moment at the Service; before it the packet approaches, after it goes on to the pod. */
function progressOf({ packet, index }: Followed, count: number, viaService: boolean): number {
  const last = count - 1;
  const share = packet.hops.length > 1 ? index / (packet.hops.length - 1) : 1;
  const forward = () => {
    const at = packet.hops.findIndex((hop) => rewriteOf(packet, hop));
    if (!viaService || count < 3) return share * last;
    if (at < 0) return share * last;
    if (index <= at) return at === 0 ? 1 : index / at;
    return 1 + (index - at) / Math.max(1, packet.hops.length - 1 - at);
  };
  return packet.direction === 'reply' ? last - forward() : forward();
}
