// Why a request ended as it did. What failed is in `failed-reasons.ts`; what was answered, here: the rule that sent the
// packet where it went, and why.

import type { RuleHop, TracedPacket } from '../sim/trace.ts';
import type { Outcome, Reason, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step, whyThisEndpoint } from './hop-why.ts';
import { split } from './narrate.ts';
import { serviceOfRule } from './service-rule.ts';

export function reasonFor(evidence: Evidence, book: AddressBook, facts: WalkFacts, outcome: Outcome): Reason {
  if (!outcome.ok) return evidence.words.failedReason(evidence, book, facts, outcome);
  const proxied = evidence.proxiedRequests(facts.id);
  const reason =
    proxied.length > 0 ? evidence.words.proxiedReason(evidence, book, facts, proxied) : answeredReason(evidence, book, facts, outcome);
  const losses = evidence.words.lossSteps(facts.packets);
  return losses.length > 0 ? { ...reason, why: [...reason.why, ...losses] } : reason;
}

export function isDNS(packet: TracedPacket): boolean {
  return packet.protocol === 'udp' && /[?=]$/.test(packet.label);
}

export function lastHop(packet: TracedPacket): Reason['at'] {
  const hop = packet.hops.at(-1);
  return hop ? { packet: packet.id, hop: hop.n } : null;
}

export function destinationRewrite(packet: TracedPacket): RuleHop | undefined {
  return packet.hops.find(
    (hop): hop is RuleHop =>
      hop.kind === 'rule' && hop.addr_after?.split('->')[1] !== undefined && hop.addr_after.split('->')[1] !== hop.addr.split('->')[1],
  );
}

function sourceRewrite(packet: TracedPacket): RuleHop | undefined {
  return packet.hops.find(
    (hop): hop is RuleHop =>
      hop.kind === 'rule' && hop.addr_after !== undefined && hop.addr_after.split('->')[0] !== hop.addr.split('->')[0],
  );
}

function answeredReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, outcome: Outcome): Reason {
  const requests = facts.packets.filter((packet) => packet.protocol !== 'arp' && packet.direction === 'request');
  const first = requests.find((packet) => !isDNS(packet)) ?? requests[0];
  const title = `Answered: ${outcome.text}.`;
  const rewrite = first && destinationRewrite(first);
  if (!first || !rewrite) return { title, ...answeredDirectly(first) };
  const endpoint = (rewrite.addr_after as string).split('->')[1] as string;
  const rule = serviceOfRule(evidence.store, rewrite.text);
  const owner = book.owner(split(endpoint).host);
  const pod = owner?.kind === 'pod' ? owner.pod : null;
  const masquerade = sourceRewrite(first);
  return {
    title,
    detail: `${rewrite.node} sent it to ${endpoint}${pod ? `, pod ${pod.metadata.name}` : ''}. Conntrack turned the reply back.`,
    decidedBy: rewrite.text,
    at: { packet: first.id, hop: rewrite.n },
    why: [
      ...(rule ? whyThisEndpoint(evidence, first, rewrite, rule, endpoint, pod) : []),
      ...(masquerade ? [masqueradeStep(masquerade)] : []),
    ],
  };
}

/** No Service was in between; perhaps the source was masqueraded. */
function answeredDirectly(first: TracedPacket | undefined): Omit<Reason, 'title'> {
  const masquerade = first && sourceRewrite(first);
  if (!first || !masquerade) {
    const detail = 'The packet kept its addresses all the way: no Service was in between.';
    return { detail, decidedBy: first?.fate?.text ?? '', at: first ? lastHop(first) : null, why: [] };
  }
  return {
    detail: `${masquerade.node} put its own address on the packet, and conntrack turned the reply back.`,
    decidedBy: masquerade.text,
    at: { packet: first.id, hop: masquerade.n },
    why: [masqueradeStep(masquerade)],
  };
}

function masqueradeStep(hop: RuleHop): WhyStep {
  const [before, after] = [hop.addr, hop.addr_after ?? ''].map((addr) => addr.split('->')[0] as string) as [string, string];
  return step(
    `The server sees \`${after}\` instead of \`${before}\`: rule ${hop.rule} of \`${hop.chain}\` on \`${hop.node}\``,
    'cause',
    `Node//${hop.node}`,
  );
}
