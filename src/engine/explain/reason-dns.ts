// Why a name was not found: no such Service, a Service of that name elsewhere, or a DNS server that could not be asked.

import type { Service } from '../api/types.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Reason, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import { editDistance } from './endpoints.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { aimedAt } from './instead.ts';
import { split } from './narrate.ts';
import { rangeOf, viewKey } from './origin.ts';
import { isPolicyDrop } from './policy-rule.ts';
import { clusterDenyReason, isClusterPolicyDeny } from './reason-cluster-policy.ts';
import { policyDropReason } from './reason-policy.ts';

export function unresolvedReason(evidence: Evidence, book: AddressBook, facts: WalkFacts): Reason {
  const { target, packets, result } = facts;
  const queries = packets.filter((packet) => packet.label === 'A?' && packet.from === packets.find((one) => one.label === 'A?')?.from);
  const answers = packets.filter((packet) => packet.label === 'A=' && packet.fate?.kind === 'delivered');
  const status = result.kind === 'unresolved' ? result.lookup.status : 'error';
  if (status === 'error') return serverReason(evidence, book, facts, queries);
  const names = [...new Set(queries.map((packet) => packet.content.split(' ')[0] as string))];
  const last = answers.at(-1);
  const meant = nameMeant(evidence, facts);
  const verdict = status === 'nodata' ? 'it has no address' : 'NXDOMAIN';
  const who = facts.source.kind === 'pod' ? 'CoreDNS' : 'The name server';
  return {
    title: `${who} knows no ${target.host}.`,
    detail:
      names.length > 1
        ? `The resolver tried ${names.length} names from its search list; the last answer was ${verdict}.`
        : `The answer was ${verdict}.`,
    decidedBy: last?.content ?? `${target.host}: ${verdict}`,
    at: last?.hops.at(-1) ? { packet: last.id, hop: (last.hops.at(-1) as { n: number }).n } : null,
    why: [...names.map((name) => step(`\`${name}\`: ${verdictOf(answers, name)}`, 'evidence')), ...elsewhere(evidence, facts)],
    ...(meant === null ? {} : { instead: aimedAt(facts, { host: meant }) }),
  };
}

function verdictOf(answers: readonly TracedPacket[], name: string): string {
  const answer = answers.find((packet) => packet.content.startsWith(`${name} `));
  return answer ? answer.content.slice(answer.content.indexOf(': ') + 2) : 'no answer';
}

/** Services of that name in other namespaces than the pod's, and one of nearly that name in its own. */
function namesakes(
  evidence: Evidence,
  { source, target }: WalkFacts,
): { readonly same: readonly Service[]; readonly near: Service | undefined } {
  const own = source.kind === 'pod' ? source.namespace : '';
  const wanted = target.host.split('.')[0] as string;
  const services = evidence.store.list<Service>('Service');
  return {
    same: services.filter(({ metadata }) => metadata.name === wanted && metadata.namespace !== own),
    near: services.find(({ metadata }) => metadata.namespace === own && editDistance(metadata.name, wanted) === 1),
  };
}

/** The name that a pod had to ask for, where only one can be meant. */
function nameMeant(evidence: Evidence, facts: WalkFacts): string | null {
  if (facts.source.kind !== 'pod') return null;
  const { same, near } = namesakes(evidence, facts);
  const names = [...same.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`), ...(near ? [near.metadata.name] : [])];
  return names.length === 1 ? (names[0] as string) : null;
}

/** A Service of that name in another namespace, or of nearly that name in this one. */
function elsewhere(evidence: Evidence, facts: WalkFacts): WhyStep[] {
  const wanted = facts.target.host.split('.')[0] as string;
  if (facts.source.kind !== 'pod') {
    const known = evidence.store.list<Service>('Service').find((service) => service.metadata.name === wanted);
    const asker = facts.source.kind === 'node' ? 'nodes do' : 'the world does';
    return known ? [step(`\`${wanted}\` is a name of the cluster's DNS; ${asker} not ask it`, 'cause', viewKey(known))] : [];
  }
  const own = facts.source.namespace;
  const { same, near } = namesakes(evidence, facts);
  const steps = same.map((service) => {
    const { name, namespace } = service.metadata;
    const text = `Service \`${name}\` is in namespace \`${namespace}\`: from \`${own}\` its name is \`${name}.${namespace}\``;
    return step(text, 'cause', viewKey(service), rangeOf(evidence, service, 'metadata.namespace'));
  });
  if (near) {
    const text = `Service \`${near.metadata.name}\` is one letter away`;
    steps.push(step(text, 'cause', viewKey(near), rangeOf(evidence, near, 'metadata.name')));
  }
  return steps.length > 0 ? steps : [step(`No Service is called \`${wanted}\``, 'cause')];
}

/** The query itself did not come through. */
function serverReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, queries: readonly TracedPacket[]): Reason {
  const failed = queries.find((packet) => packet.fate && packet.fate.kind !== 'delivered') ?? queries[0];
  const hop = failed?.hops.at(-1);
  if (failed && hop?.kind === 'rule' && isPolicyDrop(hop)) {
    return { ...policyDropReason(evidence, book, failed, hop), decidedBy: hop.text, at: { packet: failed.id, hop: hop.n } };
  }
  if (failed && hop?.kind === 'rule' && isClusterPolicyDeny(hop))
    return { ...clusterDenyReason(evidence, hop), decidedBy: hop.text, at: { packet: failed.id, hop: hop.n } };
  const server = split(failed?.addr.split('->')[1] ?? '').host;
  const detail =
    failed?.fate && failed.fate.kind !== 'delivered'
      ? `The question ended at ${failed.fate.node}: ${failed.fate.text}.`
      : 'No answer came back.';
  return {
    title: `Nobody answers for the name ${facts.target.host}.`,
    detail: `${detail} Without an address the client cannot send anything else.`,
    decidedBy: failed?.fate?.text ?? 'no answer from the name server',
    at: failed && hop ? { packet: failed.id, hop: hop.n } : null,
    why: [step(`The resolver asks ${server}${server ? ` (${book.describe(server)})` : ''}`, 'evidence')],
  };
}
