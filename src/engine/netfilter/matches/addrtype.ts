// addrtype: what sort of address the source or the destination is to this machine. Follows iptables 1.8.9,
// extensions/libxt_addrtype.c.

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
  /** The address must be one of this interface: the one that the packet came in by, or leaves by. */
  limit: 'in' | 'out' | null;
}

function limitOption(side: 'in' | 'out'): OptionSpec<AddrtypeOptions> {
  return {
    values: 0,
    read(options, _values, cx) {
      if (options.limit) fail(cx, 'addrtype: option "--limit-iface-in" cannot be used together with "--limit-iface-out".');
      options.limit = side;
    },
  };
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
  options: {
    '--src-type': addrtypeOption('source'),
    '--dst-type': addrtypeOption('destination'),
    '--limit-iface-in': limitOption('in'),
    '--limit-iface-out': limitOption('out'),
  },
  begin: () => ({ source: null, destination: null, limit: null }),
  finish(options, cx) {
    if (!options.source && !options.destination) fail(cx, 'addrtype: you must specify --src-type or --dst-type');
  },
  print({ source, destination, limit }) {
    const sourceText = source ? `${not(source.negated)} --src-type ${source.types.join(',')}` : '';
    const destinationText = destination ? `${not(destination.negated)} --dst-type ${destination.types.join(',')}` : '';
    return sourceText + destinationText + (limit ? ` --limit-iface-${limit}` : '');
  },
  test({ source, destination, limit }, context) {
    const device = limit === 'in' ? context.inInterface : limit === 'out' ? context.outInterface : null;
    const holds = (condition: AddrtypeCondition | null, address: Address) =>
      condition === null || condition.types.includes(context.addressType(address, device)) !== condition.negated;
    return holds(source, context.packet.source) && holds(destination, context.packet.destination);
  },
};
