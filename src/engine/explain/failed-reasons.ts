// Why a request failed: the packet that decided, the rule, route or socket that decided it, and the chain of causes back
// to the YAML. One function per cause; each is tried where its evidence is.

import type { Pod, Service } from '../api/types.ts';
import { type Hop, isNeighbourTalk, type RuleHop, type TracedPacket } from '../sim/trace.ts';
import type { Outcome, Reason, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import { placeName } from './address-book.ts';
import { endpointsOf } from './endpoints.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { aimedAt } from './instead.ts';
import { isLostOnTheWire, wireReason } from './lost-on-the-wire.ts';
import { split } from './narrate.ts';
import { whyNoEndpoints } from './no-endpoints.ts';
import { rangeOf, viewKey } from './origin.ts';
import { isPolicyDrop } from './policy-rule.ts';
import { answerLostReason } from './reason-answer-lost.ts';
import { clusterDenyReason, isClusterPolicyDeny } from './reason-cluster-policy.ts';
import { unresolvedReason } from './reason-dns.ts';
import { firewallWhy, isFirewalled } from './reason-firewall.ts';
import { forEverReason, forEverSteps } from './reason-for-ever.ts';
import { policyDropReason } from './reason-policy.ts';
import { tlsReason } from './reason-tls.ts';
import { tooLongReason } from './reason-too-long.ts';
import { destinationRewrite, isDNS, lastHop } from './reasons.ts';
import { type ServiceRule, serviceOfRule } from './service-rule.ts';
import { protocolSuggestion, targetPortSuggestion } from './suggestions.ts';

export function failedReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, outcome: Outcome): Reason {
  if (facts.result.kind === 'unresolved') return unresolvedReason(evidence, book, facts);
  if (facts.result.kind === 'untrusted' || facts.result.kind === 'no-tls') return tlsReason(evidence, facts, facts.result);
  const lostAnswer = answerLostReason(evidence, book, facts);
  if (lostAnswer) return lostAnswer;
  const packet = decidingPacket(facts.packets);
  if (!packet) return silentReason(evidence, facts, outcome);
  const reason = packetReason(evidence, book, facts, packet);
  return { ...reason, why: [...reason.why, ...forEverSteps(facts.packets)] };
}

/** Why this packet did not arrive. */
export function packetReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, packet: TracedPacket): Reason {
  switch (packet.fate?.kind) {
    case 'refused':
      return refusedReason(evidence, packet);
    case 'dropped':
      return droppedReason(evidence, book, packet);
    case 'no-socket':
      return notListeningReason(evidence, book, packet);
    default:
      return lostReason(evidence, book, facts, packet);
  }
}

/** The first packet of the request (not of the name look-up) that did not arrive. */
function decidingPacket(packets: readonly TracedPacket[]): TracedPacket | undefined {
  const failed = packets.filter((packet) => !isNeighbourTalk(packet) && packet.fate && packet.fate.kind !== 'delivered');
  const own = failed.filter((packet) => packet.about === undefined);
  return own.find((packet) => !isDNS(packet) && packet.direction === 'request') ?? own.find((packet) => !isDNS(packet)) ?? failed[0];
}

function lastRule(packet: TracedPacket): RuleHop | undefined {
  return packet.hops.findLast((hop): hop is RuleHop => hop.kind === 'rule');
}

function refusedReason(evidence: Evidence, packet: TracedPacket): Reason {
  const hop = lastRule(packet);
  const rule = hop && serviceOfRule(evidence.store, hop.text);
  const node = packet.fate?.node ?? '';
  const base = { decidedBy: hop?.text ?? '', at: lastHop(packet) };
  if (!rule || !hop?.text.includes('has no endpoints')) {
    return { ...base, title: `${node} refuses the packet.`, detail: 'A REJECT rule answered for the destination.', why: [] };
  }
  return { ...base, ...noEndpoints(evidence, rule, node) };
}

function noEndpoints(
  evidence: Evidence,
  { service, port }: ServiceRule,
  node: string,
): Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'> {
  const { name } = service.metadata;
  const { cause, why, suggestion } = whyNoEndpoints(evidence, service, port);
  const details: Readonly<Record<typeof cause, string>> = {
    'no-selector': 'It has no selector, so no controller fills in endpoints.',
    'no-port': 'Its pods are ready, but none of them has that port, so kube-proxy wrote REJECT. No packet left the node.',
    'not-ready': 'Its pods match, but none of them is ready, so kube-proxy wrote REJECT.',
    'no-match': 'It selects no pod, so kube-proxy wrote REJECT. No packet left the node.',
    late: `The rules of ${node} are older than the endpoints: its kube-proxy has not written them yet.`,
  };
  return {
    title: `${node} refuses: Service ${name} has no endpoints.`,
    detail: `${node} answered for the Service. ${details[cause]}`,
    why: [step(`REJECT, because Service \`${name}\` has no endpoints`, 'cause', viewKey(service)), ...why],
    ...(suggestion ? { suggestion } : {}),
  };
}

