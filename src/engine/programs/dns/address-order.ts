// The order in which a program tries the addresses of a name: getaddrinfo's, RFC 3484 with the tables that glibc has
// built in (sysdeps/posix/getaddrinfo.c @ 05dec22d7be7). A cluster's own IPv6 comes before its IPv4, because both ends
// are fd00::/8; IPv4 comes before the internet's IPv6, because a pod's address is no internet address. Left out: scopes,
// longest matching prefixes; addresses of one family keep the order of the answer.

import type { Address } from '../../net/address.ts';
import { routeOutput } from '../../netstack/ip.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';

/** Without the addresses that there is no way to, unless there is no other. */
export function inOrderOfUse(netns: NetworkNamespace, addresses: readonly Address[]): readonly Address[] {
  const usable = addresses.flatMap((address) => {
    const routed = routeOutput(netns, address);
    return typeof routed === 'string' ? [] : [{ address, rank: rankOf(address, routed.source) }];
  });
  return usable.length === 0 ? addresses : usable.sort((a, b) => b.rank - a.rank).map(({ address }) => address);
}

/** A source with the same label counts for more than any precedence (rules 5 and 6). */
function rankOf(destination: Address, source: Address): number {
  const { label, precedence } = policyOf(destination);
  return precedence + (policyOf(source).label === label ? 100 : 0);
}

function policyOf(address: Address): { readonly label: number; readonly precedence: number } {
  if (!address.includes(':')) return { label: 4, precedence: 10 };
  if (address === '::1') return { label: 0, precedence: 50 };
  return { label: /^f[cd]/.test(address) ? 6 : 1, precedence: 40 };
}
