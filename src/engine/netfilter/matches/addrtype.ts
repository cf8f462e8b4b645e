// addrtype: what sort of address the source or the destination is to this machine. Follows iptables 1.8.9,
// extensions/libxt_addrtype.c. Left out: --limit-iface-in and --limit-iface-out.

import type { Address } from '../../net/address.ts';
import { fail, type MatchModule, type OptionSpec } from '../extension.ts';
import { not } from '../rule-header.ts';

/** In the order in which iptables-save writes them. */
const ADDRESS_TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

interface AddrtypeCondition {
  readonly types: readonly string[];
  readonly negated: boolean;
}

interface AddrtypeOptions {
  source: AddrtypeCondition | null;
  destination: AddrtypeCondition | null;
}

function addrtypeOption(side: 'source' | 'destination'): OptionSpec<AddrtypeOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      const names = text.split(',').map((name) => name.toUpperCase());
      for (const name of names) if (!ADDRESS_TYPES.includes(name)) fail(cx, `addrtype: bad type "${name}"`);
      options[side] = { types: ADDRESS_TYPES.filter((type) => names.includes(type)), negated };
    },
  };
}

export const addrtype: MatchModule<AddrtypeOptions> = {
  name: 'addrtype',
  options: { '--src-type': addrtypeOption('source'), '--dst-type': addrtypeOption('destination') },
  begin: () => ({ source: null, destination: null }),
  finish(options, cx) {
    if (!options.source && !options.destination) fail(cx, 'addrtype: you must specify --src-type or --dst-type');
  },
  print({ source, destination }) {
    const sourceText = source ? `${not(source.negated)} --src-type ${source.types.join(',')}` : '';
    return sourceText + (destination ? `${not(destination.negated)} --dst-type ${destination.types.join(',')}` : '');
  },
  test({ source, destination }, context) {
    const holds = (condition: AddrtypeCondition | null, address: Address) =>
      condition === null || condition.types.includes(context.addressType(address)) !== condition.negated;
    return holds(source, context.packet.source) && holds(destination, context.packet.destination);
  },
};
