// multiport: up to fifteen ports at once. Follows iptables 1.8.9, extensions/libxt_multiport.c.

import { fail, type MatchModule, type OptionSpec, type ParseContext } from '../extension.ts';
import { type PortRange, printPortRange, readPort, SCTP, TCP, UDP } from '../protocols.ts';
import { not } from '../rule-header.ts';

interface MultiportOptions {
  condition: { readonly side: 'sports' | 'dports' | 'ports'; readonly ranges: readonly PortRange[]; readonly negated: boolean } | null;
}

const MULTIPORT_NAMES = { sports: '--source-ports', dports: '--destination-ports', ports: '--ports' };

function multiportOption(side: 'sports' | 'dports' | 'ports'): OptionSpec<MultiportOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      const ranges = text.split(',').map((part) => readMultiportRange(cx, part));
      const slots = ranges.reduce((count, range) => count + (range.min === range.max ? 1 : 2), 0);
      if (slots > 15) fail(cx, 'too many ports specified');
      if (options.condition)
        fail(cx, `multiport: option "${MULTIPORT_NAMES[side]}" cannot be used together with "${MULTIPORT_NAMES[options.condition.side]}".`);
      options.condition = { side, ranges, negated };
    },
  };
}

function readMultiportRange(cx: ParseContext, text: string): PortRange {
  const [low = '', high] = text.split(':');
  const min = readPort(cx, low);
  const max = high === undefined ? min : readPort(cx, high);
  if (min > max) fail(cx, 'invalid portrange specified');
  return { min, max };
}

const PORT_PROTOCOLS = [TCP, UDP, SCTP, 33, 136];

export const multiport: MatchModule<MultiportOptions> = {
  name: 'multiport',
  options: {
    '--sports': multiportOption('sports'),
    '--source-ports': multiportOption('sports'),
    '--dports': multiportOption('dports'),
    '--destination-ports': multiportOption('dports'),
    '--ports': multiportOption('ports'),
    '--port': multiportOption('ports'),
  },
  begin: () => ({ condition: null }),
  finish(options, cx, header) {
    if (header.protocol === null || header.protocol.negated || !PORT_PROTOCOLS.includes(header.protocol.number)) {
      fail(cx, "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
    }
    if (options.condition === null) fail(cx, 'multiport expection an option');
  },
  print({ condition }) {
    return condition ? `${not(condition.negated)} --${condition.side} ${condition.ranges.map(printPortRange).join(',')}` : '';
  },
  test({ condition }, { packet: { transport } }) {
    if (condition === null || transport.protocol === 'icmp') return false;
    const { side, ranges, negated } = condition;
    const within = (port: number) => ranges.some((range) => port >= range.min && port <= range.max);
    const source = side !== 'dports' && within(transport.sourcePort);
    const destination = side !== 'sports' && within(transport.destinationPort);
    return (source || destination) !== negated;
  },
};
