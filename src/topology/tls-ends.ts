// Where the TLS of a walk ends, read from its packets: who takes what nobody on the way could read.

import type { Walk } from '../protocol/messages.ts';

/** `NAMESPACE/NAME` of the pods; places outside are none. */
export function tlsEnds({ packets }: Pick<Walk, 'packets'>): readonly string[] {
  const takers = packets.flatMap(({ label, direction, fate }) =>
    label === 'TLS' && direction === 'request' && fate?.kind === 'delivered' && fate.node.includes('/') ? [fate.node] : [],
  );
  return [...new Set(takers)];
}
