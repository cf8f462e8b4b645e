// Every match and target that a rule set from a real node may name: the common ones, the rarer ones, and those that are
// known without being simulated.

import { COMMON_EXTENSIONS } from './common-extensions.ts';
import { type Extensions, extensionsOf } from './extension.ts';
import { hashlimit } from './matches/hashlimit.ts';
import { owner, rpfilter, socket } from './matches/own-packets.ts';
import { dscp, length, mac, tcpmss, tos, ttl } from './matches/packet-fields.ts';
import { AUDIT, CHECKSUM, CLASSIFY, DSCP, NFLOG, TCPMSS, TOS, TTL } from './targets/packet-fields.ts';
import { UNSIMULATED_MATCHES, UNSIMULATED_TARGETS } from './unsimulated.ts';

export const ALL_EXTENSIONS: Extensions = extensionsOf(
  [hashlimit, owner, rpfilter, socket, dscp, length, mac, tcpmss, tos, ttl, ...UNSIMULATED_MATCHES],
  [AUDIT, CHECKSUM, CLASSIFY, DSCP, NFLOG, TCPMSS, TOS, TTL, ...UNSIMULATED_TARGETS],
  COMMON_EXTENSIONS,
);
