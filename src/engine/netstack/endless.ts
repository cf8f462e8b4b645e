// What would go round for ever, and a kernel lets it: a packet whose TTL a rule raises again, and errors about tunnelled
// errors, of which each is a new packet with a TTL of its own. Here both come to an end, after more rounds than anything
// else can take, and say where they went. (A machine that wraps its own outer packets again stops by itself: vxlan.ts.)

import type { NetworkNamespace } from './netns.ts';
import type { SkBuff } from './skb.ts';

/** A TTL of 255 inside of a tunnel, and as much outside, allows no more. */
const MOST_FORWARDS = 510;
/** Errors about errors are not sent; one inside of a tunnel, and that in another, may be. */
const MOST_ERRORS = 8;

/** Counts that a router passes a packet on. True: its TTL will never end it, and so it ends here. */
export function goesRoundForEver(netns: NetworkNamespace, skb: SkBuff): boolean {
  skb.forwards++;
  if (skb.forwards <= MOST_FORWARDS) return false;
  const places = roundOf(skb);
  const round = places.length > 0 ? `${places.join(' -> ')} -> ${places[0]}` : `${netns.name} again`;
  netns.end(skb, 'lost', `${FOR_EVER}${round}: forwarded ${MOST_FORWARDS} times, and its TTL is still ${skb.packet.ttl}`);
  return true;
}

/** True: errors have brought about errors for so long that they would never stop, and this one is not sent. */
export function isErrorForEver(netns: NetworkNamespace, skb: SkBuff): boolean {
  if (skb.errors <= MOST_ERRORS) return false;
  const { source, destination } = skb.packet;
  netns.end(skb, 'lost', `${FOR_EVER}${source} -> ${destination}: each error comes back inside of a tunnel and brings about the next`);
  return true;
}

/** What such a packet's end begins with. */
export const FOR_EVER = 'it goes round for ever, ';

/** The machines that it came through since it was last where it is now. */
function roundOf({ record }: SkBuff): string[] {
  const places: string[] = [];
  for (const { node } of record?.hops ?? []) if (places.at(-1) !== node) places.push(node);
  const before = places.lastIndexOf(places.at(-1) ?? '', -2);
  return before < 0 ? [] : places.slice(before, -1);
}
