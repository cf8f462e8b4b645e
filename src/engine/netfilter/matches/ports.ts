// tcp, udp, sctp and multiport. Follows iptables 1.8.9, extensions/libxt_{tcp,udp,sctp,multiport}.c.

import type { TCPFlag, Transport } from '../../net/packet.ts';
import { fail, type MatchModule, type OptionSpec, type ParseContext, parseUnsigned } from '../extension.ts';
import { type PortRange, printPortRange, readPort, readPortRange, SCTP, TCP, UDP } from '../protocols.ts';
import { not, type RuleHeader } from '../rule-header.ts';

interface PortCondition extends PortRange {
  readonly negated: boolean;
}

interface PortOptions {
  source: PortCondition | null;
  destination: PortCondition | null;
}

interface TCPOptions extends PortOptions {
  flags: { readonly mask: readonly string[]; readonly set: readonly string[]; readonly negated: boolean } | null;
  tcpOption: { readonly number: number; readonly negated: boolean } | null;
}

interface SCTPOptions extends PortOptions {
  chunks: { readonly mode: string; readonly names: readonly string[]; readonly negated: boolean } | null;
}

function portOption<Options extends PortOptions>(side: 'source' | 'destination'): OptionSpec<Options> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      if (options[side]) fail(cx, `Only one \`--${side}-port' allowed`);
      options[side] = { ...readPortRange(cx, text), negated };
    },
  };
}

function portOptions<Options extends PortOptions>(): Record<string, OptionSpec<Options>> {
  const source = portOption<Options>('source');
  const destination = portOption<Options>('destination');
  return { '--sport': source, '--source-port': source, '--dport': destination, '--destination-port': destination };
}

function requireProtocol(cx: ParseContext, header: RuleHeader, number: number, name: string): void {
  if (header.protocol === null || header.protocol.number !== number || header.protocol.negated) {
    fail(cx, `${name.toUpperCase()} match requires '-p ${name}'`);
  }
}

function printPorts(options: PortOptions): string {
  let text = '';
  if (asksPort(options.source)) text += `${not(options.source.negated)} --sport ${printPortRange(options.source)}`;
  if (asksPort(options.destination)) text += `${not(options.destination.negated)} --dport ${printPortRange(options.destination)}`;
  return text;
}

/** The whole range asks nothing, and is not printed. */
function asksPort(condition: PortCondition | null): condition is PortCondition {
  return condition !== null && (condition.negated || condition.min > 0 || condition.max < 0xffff);
}

/** Then the header's protocol, which these matches require, says it all. */
function asksNoPort(options: PortOptions): boolean {
  return options.source === null && options.destination === null;
}

function holds(condition: PortCondition | null, port: number): boolean {
  return condition === null || (port >= condition.min && port <= condition.max) !== condition.negated;
}

function portsHold(options: PortOptions, transport: Exclude<Transport, { protocol: 'icmp' }>): boolean {
  return holds(options.source, transport.sourcePort) && holds(options.destination, transport.destinationPort);
}

