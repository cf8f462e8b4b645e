// Every match extension by name, and those that `-p` brings along.

import type { AnyMatchModule } from '../extension.ts';
import { ICMP, ICMPV6, SCTP, TCP, UDP } from '../protocols.ts';
import { addrtype, iprange, pkttype, set } from './addresses.ts';
import { conntrack, state } from './ct.ts';
import { icmp, icmp6 } from './icmp.ts';
import { limit } from './limit.ts';
import { connmark, mark } from './mark.ts';
import { physdev } from './physdev.ts';
import { multiport, sctp, tcp, udp } from './ports.ts';
import { recent } from './recent.ts';
import { comment, nfacct } from './remarks.ts';
import { statistic } from './statistic.ts';

export const MATCHES: ReadonlyMap<string, AnyMatchModule> = new Map(
  [
    addrtype,
    comment,
    connmark,
    conntrack,
    icmp,
    icmp6,
    iprange,
    limit,
    mark,
    multiport,
    nfacct,
    physdev,
    pkttype,
    recent,
    sctp,
    set,
    state,
    statistic,
    tcp,
    udp,
  ].map((module): [string, AnyMatchModule] => [module.name, module]),
);

/** The match whose options may be used after `-p` without naming it. */
export const PROTOCOL_MATCHES: ReadonlyMap<number, AnyMatchModule> = new Map<number, AnyMatchModule>([
  [TCP, tcp],
  [UDP, udp],
  [SCTP, sctp],
  [ICMP, icmp],
  [ICMPV6, icmp6],
]);
