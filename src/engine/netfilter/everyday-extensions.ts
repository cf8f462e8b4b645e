// The matches and targets that kube-proxy and flannel write for Services of every day.

import { type Extensions, extensionsOf } from './extension.ts';
import { addrtype } from './matches/addrtype.ts';
import { conntrack } from './matches/ct.ts';
import { mark } from './matches/mark.ts';
import { tcp, udp } from './matches/ports.ts';
import { comment } from './matches/remarks.ts';
import { statistic } from './matches/statistic.ts';
import { MARK } from './targets/marks.ts';
import { DNAT, MASQUERADE } from './targets/nat.ts';
import { REJECT } from './targets/reject.ts';

export const EVERYDAY_EXTENSIONS: Extensions = extensionsOf(
  [addrtype, comment, conntrack, mark, statistic, tcp, udp],
  [DNAT, MARK, MASQUERADE, REJECT],
);
