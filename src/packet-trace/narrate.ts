// One sentence for a hop. The engine's own sentence comes first; without one, it is made from the hop's facts alone.

import type { Hop, TracedPacket } from '../protocol/messages.ts';
import { placeName } from './place.ts';
import { parseEnds, rewriteOf } from './rewrite.ts';

export function narrate(packet: TracedPacket, hop: Hop): string {
  return hop.say ?? fromFacts(packet, hop);
}

/** What the live region reads at a step: where the reader is, then the sentence. */
export function announce(packet: TracedPacket, hop: Hop): string {
  return `Hop ${hop.n} of ${packet.hops.length}, ${packet.label}. ${narrate(packet, hop)}`;
}

function fromFacts(packet: TracedPacket, hop: Hop): string {
  const place = placeName(hop.node);
  const rewrite = rewriteOf(hop, packet.direction);
  if (rewrite) return rewriteSentence(place, rewrite.by, rewrite.changes[0]);
  switch (hop.kind) {
    case 'if':
      return interfaceSentence(packet, hop, place);
    case 'rule':
      return ruleSentence(hop, place);
    case 'ct-nat':
      return `${place} changes nothing here.`;
    default:
      return hop satisfies never;
  }
}

function rewriteSentence(place: string, by: string, change: { field: string; before: string; after: string } | undefined): string {
  const end = change?.field === 'src' ? 'source' : 'destination';
  const values = change ? `: ${change.before} becomes ${change.after}` : '';
  if (by === 'put-back') return `${place} puts the ${end} back from memory${values}.`;
  if (by === 'repeated') return `${place} repeats the rewrite of the ${end}${values}.`;
  return `${place} rewrites the ${end}${values}.`;
}

function interfaceSentence(packet: TracedPacket, hop: Hop & { kind: 'if' }, place: string): string {
  if (hop.socket) return `${place} accepts: ${hop.socket}.`;
  if (hop.n === 1) return `${place} sends ${packet.label} to ${parseEnds(hop.addr).dst}.`;
  return hop.dir === 'rx' ? `${place} receives it on ${hop.ifc}.` : `${place} sends it out of ${hop.ifc}.`;
}

function ruleSentence(hop: Hop & { kind: 'rule' }, place: string): string {
  const [verb, chain] = hop.verdict.split(' ');
  if (hop.verdict === 'REJECT') return `${place} refuses the packet and says so to the sender.`;
  if (hop.verdict === 'DROP') return `${place} drops the packet; nobody is told.`;
  if (hop.rule === 'policy') return `No rule of ${hop.chain} decides; its policy is ${hop.verdict}.`;
  if (hop.verdict === 'NOT SIMULATED') return `${hop.chain} rule ${hop.rule} has a part that is not simulated: taken not to match.`;
  if (chain) return `${hop.chain} rule ${hop.rule} matches: ${verb === 'GOTO' ? 'on' : 'over'} to ${chain}.`;
  if (hop.verdict === 'CONTINUE') return `${hop.chain} rule ${hop.rule} marks the packet ${hop.mark}.`;
  return `${hop.chain} rule ${hop.rule} matches: ${hop.verdict}.`;
}
