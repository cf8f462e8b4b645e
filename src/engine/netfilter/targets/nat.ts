// DNAT, SNAT, MASQUERADE and REDIRECT. Follows iptables 1.8.9, extensions/libxt_NAT.c. A NAT target names the range;
// which tuple is taken is conntrack's choice.

import { type Address, familyOf, parseAddress } from '../../net/address.ts';
import { fail, type OptionSpec, type ParseContext, type TargetModule } from '../extension.ts';
import { readPort, SCTP, TCP, UDP } from '../protocols.ts';
import type { RuleHeader } from '../rule-header.ts';

interface NATOptions {
  address: Address | null;
  toAddress: Address | null;
  minPort: number | null;
  maxPort: number | null;
  basePort: number | null;
  given: boolean;
  random: boolean;
  randomFully: boolean;
  persistent: boolean;
}

type Kind = 'DNAT' | 'SNAT' | 'MASQUERADE' | 'REDIRECT';
type Flag = 'random' | 'randomFully' | 'persistent';

const FLAGS: Readonly<Record<Flag, string>> = { random: '--random', randomFully: '--random-fully', persistent: '--persistent' };

function flagOption(flag: Flag): OptionSpec<NATOptions> {
  return {
    values: 0,
    read(options) {
      options[flag] = true;
    },
  };
}

const PORT_PROTOCOLS = [TCP, UDP, SCTP, 33];

function readPorts(cx: ParseContext, text: string, options: NATOptions): void {
  const [range = '', base] = text.split('/');
  const [low = '', high] = range.split('-');
  options.minPort = readPort(cx, low);
  options.maxPort = high === undefined ? options.minPort : readPort(cx, high);
  if (options.maxPort < options.minPort) fail(cx, `Port range \`${high}' funky`);
  options.basePort = base === undefined ? null : readPort(cx, base);
}

/** `ADDRESS[-ADDRESS][:PORT[-PORT]]`; IPv6 with ports is in brackets. */
function readDestination(cx: ParseContext, text: string, options: NATOptions): void {
  const { addresses, ports } = splitDestination(cx, text);
  if (addresses !== '') {
    const [from = '', to] = addresses.split('-');
    options.address = readNATAddress(cx, from);
    options.toAddress = to === undefined ? null : readNATAddress(cx, to);
  }
  if (ports !== undefined) readPorts(cx, ports, options);
}

function splitDestination(cx: ParseContext, text: string): { addresses: string; ports?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  const plain = /^([^:]*)(?::([^:]*))?$/.exec(text);
  const parts = cx.family === 6 && bracketed ? bracketed : plain;
  if (parts === null) return { addresses: text };
  const [, addresses = '', ports] = parts;
  return ports === undefined ? { addresses } : { addresses, ports };
}

function readNATAddress(cx: ParseContext, text: string): Address {
  const address = parseAddress(text);
  if (address === null || familyOf(address) !== cx.family) fail(cx, `Bad IP address "${text}"`);
  return address ?? text;
}

function printPorts(options: NATOptions): string {
  const { minPort, maxPort, basePort } = options;
  if (minPort === null) return '';
  const range = maxPort === minPort ? String(minPort) : `${minPort}-${maxPort}`;
  return basePort === null ? range : `${range}/${basePort}`;
}

function printDestination(options: NATOptions): string {
  const { address, toAddress } = options;
  const ports = printPorts(options);
  if (address === null) return `:${ports}`;
  const addresses = toAddress === null || toAddress === address ? address : `${address}-${toAddress}`;
  if (ports === '') return addresses;
  return addresses.includes(':') ? `[${addresses}]:${ports}` : `${addresses}:${ports}`;
}

function natTarget(definition: {
  kind: Kind;
  option: string;
  aliases?: readonly string[];
  required: boolean;
  flags: readonly Flag[];
  baseChains: readonly string[];
}): TargetModule<NATOptions> {
  const { kind, option, aliases = [], required, flags, baseChains } = definition;
  const takesAddress = kind === 'DNAT' || kind === 'SNAT';
  const range: OptionSpec<NATOptions> = {
    values: 1,
    read(options, [text = ''], cx) {
      options.given = true;
      if (takesAddress) readDestination(cx, text, options);
      else readPorts(cx, text, options);
    },
  };
  const options: Record<string, OptionSpec<NATOptions>> = { [option]: range };
  for (const alias of aliases) options[alias] = range;
  for (const flag of flags) options[FLAGS[flag]] = flagOption(flag);
  return {
    name: kind,
    tables: ['nat'],
    baseChains,
    options,
    begin: beginNAT,
    finish(draft, cx, header) {
      if (required && !draft.given) fail(cx, `${kind}: option "${option}" must be specified`);
      if (draft.minPort !== null && !hasPorts(header)) fail(cx, 'Need TCP, UDP, SCTP or DCCP with port specification');
    },
    print(draft) {
      const rangeText = takesAddress
        ? ` ${option} ${printDestination(draft)}`
        : draft.minPort === null
          ? ''
          : ` ${option} ${printPorts(draft)}`;
      return flags.reduce((text, flag) => (draft[flag] ? `${text} ${FLAGS[flag]}` : text), rangeText);
    },
    apply(draft, _context, rule) {
      const { address, toAddress, minPort, maxPort, randomFully } = draft;
      return { kind, rule, address, minPort, maxPort, randomFully, ...(toAddress === null ? {} : { toAddress }) };
    },
  };
}

function beginNAT(): NATOptions {
  return {
    address: null,
    toAddress: null,
    minPort: null,
    maxPort: null,
    basePort: null,
    given: false,
    random: false,
    randomFully: false,
    persistent: false,
  };
}

function hasPorts(header: RuleHeader): boolean {
  return header.protocol !== null && !header.protocol.negated && PORT_PROTOCOLS.includes(header.protocol.number);
}

export const DNAT = natTarget({
  kind: 'DNAT',
  option: '--to-destination',
  required: true,
  flags: ['random', 'persistent'],
  baseChains: ['PREROUTING', 'OUTPUT'],
});

export const SNAT = natTarget({
  kind: 'SNAT',
  option: '--to-source',
  required: true,
  flags: ['random', 'randomFully', 'persistent'],
  baseChains: ['INPUT', 'POSTROUTING'],
});

export const MASQUERADE = natTarget({
  kind: 'MASQUERADE',
  option: '--to-ports',
  required: false,
  flags: ['random', 'randomFully'],
  baseChains: ['POSTROUTING'],
});

export const REDIRECT = natTarget({
  kind: 'REDIRECT',
  option: '--to-ports',
  aliases: ['--to-port'],
  required: false,
  flags: ['random'],
  baseChains: ['PREROUTING', 'OUTPUT'],
});
