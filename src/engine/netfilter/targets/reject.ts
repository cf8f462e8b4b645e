// REJECT, with every type of answer. Follows iptables 1.8.9, extensions/lib{ipt,ip6t}_REJECT.c.

import { fail, type TargetModule } from '../extension.ts';

/** Canonical names and their aliases. */
const REJECT_TYPES: Readonly<Record<4 | 6, readonly (readonly [string, string])[]>> = {
  4: [
    ['icmp-net-unreachable', 'net-unreach'],
    ['icmp-host-unreachable', 'host-unreach'],
    ['icmp-proto-unreachable', 'proto-unreach'],
    ['icmp-port-unreachable', 'port-unreach'],
    ['icmp-net-prohibited', 'net-prohib'],
    ['icmp-host-prohibited', 'host-prohib'],
    ['tcp-reset', 'tcp-rst'],
    ['icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ['icmp6-no-route', 'no-route'],
    ['icmp6-adm-prohibited', 'adm-prohibited'],
    ['icmp6-addr-unreachable', 'addr-unreach'],
    ['icmp6-port-unreachable', 'port-unreach'],
    ['tcp-reset', 'tcp-reset'],
    ['icmp6-policy-fail', 'policy-fail'],
    ['icmp6-reject-route', 'reject-route'],
  ],
};

interface RejectOptions {
  rejectWith: string;
}

export const REJECT: TargetModule<RejectOptions> = {
  name: 'REJECT',
  tables: ['filter'],
  options: {
    '--reject-with': {
      values: 1,
      read(options, [text = ''], cx) {
        const type = REJECT_TYPES[cx.family].find((names) => names.includes(text));
        if (!type) fail(cx, `unknown reject type "${text}"`);
        options.rejectWith = type?.[0] ?? text;
      },
    },
  },
  begin: (cx) => ({ rejectWith: cx.family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable' }),
  finish(options, cx, header) {
    const tcp = header.protocol?.number === 6 && !header.protocol.negated;
    if (options.rejectWith === 'tcp-reset' && !tcp) fail(cx, 'RULE_APPEND failed (Invalid argument)');
  },
  print: (options) => ` --reject-with ${options.rejectWith}`,
  apply: (options, _context, rule) => ({ kind: 'REJECT', rule, rejectWith: options.rejectWith }),
};
