// A packet that crosses a VXLAN tunnel is two packets by turns: flannel.1 wraps it, the wrapping walks alone from node to
// node, and the other node's flannel.1 takes it off (flannel's vxlan backend, RFC 7348).

import type { TracedPacket } from '../protocol/messages.ts';

/** Addresses of the packet inside of the one seen at `hop`, as they were when it was wrapped; null where it travels by itself. */
export function carriedAt(packet: TracedPacket, hop: number): string | null {
  const seen = packet.hops.slice(0, hop);
  const here = seen.pop();
  if (!here || (here.kind === 'if' && isTunnel(here.ifc))) return null;
  const last = seen.findLast((each) => each.kind === 'if' && isTunnel(each.ifc));
  if (last?.kind === 'if') return last.dir === 'tx' ? last.addr : null;
  return (here.kind === 'if' && here.inner) || null;
}

/** The tunnel devices of a node, by the names that flannel gives them. */
export function isTunnel(ifc: string): boolean {
  return ifc.startsWith('flannel.');
}
