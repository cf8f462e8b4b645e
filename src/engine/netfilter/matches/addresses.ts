// Rarer matches on addresses: iprange, set, pkttype. Follows iptables 1.8.9, extensions/libxt_{iprange,set,pkttype}.c.

import { type Address, addressValue, familyOf, parseAddress } from '../../net/address.ts';
import { destinationPortOf, type Packet, sourcePortOf } from '../../net/packet.ts';
import { fail, type MatchModule, type OptionSpec, type ParseContext } from '../extension.ts';
import { not } from '../rule-header.ts';

interface RangeCondition {
  readonly from: Address;
  readonly to: Address;
  readonly negated: boolean;
}

interface IprangeOptions {
  source: RangeCondition | null;
  destination: RangeCondition | null;
}

function rangeOption(side: 'source' | 'destination', option: string): OptionSpec<IprangeOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      const [from = '', to = from] = text.split('-');
      options[side] = { from: readRangeEnd(cx, option, from), to: readRangeEnd(cx, option, to), negated };
    },
  };
}

function readRangeEnd(cx: ParseContext, option: string, text: string): Address {
  const address = parseAddress(text);
  if (address === null || familyOf(address) !== cx.family) fail(cx, `iprange: Bad value for "${option}" option: "${text}"`);
  return address ?? text;
}

function inRange({ from, to, negated }: RangeCondition, address: Address): boolean {
  const value = addressValue(address) ?? -1n;
  return (value >= (addressValue(from) ?? 0n) && value <= (addressValue(to) ?? 0n)) !== negated;
}

export const iprange: MatchModule<IprangeOptions> = {
  name: 'iprange',
  options: { '--src-range': rangeOption('source', '--src-range'), '--dst-range': rangeOption('destination', '--dst-range') },
  begin: () => ({ source: null, destination: null }),
  finish(options, cx) {
    if (!options.source && !options.destination) fail(cx, "iprange match: You must specify `--src-range' or `--dst-range'");
  },
  print({ source, destination }) {
    const sourceText = source ? `${not(source.negated)} --src-range ${source.from}-${source.to}` : '';
    return sourceText + (destination ? `${not(destination.negated)} --dst-range ${destination.from}-${destination.to}` : '');
  },
  test({ source, destination }, { packet }) {
    return (source === null || inRange(source, packet.source)) && (destination === null || inRange(destination, packet.destination));
  },
};

interface SetOptions {
  condition: { readonly name: string; readonly directions: readonly ('src' | 'dst')[]; readonly negated: boolean } | null;
}

export const set: MatchModule<SetOptions> = {
  name: 'set',
  options: {
    '--match-set': {
      values: 2,
      invertible: true,
      read(options, [name = '', text = ''], cx, negated) {
        if (!cx.sets.has(name)) fail(cx, `Set ${name} doesn't exist.`);
        const directions: ('src' | 'dst')[] = [];
        for (const word of text.split(',')) {
          if (word === 'src' || word === 'dst') directions.push(word);
          else fail(cx, "You must spefify (the comma separated list of) 'src' or 'dst'.");
        }
        options.condition = { name, directions, negated };
      },
    },
  },
  begin: () => ({ condition: null }),
  finish(options, cx) {
    if (options.condition === null) fail(cx, "You must specify `--match-set' with proper arguments");
  },
  print({ condition }) {
    return condition ? `${not(condition.negated)} --match-set ${condition.name} ${condition.directions.join(',')}` : '';
  },
  test({ condition }, { packet }, { sets }) {
    if (condition === null) return false;
    const { name, directions, negated } = condition;
    // As in the kernel, a set that wants more directions than the rule gives never matches.
    if (directions.length < sets.dimensions(name)) return negated;
    const address = directions[0] === 'src' ? packet.source : packet.destination;
    return sets.test(name, { address, port: setPort(packet, directions[1]) }) !== negated;
  },
};

function setPort(packet: Packet, direction: 'src' | 'dst' | undefined): string {
  const port = direction === 'src' ? sourcePortOf(packet) : destinationPortOf(packet);
  return `${packet.transport.protocol}:${port}`;
}

const PACKET_TYPES: Readonly<Record<string, string>> = {
  unicast: 'unicast',
  host: 'unicast',
  broadcast: 'broadcast',
  bcast: 'broadcast',
  multicast: 'multicast',
  mcast: 'multicast',
};

interface PkttypeOptions {
  condition: { readonly type: string; readonly negated: boolean } | null;
}

/** The link layer's kind of packet, told here from the destination address. */
export const pkttype: MatchModule<PkttypeOptions> = {
  name: 'pkttype',
  options: {
    '--pkt-type': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const type = PACKET_TYPES[text];
        if (type === undefined) fail(cx, `Bad packet type '${text}'`);
        options.condition = { type: type ?? 'unicast', negated };
      },
    },
  },
  begin: () => ({ condition: null }),
  finish(options, cx) {
    if (options.condition === null) fail(cx, 'pkttype: option "--pkt-type" must be specified');
  },
  print: ({ condition }) => (condition ? `${not(condition.negated)} --pkt-type ${condition.type}` : ''),
  test({ condition }, context) {
    if (condition === null) return false;
    const type = context.addressType(context.packet.destination);
    const kind = type === 'BROADCAST' || type === 'MULTICAST' ? type.toLowerCase() : 'unicast';
    return (kind === condition.type) !== condition.negated;
  },
};
