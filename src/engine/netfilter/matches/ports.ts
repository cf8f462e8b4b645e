// tcp and udp, and the port options that sctp has too. Follows iptables 1.8.9, extensions/libxt_{tcp,udp}.c.

import type { TCPFlag, Transport } from '../../net/packet.ts';
import { fail, type MatchModule, type OptionSpec, type ParseContext, parseUnsigned } from '../extension.ts';
import { type PortRange, printPortRange, readPortRange, TCP, UDP } from '../protocols.ts';
import { not, type RuleHeader } from '../rule-header.ts';

interface PortCondition extends PortRange {
  readonly negated: boolean;
}

export interface PortOptions {
  source: PortCondition | null;
  destination: PortCondition | null;
}

interface TCPOptions extends PortOptions {
  flags: { readonly mask: readonly string[]; readonly set: readonly string[]; readonly negated: boolean } | null;
  tcpOption: { readonly number: number; readonly negated: boolean } | null;
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

export function portOptions<Options extends PortOptions>(): Record<string, OptionSpec<Options>> {
  const source = portOption<Options>('source');
  const destination = portOption<Options>('destination');
  return { '--sport': source, '--source-port': source, '--dport': destination, '--destination-port': destination };
}

export function requireProtocol(cx: ParseContext, header: RuleHeader, number: number, name: string): void {
  if (header.protocol === null || header.protocol.number !== number || header.protocol.negated) {
    fail(cx, `${name.toUpperCase()} match requires '-p ${name}'`);
  }
}

export function printPorts(options: PortOptions): string {
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
export function asksNoPort(options: PortOptions): boolean {
  return options.source === null && options.destination === null;
}

function holds(condition: PortCondition | null, port: number): boolean {
  return condition === null || (port >= condition.min && port <= condition.max) !== condition.negated;
}

export function portsHold(options: PortOptions, transport: Exclude<Transport, { protocol: 'icmp' }>): boolean {
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
