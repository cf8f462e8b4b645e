// What a walk says of a packet that a firewall before the nodes has dropped.

import { FIREWALLED } from '../node/cloud-firewall.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { HopWhy } from '../view.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';

export function isFirewalled({ fate }: TracedPacket): boolean {
  return fate?.kind === 'lost' && fate.text.startsWith(FIREWALLED);
}

/** Why it got no further, with the line that would let it in. */
export function firewallWhy({ sources }: Evidence, { fate }: TracedPacket): HopWhy {
  const text = fate?.text.slice(FIREWALLED.length) ?? '';
  const [door = '', , address = ''] = text.split(' ');
  return {
    title: `The cloud's firewall drops it: ${door} is not open.`,
    detail: `It never reached ${address}, and nobody tells the sender: the client waits until it gives up. A node that is reached where nothing listens refuses at once.`,
    why: [
      step(
        `\`cluster.firewall.allow\` has no \`${door}\``,
        'cause',
        undefined,
        sources.get('Scenario//')?.rangeOf('cluster.firewall') ?? null,
      ),
    ],
  };
}
