// What kube-proxy, CNIs, policy controllers and ordinary hosts write.

import { EVERYDAY_EXTENSIONS } from './everyday-extensions.ts';
import { type Extensions, extensionsOf } from './extension.ts';
import { iprange, pkttype, set } from './matches/addresses.ts';
import { state } from './matches/ct.ts';
import { icmp, icmp6 } from './matches/icmp.ts';
import { limit } from './matches/limit.ts';
import { connmark } from './matches/mark.ts';
import { multiport } from './matches/multiport.ts';
import { physdev } from './matches/physdev.ts';
import { recent } from './matches/recent.ts';
import { nfacct } from './matches/remarks.ts';
import { sctp } from './matches/sctp.ts';
import { CONNMARK } from './targets/marks.ts';
import { REDIRECT, SNAT } from './targets/nat.ts';
import { CT, LOG, NOTRACK, TRACE } from './targets/verdicts.ts';

export const COMMON_EXTENSIONS: Extensions = extensionsOf(
  [connmark, icmp, icmp6, iprange, limit, multiport, nfacct, physdev, pkttype, recent, sctp, set, state],
  [CONNMARK, CT, LOG, NOTRACK, REDIRECT, SNAT, TRACE],
  EVERYDAY_EXTENSIONS,
);
