// Why a name was not found: no such Service, a Service of that name elsewhere, or a DNS server that could not be asked.

import type { TracedPacket } from '../sim/trace.ts';
import type { Reason } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { nameMeant } from './name-meant.ts';
import { split } from './narrate.ts';
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
  const { why: meant, ...offers } = nameMeant(evidence, facts);
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
    why: [...names.map((name) => step(`\`${name}\`: ${verdictOf(answers, name)}`, 'evidence')), ...meant],
    ...offers,
  };
}

function verdictOf(answers: readonly TracedPacket[], name: string): string {
  const answer = answers.find((packet) => packet.content.startsWith(`${name} `));
  return answer ? answer.content.slice(answer.content.indexOf(': ') + 2) : 'no answer';
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