const ONE_FLAGS_OPTION = "Only one of `--syn' or `--tcp-flags'  allowed";
const TCP_FLAGS: readonly string[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function readFlags(cx: ParseContext, text: string): string[] {
  if (text === 'ALL') return [...TCP_FLAGS];
  if (text === 'NONE') return [];
  const names = text.split(',').map((name) => name.toUpperCase());
  for (const [index, name] of names.entries()) {
    if (!TCP_FLAGS.includes(name)) fail(cx, `Unknown TCP flag \`${text.split(',')[index]}'`);
  }
  return TCP_FLAGS.filter((flag) => names.includes(flag));
}

function printFlags(flags: readonly string[]): string {
  return flags.length === 0 ? 'NONE' : flags.join(',');
}

export const tcp: MatchModule<TCPOptions> = {
  name: 'tcp',
  options: {
    ...portOptions<TCPOptions>(),
    '--tcp-flags': {
      values: 2,
      invertible: true,
      read(options, [mask = '', set = ''], cx, negated) {
        if (options.flags) fail(cx, ONE_FLAGS_OPTION);
        options.flags = { mask: readFlags(cx, mask), set: readFlags(cx, set), negated };
      },
    },
    '--syn': {
      values: 0,
      invertible: true,
      read(options, _values, cx, negated) {
        if (options.flags) fail(cx, ONE_FLAGS_OPTION);
        options.flags = { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], negated };
      },
    },
    '--tcp-option': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const number = parseUnsigned(text, 255);
        if (number === null || number === 0) fail(cx, `Bad TCP option "${text}"`);
        options.tcpOption = { number: number ?? 1, negated };
      },
    },
  },
  begin: () => ({ source: null, destination: null, flags: null, tcpOption: null }),
  finish: (_options, cx, header) => requireProtocol(cx, header, TCP, 'tcp'),
  isIdle: (options) => asksNoPort(options) && options.flags === null && options.tcpOption === null,
  print(options) {
    const { flags, tcpOption } = options;
    const option = tcpOption ? `${not(tcpOption.negated)} --tcp-option ${tcpOption.number}` : '';
    const bits = flags ? `${not(flags.negated)} --tcp-flags ${printFlags(flags.mask)} ${printFlags(flags.set)}` : '';
    return printPorts(options) + option + bits;
  },
  test(options, { packet: { transport } }) {
    if (transport.protocol !== 'tcp' || !portsHold(options, transport)) return false;
    // A simulated segment carries no TCP options that rules could ask for.
    if (options.tcpOption && !options.tcpOption.negated) return false;
    return options.flags === null || flagsHold(options.flags, transport.flags);
  },
};

function flagsHold(condition: NonNullable<TCPOptions['flags']>, flags: readonly TCPFlag[]): boolean {
  const set = condition.mask.filter((name) => (flags as readonly string[]).includes(name));
  const same = set.length === condition.set.length && condition.set.every((name) => set.includes(name));
  return same !== condition.negated;
}

export const udp: MatchModule<PortOptions> = {
  name: 'udp',
  options: portOptions<PortOptions>(),
  begin: () => ({ source: null, destination: null }),
  finish: (_options, cx, header) => requireProtocol(cx, header, UDP, 'udp'),
  isIdle: asksNoPort,
  print: printPorts,
  test: (options, { packet: { transport } }) => transport.protocol === 'udp' && portsHold(options, transport),
};

const CHUNK_TYPES = [
  'DATA',
  'INIT',
  'INIT_ACK',
  'SACK',
  'HEARTBEAT',
  'HEARTBEAT_ACK',
  'ABORT',
  'SHUTDOWN',
  'SHUTDOWN_ACK',
  'ERROR',
  'COOKIE_ECHO',
  'COOKIE_ACK',
  'ECN_ECNE',
  'ECN_CWR',
  'ASCONF',
  'ASCONF_ACK',
  'FORWARD_TSN',
];

export const sctp: MatchModule<SCTPOptions> = {
  name: 'sctp',
  options: {
    ...portOptions<SCTPOptions>(),
    '--chunk-types': {
      values: 2,
      invertible: true,
      read(options, [mode = '', text = ''], cx, negated) {
        if (!['any', 'all', 'only'].includes(mode)) fail(cx, 'Match type has to be one of "ALL", "ANY" or "ONLY"');
        const names = text.split(',').map((name) => name.toUpperCase());
        for (const name of names) if (!CHUNK_TYPES.includes(name)) fail(cx, `Unknown sctp chunk \`${name}'`);
        options.chunks = { mode, names: CHUNK_TYPES.filter((type) => names.includes(type)), negated };
      },
    },
  },
  begin: () => ({ source: null, destination: null, chunks: null }),
  finish: (_options, cx, header) => requireProtocol(cx, header, SCTP, 'sctp'),
  isIdle: (options) => asksNoPort(options) && options.chunks === null,
  print(options) {
    const { chunks } = options;
    return printPorts(options) + (chunks ? `${not(chunks.negated)} --chunk-types ${chunks.mode} ${chunks.names.join(',')}` : '');
  },
  test(options, { packet: { transport } }) {
    if (transport.protocol !== 'sctp' || !portsHold(options, transport)) return false;
    if (options.chunks === null) return true;
    // A simulated SCTP packet carries one chunk, so `any` asks for it, `all` and `only` for it alone.
    const { mode, names, negated } = options.chunks;
    const named = names.includes(transport.chunk.replace(' ', '_'));
    return (named && (mode !== 'all' || names.length === 1)) !== negated;
  },
};

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
