// An answer that arrives and says no: DNS's NXDOMAIN (RFC 1035, section 4.1.1, RCODE 3).

import type { TracedPacket } from '../protocol/messages.ts';

/** `web.default.svc.cluster.local. A: NXDOMAIN`: delivered, but there is no such name. */
export function saysNoSuchName({ label, content }: Pick<TracedPacket, 'label' | 'content'>): boolean {
  return /^A+=$/.test(label) && content.endsWith(': NXDOMAIN');
}
