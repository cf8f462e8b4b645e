// What MetalLB's two parts, its controller and its speakers, read alike in its own kinds. Follows metallb/metallb
// internal/config/config.go, v0.14; IPv6 is left out.

import { type Address, addressValue, formatAddress, parseCIDR } from '../net/address.ts';
import type { IPAddressPool, L2Advertisement } from './types.ts';

/** The namespace that it reads its pools from. */
export const METALLB_NAMESPACE = 'metallb-system';
/** Written on a Service: the pool that its address is of. */
export const FROM_POOL = 'metallb.io/ip-allocated-from-pool';

/** No pool here is so large that more would be asked for. */
const MOST_ADDRESSES = 1_024n;

/** In order: of ranges `192.168.56.240-192.168.56.250` and of blocks `192.168.56.240/28`. */
export function addressesOf({ spec }: IPAddressPool): readonly Address[] {
  return (spec?.addresses ?? []).flatMap((text) => {
    const range = rangeOf(text);
    if (!range) return [];
    const count = range.last - range.first + 1n < MOST_ADDRESSES ? range.last - range.first + 1n : MOST_ADDRESSES;
    const all = Array.from({ length: Number(count) }, (_, n) => formatAddress(4, range.first + BigInt(n)));
    // Some hosts take such addresses for those of a network or a broadcast.
    return spec?.avoidBuggyIPs ? all.filter((address) => !/\.(0|255)$/.test(address)) : all;
  });
}

/** Null for what is no range of IPv4 addresses. */
export function rangeOf(text: string): { readonly first: bigint; readonly last: bigint } | null {
  const cidr = parseCIDR(text.trim());
  if (cidr) return cidr.family === 4 ? { first: cidr.value, last: cidr.value + 2n ** BigInt(32 - cidr.prefix) - 1n } : null;
  const [first = null, last = null] = text.split('-').map((part) => (part.includes(':') ? null : addressValue(part.trim())));
  return first !== null && last !== null && first <= last ? { first, last } : null;
}

/** Whether one of the advertisements tells the network of the pool's addresses. Without a list it is for every pool. */
export function isAdvertised(advertisements: readonly L2Advertisement[], pool: string): boolean {
  return advertisements.some(({ spec }) => !spec?.ipAddressPools?.length || spec.ipAddressPools.includes(pool));
}
