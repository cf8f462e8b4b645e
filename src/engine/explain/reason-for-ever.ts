// A packet that would never have ended (netstack/endless.ts): where it goes round, and which rule takes its end away.

import { FOR_EVER } from '../netstack/endless.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Reason, WhyStep } from '../view.ts';
import { step } from './hop-why.ts';

const ROUTES = /^(.+): forwarded (\d+) times/;
const DEAD_LOOP = /Dead loop on virtual device (\S+),/;

/** The reason, where the packet ended so; null for any other end. */
export function forEverReason(packet: TracedPacket): Pick<Reason, 'title' | 'detail' | 'why'> | null {
  const { fate, hops } = packet;
  const device = DEAD_LOOP.exec(fate?.text ?? '')?.[1];
  if (device) return deadLoop(packet, device);
  const [, places = '', times] = ROUTES.exec(isForEver(packet) ? (fate?.text.slice(FOR_EVER.length) ?? '') : '') ?? [];
  if (times === undefined) return null;
  const round = places.replaceAll(' -> wire', '');
  const rule = hops.findLast((hop) => hop.kind === 'rule' && / -j (TTL|HL) /.test(hop.text));
  const raised =
    rule?.kind === 'rule' ? [step(`On ${rule.node} a rule changes the TTL: \`${rule.text}\``, 'cause', `Node//${rule.node}`)] : [];
  return {
    title: `The packet goes round for ever: ${round}.`,
    detail: `Each sends it on to the next. A TTL would end that; something raises it again. Real machines never stop; here it ends after ${times} times.`,
    why: [step(`The routes lead round: ${round}`, 'cause'), ...raised],
  };
}

/** What a walk says of errors that would never have ended, whatever became of its request. */
export function forEverSteps(packets: readonly TracedPacket[]): WhyStep[] {
  const errors = packets.filter((packet) => isForEver(packet) && packet.hops.length === 0);
  return errors.slice(0, 1).map(({ from, fate }) => step(`The error about it comes back to ${from} as ${fate?.text}`, 'evidence'));
}

function isForEver({ fate }: TracedPacket): boolean {
  return fate?.kind === 'lost' && fate.text.startsWith(FOR_EVER);
}

function deadLoop({ hops, fate }: TracedPacket, device: string): Pick<Reason, 'title' | 'detail' | 'why'> {
  const node = fate?.node ?? '';
  const rule = hops.findLast((hop) => hop.kind === 'rule' && hop.addr_after !== undefined && hop.node === node);
  const led = rule?.kind === 'rule' ? [step(`\`${rule.text}\` leads them there`, 'cause', `Node//${node}`)] : [];
  return {
    title: `${node} sends the tunnel's own packets into the tunnel.`,
    detail: `${device} wraps the packet, and what it wrapped is to go by ${device} again. The kernel gives up after a few rounds.`,
    why: [step(`The outer packets go by ${device} again`, 'cause', `Node//${node}`), ...led, step(fate?.text ?? '', 'evidence')],
  };
}
