// The masquerade rules of ip-masq-agent, which take the place of the CNI's own where a cluster lists the ranges that keep
// the pod's address. Follows kubernetes-sigs/ip-masq-agent cmd/ip-masq-agent/ip-masq-agent.go, v2.11 (syncMasqRules).

import type { CIDR } from '../../net/address.ts';
import { formatCIDR } from '../../net/address.ts';

const CHAIN = 'IP-MASQ-AGENT';
/** Link-local addresses are always among the ranges, unless the agent is told otherwise. */
const LINK_LOCAL = '169.254.0.0/16';
const NOT_LOCAL = '-m addrtype ! --dst-type LOCAL';

/** `iptables-restore --noflush` input; `ranges` are the nonMasqueradeCIDRs. */
export function ipMasqAgentRules(ranges: readonly CIDR[]): string {
  const comment = (text: string) => `-m comment --comment "ip-masq-agent: ${text}"`;
  const stays = (range: string) =>
    `-A ${CHAIN} -d ${range} ${comment('local traffic is not subject to MASQUERADE')} ${NOT_LOCAL} -j RETURN`;
  const jump = comment(`ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom ${CHAIN} chain`);
  const last = comment('outbound traffic is subject to MASQUERADE (must be last in chain)');
  return [
    '*nat',
    `:${CHAIN} - [0:0]`,
    `-A POSTROUTING ${jump} ${NOT_LOCAL} -j ${CHAIN}`,
    ...[LINK_LOCAL, ...ranges.map(formatCIDR)].map(stays),
    `-A ${CHAIN} ${last} ${NOT_LOCAL} -j MASQUERADE --random-fully`,
    'COMMIT',
    '',
  ].join('\n');
}
