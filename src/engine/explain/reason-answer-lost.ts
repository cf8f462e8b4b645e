// Why a client waits in vain although its request arrived: the answer is lost on its way back. Either it takes a road past
// the machine that changed the request's addresses, or it goes to a pod's address where nobody knows it.

import { type Hop, isNeighbourTalk, type TracedPacket } from '../sim/trace.ts';
import type { Reason, WhyStep } from '../view.ts';
import { type AddressBook, placeName } from './address-book.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { split } from './narrate.ts';
import { destinationRewrite, isDNS, lastHop } from './reasons.ts';

const ANSWERED = ['delivered', 'no-socket', 'refused'];

export function answerLostReason(evidence: Evidence, book: AddressBook, facts: WalkFacts): Reason | null {
  if (facts.result.kind !== 'timed-out') return null;
  const own = facts.packets.filter((packet) => !isNeighbourTalk(packet) && !isDNS(packet));
  const request = own.find(({ direction }) => direction === 'request');
  const answer = own.find(({ direction, fate }) => direction === 'reply' && fate && fate.kind !== 'delivered');
  if (!request || !answer || !own.every(({ direction, fate }) => direction === 'reply' || ANSWERED.includes(fate?.kind ?? ''))) return null;
  const words = strangerWords(evidence, book, request, answer) ?? homelessWords(evidence, book, answer);
  return words && { ...words, at: lastHop(answer) };
}

type Words = Omit<Reason, 'at'>;

/** Conntrack on the way back has never seen what it answers. */
function strangerWords(evidence: Evidence, book: AddressBook, request: TracedPacket, answer: TracedPacket): Words | null {
  const rule = answer.hops.findLast((hop: Hop) => hop.kind === 'rule')?.text ?? '';
  const rewrite = destinationRewrite(request);
  if (answer.fate?.kind !== 'dropped' || !/--ctstate \S*INVALID/.test(rule) || !rewrite) return null;
  const node = placeName(answer.fate.node);
  const [[client = ''], [, asked = '']] = [request.addr, request.addr].map((addr) => addr.split('->')) as [string[], string[]];
  const [sender = ''] = answer.addr.split('->');
  const who = nameOf(book, client);
  return {
    title: `${node} drops the answer: it fits no connection there.`,
    detail: `${who} asked ${asked} and gets an answer from ${sender}. It comes straight, not through ${rewrite.node}, which alone knows that the two are one; so the client waits until it gives up.`,
    decidedBy: rule,
    why: [
      step(
        `\`${rewrite.node}\` sent the request on to \`${sender}\` and left the sender \`${client}\` as it was`,
        'cause',
        `Node//${rewrite.node}`,
      ),
      ...ownAddressSteps(evidence),
      step(`The answer goes to \`${client}\` by the shortest way, past \`${rewrite.node}\``, 'cause'),
    ],
  };
}

/** The answer is sent to a pod by somebody who has no way to pods. */
function homelessWords(evidence: Evidence, book: AddressBook, answer: TracedPacket): Words | null {
  const { host } = split(answer.addr.split('->')[1] ?? '');
  if (answer.fate?.kind !== 'lost' || book.owner(host)?.kind !== 'pod' || answer.fate.node !== 'router') return null;
  return {
    title: 'The answer is lost at router.',
    detail: `It goes to ${host}, pod ${nameOf(book, host)}: an address that nobody knows outside of the cluster. The request arrived, and the client waits until it gives up.`,
    decidedBy: answer.fate.text,
    why: [step(`The request left its node with the pod's own address \`${host}\``, 'cause'), ...ownAddressSteps(evidence)],
  };
}

/** The setting that lets a pod's address pass, where there is one. */
function ownAddressSteps({ sources }: Evidence): readonly WhyStep[] {
  const path = 'cluster.nonMasqueradeCIDRs';
  const scenario = sources.get('Scenario//');
  if (!scenario?.has(path)) return [];
  return [step('`cluster.nonMasqueradeCIDRs` keeps it so', 'cause', undefined, scenario.rangeOf(path))];
}

function nameOf(book: AddressBook, address: string): string {
  const owner = book.owner(split(address).host);
  return owner?.kind === 'pod' ? owner.pod.metadata.name : address;
}
