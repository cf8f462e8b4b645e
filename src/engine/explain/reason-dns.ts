// Why a name was not found: no such Service, a Service of that name elsewhere, or a DNS server that could not be asked.

import type { Service } from '../api/types.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Reason, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import { editDistance } from './endpoints.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { split } from './narrate.ts';
import { rangeOf, viewKey } from './origin.ts';
import { isPolicyDrop } from './policy-rule.ts';
import { policyDropReason } from './reason-policy.ts';

export function unresolvedReason(evidence: Evidence, book: AddressBook, facts: WalkFacts): Reason {
  const { target, packets, result } = facts;
  const queries = packets.filter((packet) => packet.label === 'A?' && packet.from === packets.find((one) => one.label === 'A?')?.from);
  const answers = packets.filter((packet) => packet.label === 'A=' && packet.fate?.kind === 'delivered');
  const status = result.kind === 'unresolved' ? result.lookup.status : 'error';
  if (status === 'error') return serverReason(evidence, book, facts, queries);
  const names = [...new Set(queries.map((packet) => packet.content.split(' ')[0] as string))];
  const last = answers.at(-1);
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
  };
}

function verdictOf(answers: readonly TracedPacket[], name: string): string {
  const answer = answers.find((packet) => packet.content.startsWith(`${name} `));
  return answer ? answer.content.slice(answer.content.indexOf(': ') + 2) : 'no answer';
}

/** A Service of that name in another namespace, or of nearly that name in this one. */
function elsewhere(evidence: Evidence, facts: WalkFacts): WhyStep[] {
  const wanted = facts.target.host.split('.')[0] as string;
  const own = facts.source.kind === 'pod' ? facts.source.namespace : null;
  const services = evidence.store.list<Service>('Service');
  if (own === null) {
    const known = services.find((service) => service.metadata.name === wanted);
    return known
      ? [
          step(
            `\`${wanted}\` is a name of the cluster's DNS; ${facts.source.kind === 'node' ? 'nodes do' : 'the world does'} not ask it`,
            'cause',
            viewKey(known),
          ),
        ]
      : [];
  }
  const same = services.filter((service) => service.metadata.name === wanted && service.metadata.namespace !== own);
  const steps = same.map((service) => {
    const { name, namespace } = service.metadata;
    return step(
      `Service \`${name}\` is in namespace \`${namespace}\`: from \`${own}\` its name is \`${name}.${namespace}\``,
      'cause',
      viewKey(service),
      rangeOf(evidence, service, 'metadata.namespace'),
    );
  });
  const near = services.find((service) => service.metadata.namespace === own && editDistance(service.metadata.name, wanted) === 1);
  if (near)
    steps.push(
      step(`Service \`${near.metadata.name}\` is one letter away`, 'cause', viewKey(near), rangeOf(evidence, near, 'metadata.name')),
    );
  return steps.length > 0 ? steps : [step(`No Service is called \`${wanted}\``, 'cause')];
}

/** The query itself did not come through. */
function serverReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, queries: readonly TracedPacket[]): Reason {
  const failed = queries.find((packet) => packet.fate && packet.fate.kind !== 'delivered') ?? queries[0];
  const hop = failed?.hops.at(-1);
  if (failed && hop?.kind === 'rule' && isPolicyDrop(hop)) {
    return { ...policyDropReason(evidence, book, failed, hop), decidedBy: hop.text, at: { packet: failed.id, hop: hop.n } };
  }
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
