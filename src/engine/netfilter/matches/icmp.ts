// icmp and icmp6. Follows iptables 1.8.9, extensions/libxt_icmp.h.

import { fail, type MatchModule, parseUnsigned } from '../extension.ts';
import { ICMP, ICMPV6 } from '../protocols.ts';
import { not } from '../rule-header.ts';

/** A type by name: [type] or [type, code]. */
type NamedTypes = Readonly<Record<string, readonly [number, number?]>>;

const ICMP_TYPES: NamedTypes = {
  'echo-reply': [0],
  pong: [0],
  'destination-unreachable': [3],
  'network-unreachable': [3, 0],
  'host-unreachable': [3, 1],
  'protocol-unreachable': [3, 2],
  'port-unreachable': [3, 3],
  'fragmentation-needed': [3, 4],
  'source-route-failed': [3, 5],
  'network-unknown': [3, 6],
  'host-unknown': [3, 7],
  'network-prohibited': [3, 9],
  'host-prohibited': [3, 10],
  'TOS-network-unreachable': [3, 11],
  'TOS-host-unreachable': [3, 12],
  'communication-prohibited': [3, 13],
  'host-precedence-violation': [3, 14],
  'precedence-cutoff': [3, 15],
  'source-quench': [4],
  redirect: [5],
  'network-redirect': [5, 0],
  'host-redirect': [5, 1],
  'TOS-network-redirect': [5, 2],
  'TOS-host-redirect': [5, 3],
  'echo-request': [8],
  ping: [8],
  'router-advertisement': [9],
  'router-solicitation': [10],
  'time-exceeded': [11],
  'ttl-exceeded': [11],
  'ttl-zero-during-transit': [11, 0],
  'ttl-zero-during-reassembly': [11, 1],
  'parameter-problem': [12],
  'ip-header-bad': [12, 0],
  'required-option-missing': [12, 1],
  'timestamp-request': [13],
  'timestamp-reply': [14],
  'address-mask-request': [17],
  'address-mask-reply': [18],
};

const ICMPV6_TYPES: NamedTypes = {
  'destination-unreachable': [1],
  'no-route': [1, 0],
  'communication-prohibited': [1, 1],
  'beyond-scope': [1, 2],
  'address-unreachable': [1, 3],
  'port-unreachable': [1, 4],
  'failed-policy': [1, 5],
  'reject-route': [1, 6],
  'packet-too-big': [2],
  'time-exceeded': [3],
  'ttl-exceeded': [3],
  'ttl-zero-during-transit': [3, 0],
  'ttl-zero-during-reassembly': [3, 1],
  'parameter-problem': [4],
  'bad-header': [4, 0],
  'unknown-header-type': [4, 1],
  'unknown-option': [4, 2],
  'echo-request': [128],
  ping: [128],
  'echo-reply': [129],
  pong: [129],
  'router-solicitation': [133],
  'router-advertisement': [134],
  'neighbour-solicitation': [135],
  'neighbor-solicitation': [135],
  'neighbour-advertisement': [136],
  'neighbor-advertisement': [136],
  redirect: [137],
};

interface ICMPOptions {
  condition: { readonly type: number | 'any'; readonly code: number | null; readonly negated: boolean } | null;
}

function icmpMatch(definition: {
  name: string;
  option: string;
  family: 4 | 6;
  protocol: number;
  label: string;
  types: NamedTypes;
}): MatchModule<ICMPOptions> {
  const { name, option, family, protocol, label, types } = definition;
  return {
    name,
    families: [family],
    options: {
      [option]: {
        values: 1,
        invertible: true,
        read(options, [text = ''], cx, negated) {
          const parsed = parseType(text, types);
          if (parsed === null) fail(cx, `Unknown ${label} type \`${text}'`);
          options.condition = { type: parsed?.type ?? 'any', code: parsed?.code ?? null, negated };
        },
      },
    },
    begin: () => ({ condition: null }),
    finish(options, cx, header) {
      if (options.condition === null) fail(cx, `${name}: option "${option}" must be specified`);
      if (header.protocol?.number !== protocol || header.protocol.negated) fail(cx, 'RULE_APPEND failed (Invalid argument)');
    },
    print({ condition }) {
      if (condition === null) return '';
      return `${not(condition.negated)} ${option} ${condition.type}${condition.code === null ? '' : `/${condition.code}`}`;
    },
    test({ condition }, { packet: { transport } }) {
      if (condition === null || transport.protocol !== 'icmp') return false;
      const type = condition.type === 'any' || condition.type === transport.type;
      return (type && (condition.code === null || condition.code === transport.code)) !== condition.negated;
    },
  };
}

function parseType(text: string, types: NamedTypes): { type: number | 'any'; code: number | null } | null {
  if (text === 'any') return { type: 'any', code: null };
  const named = types[text];
  if (named) return { type: named[0], code: named[1] ?? null };
  const [typeText = '', codeText] = text.split('/');
  const type = parseUnsigned(typeText, 255);
  const code = codeText === undefined ? null : parseUnsigned(codeText, 255);
  if (type === null || (codeText !== undefined && code === null)) return null;
  return { type, code };
}

export const icmp = icmpMatch({ name: 'icmp', option: '--icmp-type', family: 4, protocol: ICMP, label: 'ICMP', types: ICMP_TYPES });

export const icmp6 = icmpMatch({
  name: 'icmp6',
  option: '--icmpv6-type',
  family: 6,
  protocol: ICMPV6,
  label: 'ICMPv6',
  types: ICMPV6_TYPES,
});