function droppedReason(evidence: Evidence, book: AddressBook, packet: TracedPacket): Reason {
  const hop = lastRule(packet);
  const node = packet.fate?.node ?? '';
  const rule = hop && serviceOfRule(evidence.store, hop.text);
  const base = { decidedBy: hop?.text ?? packet.fate?.text ?? '', at: lastHop(packet) };
  if (hop && isPolicyDrop(hop)) return { ...base, ...policyDropReason(evidence, book, packet, hop) };
  if (hop && isClusterPolicyDeny(hop)) return { ...base, ...clusterDenyReason(evidence, hop) };
  if (rule && hop?.text.includes('has no local endpoints')) return { ...base, ...noLocalEndpoints(evidence, rule.service, node) };
  const detail = 'A rule dropped the packet and nobody was told, so the client waits until it gives up.';
  return { ...base, title: `${node} drops the packet.`, detail, why: [] };
}

function noLocalEndpoints(evidence: Evidence, service: Service, node: string): Pick<Reason, 'title' | 'detail' | 'why'> {
  const { name } = service.metadata;
  const field = service.spec.externalTrafficPolicy === 'Local' ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
  const nodes = endpointsOf(evidence.store, service).flatMap(({ pod }) => {
    const [, namespace, podName] = (pod ?? '').split('/');
    const nodeName = podName ? evidence.store.get<Pod>('Pod', namespace as string, podName)?.spec.nodeName : undefined;
    return nodeName ? [nodeName] : [];
  });
  return {
    title: `${node} drops it: Service ${name} has no endpoint on this node.`,
    detail: `With ${field}: Local a node only uses its own pods. It drops silently, so the client waits until it gives up.`,
    why: [
      step(`DROP, because Service \`${name}\` has no local endpoints on \`${node}\``, 'cause', `Node//${node}`),
      step(`\`${field}: Local\``, 'cause', viewKey(service), rangeOf(evidence, service, `spec.${field}`)),
      step(`Its endpoints are on ${[...new Set(nodes)].map((one) => `\`${one}\``).join(', ') || 'no node'}`, 'evidence', viewKey(service)),
    ],
  };
}

function notListeningReason(evidence: Evidence, book: AddressBook, packet: TracedPacket): Reason {
  const place = packet.fate?.node ?? '';
  const last = packet.hops.at(-1) as Hop;
  const { host, port } = split((last.addr_after ?? last.addr).split('->')[1] ?? '');
  const rewrite = destinationRewrite(packet);
  const rule = rewrite && serviceOfRule(evidence.store, rewrite.text);
  const owner = book.owner(host);
  const pod = owner?.kind === 'pod' ? owner.pod : null;
  const who = placeName(place);
  const why: WhyStep[] = [
    step(`${packet.fate?.text ?? ''}: the kernel of \`${who}\` answers for it`, 'cause', pod ? viewKey(pod) : undefined),
  ];
  if (rule) {
    const { service, port: servicePort, index } = rule;
    const text = `Service \`${service.metadata.name}\` sends port ${servicePort.port} to \`targetPort: ${servicePort.targetPort ?? servicePort.port}\``;
    const path = service.spec.ports && rangeOf(evidence, service, `spec.ports[${index}].targetPort`);
    why.push(step(text, 'cause', viewKey(service), path || null));
  }
  const listens = evidence.netnsOf(place)?.sockets.listeners() ?? [];
  const heard = listens.map(
    ({ program, address, port, protocol }) => `\`${program}\` on ${address}:${port}${protocol === 'tcp' ? '' : `/${protocol}`}`,
  );
  why.push(
    step(
      heard.length > 0 ? `What does listen there: ${heard.join(', ')}` : 'Nothing at all listens there',
      'evidence',
      pod ? viewKey(pod) : undefined,
    ),
  );
  const suggestion = rule ? targetPortSuggestion(evidence, rule, listens) : undefined;
  return {
    title: `${who} refuses: nothing listens on ${host}:${port}.`,
    detail: 'The packet reached the right machine. No program has that port open, so the kernel answers no.',
    decidedBy: packet.fate?.text ?? '',
    at: lastHop(packet),
    why,
    ...(suggestion ? { suggestion } : {}),
  };
}

function lostReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, packet: TracedPacket): Reason {
  const place = placeName(packet.fate?.node ?? '');
  const text = packet.fate?.text ?? '';
  // A packet whose neighbour never answered ARP may have left no hop at all: then the question itself is shown.
  const unanswered = facts.packets.find((one) => isNeighbourTalk(one) && one.fate?.kind === 'unreachable');
  const base = { decidedBy: text, at: lastHop(packet) ?? (unanswered ? lastHop(unanswered) : null) };
  const { host, port } = split(packet.addr.split('->')[1] ?? '');
  const owner = book.owner(host);
  if (isFirewalled(packet)) return { ...base, ...firewallWhy(evidence, packet) };
  const lost = [packet, ...facts.packets.filter(({ protocol }) => protocol === 'arp')].find(isLostOnTheWire);
  if (lost && (lost === packet || packet.fate?.kind === 'unreachable')) return wireReason(lost, lastHop(lost));
  const known = tooLongReason(packet) ?? forEverReason(packet);
  if (known) return { ...base, ...known };
  if (owner?.kind === 'service' && !destinationRewrite(packet))
    return { ...base, ...unlistedPort(evidence, facts, owner.service, host, port, packet) };
  if (packet.fate?.kind === 'unreachable') {
    const detail = `${place} could not pass the packet on: ${text}.`;
    const gone = owner ? '' : ` No pod, node or Service has the address ${host} now.`;
    return { ...base, title: `${host} is unreachable.`, detail: `${detail}${gone}`, why: [step(text, 'cause')] };
  }
  const nobody = owner ? '' : ` No pod, node or Service has the address ${host}.`;
  return { ...base, title: `The packet is lost at ${place}.`, detail: `${text}.${nobody}`, why: [step(text, 'cause')] };
}

/** A Service address with no rule for this packet: it wandered to the default route. */
function unlistedPort(
  evidence: Evidence,
  facts: WalkFacts,
  service: Service,
  host: string,
  port: string,
  packet: TracedPacket,
): Pick<Reason, 'title' | 'detail' | 'why' | 'instead' | 'suggestion'> {
  const { name } = service.metadata;
  const place = placeName(packet.fate?.node ?? '');
  const listed = (service.spec.ports ?? []).map((one) => `${one.port}/${one.protocol ?? 'TCP'}`).join(', ');
  const fromWorld = facts.source.kind === 'world';
  const isPing = packet.protocol === 'icmp';
  const protocolPort = `${packet.protocol.toUpperCase()} port ${port}`;
  const seen = fromWorld
    ? 'No node was asked: this address exists only as rules inside the nodes.'
    : `No rule of kube-proxy's matches ${isPing ? 'a ping' : protocolPort}.`;
  const title = fromWorld
    ? `${host} means nothing outside the cluster.`
    : isPing
      ? `Nobody answers a ping to ${host}.`
      : `Service ${name} has no ${packet.protocol === 'udp' ? 'UDP ' : ''}port ${port}.`;
  const why = [
    step(
      `${host} is Service \`${name}\`: rules for ${listed || 'no port'}, on the nodes only, and no machine`,
      'cause',
      viewKey(service),
      rangeOf(evidence, service, 'spec.ports'),
    ),
    step(`${seen} The packet followed the default route to the ${place}`, 'cause'),
    step(packet.fate?.text ?? '', 'evidence'),
  ];
  const detail = `${seen} It kept the Service address, took the default route, and was dropped there.`;
  return { title, detail, why, ...(fromWorld || isPing ? {} : otherPort(evidence, facts, service, packet)) };
}

/** The same port is there for another protocol, or there is just one port that could be meant. */
function otherPort(evidence: Evidence, facts: WalkFacts, service: Service, packet: TracedPacket): Pick<Reason, 'instead' | 'suggestion'> {
  const ports = service.spec.ports ?? [];
  const protocol = packet.protocol.toUpperCase();
  const same = ports.findIndex(({ port }) => port === facts.target.port);
  const suggestion = same < 0 ? undefined : protocolSuggestion(evidence, service, same, protocol);
  if (suggestion) return { suggestion };
  const [only, ...others] = ports.filter((port) => (port.protocol ?? 'TCP') === protocol);
  return only && others.length === 0 ? { instead: aimedAt(facts, { port: only.port }) } : {};
}

function silentReason(evidence: Evidence, facts: WalkFacts, outcome: Outcome): Reason {
  const { result, packets } = facts;
  const title = `The request failed: ${outcome.text}.`;
  if (result.kind === 'error') {
    const detail = `The client's own kernel failed the call: ${result.errno}. No packet was sent.`;
    return { title, detail, decidedBy: result.errno, at: null, why: [] };
  }
  const arrived = packets.findLast((packet) => packet.direction === 'request' && packet.fate?.kind === 'delivered');
  if (!arrived?.fate) return { title, detail: 'No packet says why.', decidedBy: outcome.text, at: null, why: [] };
  const place = placeName(arrived.fate.node);
  const stopped = evidence
    .netnsOf(arrived.fate.node)
    ?.sockets.listeners()
    .find(({ port, process }) => process?.isStopped && arrived.addr.endsWith(`:${port}`));
  if (stopped) {
    return {
      title: `${place} took the request and does not answer: its process is stopped.`,
      detail: `The kernel of ${place} opens connections and keeps what comes for ${stopped.program}, which does not read it. A tcpSocket probe passes all the same.`,
      decidedBy: arrived.fate.text,
      at: lastHop(arrived),
      why: [],
    };
  }
  return {
    title: `${place} says nothing.`,
    detail: `The packet arrived: ${arrived.fate.text}. The program there gave no answer.`,
    decidedBy: arrived.fate.text,
    at: lastHop(arrived),
    why: [],
  };
}
