// Packets that were lost by a fault on the wires, and not by a rule or for want of a way: what the walk says of them.

import type { Hop, TracedPacket } from '../sim/trace.ts';
import type { HopWhy, Reason, WhyStep } from '../view.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { firewallWhy, isFirewalled } from './reason-firewall.ts';

/** Faults say it so (commands/wires.ts). */
const LOST = 'lost on the wire ';
const SHOWN = 3;

export function isLostOnTheWire({ fate }: TracedPacket): boolean {
  return fate?.kind === 'lost' && fate.text.startsWith(LOST);
}

/** The reason of a request that failed by it: the packet itself was lost, or the question for its next hop. */
export function wireReason(lost: TracedPacket, at: Reason['at']): Reason {
  const text = lost.fate?.text ?? '';
  const [where = '', ...what] = text.slice(LOST.length).split(': ');
  const isQuestion = lost.protocol === 'arp';
  const who = isQuestion ? `The question "${lost.content}"` : 'The packet';
  return {
    title: isQuestion
      ? `Nobody hears ${lost.from} ask: the question is lost on the wire ${where}.`
      : `The packet is lost on the wire ${where}.`,
    detail: `${who} was sent and never arrived: ${what.join(': ')}. Nobody tells the sender.`,
    decidedBy: text,
    at,
    why: [cause(lost)],
  };
}

/** The hop at which a packet was lost. */
export function explainLoss(evidence: Evidence, packet: TracedPacket, hop: Hop): HopWhy | null {
  if (hop.n === packet.hops.length && isFirewalled(packet)) return firewallWhy(evidence, packet);
  if (hop.n !== packet.hops.length || !isLostOnTheWire(packet)) return null;
  const { title, detail, why } = wireReason(packet, null);
  return { title, detail, why };
}

/** What a request that came through had to send again. */
export function lossSteps(packets: readonly TracedPacket[]): WhyStep[] {
  const lost = packets.filter(isLostOnTheWire);
  const more = lost.length - SHOWN;
  return [...lost.slice(0, SHOWN).map(cause), ...(more > 0 ? [step(`${more} more packets are lost on the wire`, 'evidence')] : [])];
}

function cause(lost: TracedPacket): WhyStep {
  const node = /^of ([^/:]+):/.exec(lost.fate?.text.slice(LOST.length) ?? '')?.[1];
  return step(`Packet ${lost.id} (${lost.label}) is ${lost.fate?.text}`, 'cause', node && `Node//${node}`);
}
