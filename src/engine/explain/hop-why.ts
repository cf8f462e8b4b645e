// Why one hop did what it did: why this pod, why this address, why this way. Every step names the object behind it and,
// where the text has it, the line.

import type { Pod } from '../api/types.ts';
import type { Hop, InterfaceHop, RuleHop, TracedPacket } from '../sim/trace.ts';
import type { HopWhy, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import { endpointsOf } from './endpoints.ts';
import type { Evidence } from './explain-walk.ts';
import { split } from './narrate.ts';
import { rangeOf, viewKey } from './origin.ts';
import { type ServiceRule, serviceOfRule } from './service-rule.ts';

export function explainHop(evidence: Evidence, book: AddressBook, packet: TracedPacket, hop: Hop): HopWhy | null {
  switch (hop.kind) {
    case 'ct-nat':
      return explainConntrack(hop.addr, hop.addr_after, book);
    case 'if':
      return hop.route ? explainRoute(hop, hop.route, book) : null;
    case 'rule':
      if (hop.addr_after) return explainTranslation(evidence, book, packet, hop, hop.addr_after);
      return explainRule(evidence, hop);
  }
}

function explainTranslation(evidence: Evidence, book: AddressBook, packet: TracedPacket, hop: RuleHop, after: string): HopWhy {
  const [, oldDestination] = hop.addr.split('->') as [string, string];
  const [newSource, newDestination] = after.split('->') as [string, string];
  if (oldDestination === newDestination) return explainMasquerade(packet, hop, split(newSource).host);
  const rule = serviceOfRule(evidence.store, hop.text);
  const owner = book.owner(split(newDestination).host);
  const pod = owner?.kind === 'pod' ? owner.pod : null;
  return {
    title: `${hop.node} rewrote the destination.`,
    detail: pod
      ? 'The Service address was only a rule. From here on the packet is addressed to a pod.'
      : 'The Service address was only a rule. From here on the packet is addressed to the endpoint behind it.',
    why: rule ? whyThisEndpoint(evidence, packet, hop, rule, newDestination, pod) : [],
  };
}

/** Port, address, chance, slice, labels: the chain from a DNAT rule back to the YAML. */
export function whyThisEndpoint(
  evidence: Evidence,
  packet: TracedPacket,
  hop: RuleHop,
  rule: ServiceRule,
  endpoint: string,
  pod: Pod | null,
): WhyStep[] {
  const { service, port, index } = rule;
  const { host, port: endpointPort } = split(endpoint);
  const endpoints = endpointsOf(evidence.store, service).filter(({ address }) => address.includes(':') === host.includes(':'));
  const ready = endpoints.filter((one) => one.ready).length;
  const steps: WhyStep[] = [
    step(
      `Port \`${endpointPort}\` is the Service's \`targetPort\``,
      'cause',
      viewKey(service),
      rangeOf(evidence, service, `spec.ports[${index}].targetPort`),
    ),
    step(
      pod ? `Address \`${host}\` is pod \`${pod.metadata.name}\`` : `Address \`${host}\` is listed as an endpoint`,
      'evidence',
      pod ? viewKey(pod) : undefined,
    ),
    step(chanceText(packet, hop, ready), 'evidence'),
    step(`EndpointSlice of \`${service.metadata.name}\`: ${ready} ready`, 'evidence', viewKey(service)),
  ];
  const [label] = Object.entries(service.spec.selector ?? {});
  if (!label || !pod) return steps.map((one) => ({ ...one }));
  const text = `The pods carry the label that the Service selects, \`${label[0]}=${label[1]}\``;
  steps.push(step(text, 'cause', viewKey(service), rangeOf(evidence, service, `spec.selector[${label[0]}]`)));
  const labelRange = rangeOf(evidence, pod, `metadata.labels[${label[0]}]`);
  if (labelRange)
    steps.push(step(`The label \`${label[0]}=${label[1]}\` of \`${pod.metadata.name}\``, 'evidence', viewKey(pod), labelRange));
  void port;
  return steps;
}

function chanceText(packet: TracedPacket, hop: RuleHop, ready: number): string {
  if (ready === 1) return 'It is the only endpoint: no chance was needed';
  const chain = packet.hops.find((one): one is RuleHop => one.kind === 'rule' && one.verdict === `JUMP ${hop.chain}`);
  if (!chain) return `One of ${ready} endpoints`;
  if (chain.text.includes('-m recent'))
    return `Picked by session affinity: this client was here before, rule ${chain.rule} of \`${chain.chain}\``;
  const probability = chain.text.match(/--probability ([\d.]+)/)?.[1];
  const odds = probability ? `its chance was ${Number(probability).toFixed(3)}` : 'it takes what is left';
  return `Picked by chance, 1 of ${ready}: rule ${chain.rule} of \`${chain.chain}\`, ${odds}`;
}

function explainMasquerade(packet: TracedPacket, hop: RuleHop, address: string): HopWhy {
  const marked = packet.hops.some((one) => one.kind === 'rule' && one.node === hop.node && one.text.includes('-A KUBE-MARK-MASQ'));
  const why = marked
    ? [step(`The mark \`0x4000\` was set by \`KUBE-MARK-MASQ\`: kube-proxy wants the reply to come back through ${hop.node}`, 'cause')]
    : [step(`Rule ${hop.rule} of \`${hop.chain}\` matched: this traffic leaves the pod network`, 'cause')];
  return {
    title: `${hop.node} put its own address on the packet.`,
    detail: `The receiver will see ${address}, not the sender. The reply comes back to ${hop.node}, which puts the old address back.`,
    why,
  };
}

function explainConntrack(before: string, after: string, book: AddressBook): HopWhy {
  const [oldSource] = before.split('->') as [string, string];
  const [newSource, newDestination] = after.split('->') as [string, string];
  const isReply = oldSource !== newSource;
  const sender = split(newDestination).host;
  const detail = isReply
    ? `The client sent to ${split(newSource).host} and accepts an answer only from there.`
    : 'NAT rules see only the first packet of a connection. The rest follows the entry.';
  return {
    title: isReply ? 'The address is put back, by no rule.' : 'The rewrite is repeated from memory, by no rule.',
    detail,
    why: [
      step(`The packet belongs to a connection that conntrack knows`, 'cause'),
      step(`The entry was written when the first packet passed the nat table`, 'evidence'),
      ...(isReply
        ? [step(`Without it ${book.describe(sender)} would answer RST: no socket there talks to ${split(oldSource).host}`, 'evidence')]
        : []),
    ],
  };
}

function explainRoute(hop: InterfaceHop, route: string, book: AddressBook): HopWhy {
  const { host } = split(hop.addr.split('->')[1] ?? '');
  const [target, via, gateway] = route.split(' ') as [string, string, string | undefined];
  const to = via === 'via' && gateway ? `its gateway is ${gateway} (${book.describe(gateway)})` : 'it is on this link';
  return {
    title: `${hop.node.split('/').at(-1)} chose the way.`,
    detail: `The longest prefix that holds ${host} is ${target}; ${to}.`,
    why: [step(`Route \`${route}\``, 'cause')],
  };
}

function explainRule(evidence: Evidence, hop: RuleHop): HopWhy | null {
  const rule = serviceOfRule(evidence.store, hop.text);
  if (!rule) return null;
  const { service, index } = rule;
  const name = service.metadata.name;
  return {
    title: `A rule of Service ${name} matched.`,
    detail: `kube-proxy wrote it on every node from the Service and its EndpointSlices.`,
    why: [
      step(
        `Service \`${name}\`, port ${rule.port.port}`,
        'cause',
        viewKey(service),
        rangeOf(evidence, service, `spec.ports[${index}].port`),
      ),
    ],
  };
}

/** A step; `range` null is left out. */
export function step(text: string, role: WhyStep['role'], object?: string, range?: WhyStep['range'] | null): WhyStep {
  return { text, role, ...(object === undefined ? {} : { object }), ...(range ? { range } : {}) };
}
