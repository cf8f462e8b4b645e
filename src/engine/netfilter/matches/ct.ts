// `-m conntrack` and `-m state`. Follows iptables 1.8.9, extensions/libxt_conntrack.c.

import { fail, type MatchModule, type OptionSpec, type ParseContext, parseUnsigned } from '../extension.ts';
import { numberOfPacketProtocol, type PortRange, printPortRange, protocolNumber, readPortRange } from '../protocols.ts';
import { type AddressCondition, addressMatches, not, readAddress } from '../rule-header.ts';
import type { CtStatus, CtView } from '../types.ts';

type StateName = 'INVALID' | 'NEW' | 'RELATED' | 'ESTABLISHED' | 'UNTRACKED' | 'SNAT' | 'DNAT';

/** In the order in which iptables-save writes them. */
const CONNTRACK_STATES: readonly StateName[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'];
const STATES: readonly StateName[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'];
const STATUSES: readonly CtStatus[] = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'];

interface Negatable<T> {
  readonly value: T;
  readonly negated: boolean;
}

type AddressField = 'origsrc' | 'origdst' | 'replsrc' | 'repldst';

interface ConntrackOptions {
  states: Negatable<readonly StateName[]> | null;
  protocol: Negatable<number> | null;
  addresses: Partial<Record<AddressField, AddressCondition>>;
  ports: Partial<Record<AddressField, Negatable<PortRange>>>;
  statuses: Negatable<readonly (CtStatus | 'NONE')[]> | null;
  expire: Negatable<PortRange> | null;
  direction: 'ORIGINAL' | 'REPLY' | null;
}

const FIELDS: readonly AddressField[] = ['origsrc', 'origdst', 'replsrc', 'repldst'];

function readNames<T extends string>(cx: ParseContext, text: string, known: readonly T[], label: string): readonly T[] {
  const words = text.split(',');
  for (const word of words) {
    if (!(known as readonly string[]).includes(word.toUpperCase())) fail(cx, `Bad ${label} "${word}"`);
  }
  return known.filter((name) => words.some((word) => word.toUpperCase() === name));
}

function addressOption(field: AddressField): OptionSpec<ConntrackOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      const condition = readAddress(cx, text, negated);
      if (condition) options.addresses[field] = condition;
    },
  };
}

function portOption(field: AddressField): OptionSpec<ConntrackOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      options.ports[field] = { value: readPortRange(cx, text), negated };
    },
  };
}

function tupleOptions(): Record<string, OptionSpec<ConntrackOptions>> {
  const options: Record<string, OptionSpec<ConntrackOptions>> = {};
  for (const field of FIELDS) {
    options[`--ct${field}`] = addressOption(field);
    options[`--ct${field}port`] = portOption(field);
  }
  return options;
}

/** Whether the packet belongs to a connection at all. */
export function hasConnection(ct: CtView): boolean {
  return ct.state !== 'INVALID' && ct.state !== 'UNTRACKED';
}

export const conntrack: MatchModule<ConntrackOptions> = {
  name: 'conntrack',
  options: {
    ...tupleOptions(),
    '--ctstate': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        options.states = { value: readNames(cx, text, CONNTRACK_STATES, 'ctstate'), negated };
      },
    },
    '--ctproto': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const number = protocolNumber(text);
        if (number === null) fail(cx, `unknown protocol "${text}" specified`);
        options.protocol = { value: number ?? 0, negated };
      },
    },
    '--ctstatus': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const none: readonly (CtStatus | 'NONE')[] = ['NONE'];
        options.statuses = { value: text === 'NONE' ? none : readNames(cx, text, STATUSES, 'ctstatus'), negated };
      },
    },
    '--ctexpire': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        const [low = '', high] = text.split(':');
        const min = parseUnsigned(low);
        const max = high === undefined ? min : parseUnsigned(high);
        if (min === null || max === null)
          fail(cx, `conntrack: bad value for option "--ctexpire" near "${text}", or out of range (0-4294967295).`);
        options.expire = { value: { min: min ?? 0, max: max ?? 0 }, negated };
      },
    },
    '--ctdir': {
      values: 1,
      read(options, [text = ''], cx) {
        const direction = text.toUpperCase();
        if (direction === 'ORIGINAL' || direction === 'REPLY') options.direction = direction;
        else fail(cx, `conntrack: Bad value for "--ctdir" option: "${text}"`);
      },
    },
  },
  begin: () => ({ states: null, protocol: null, addresses: {}, ports: {}, statuses: null, expire: null, direction: null }),
  finish(options, cx) {
    const { states, protocol, addresses, ports, statuses, expire, direction } = options;
    const any = states || protocol || statuses || expire || direction || Object.keys({ ...addresses, ...ports }).length > 0;
    if (!any) fail(cx, 'conntrack: At least one option is required');
  },
  print: printConntrack,
  test(options, { ct, packet }) {
    const { states, protocol, statuses, expire, direction } = options;
    if (states !== null && statesHold(states.value, ct) === states.negated) return false;
    // Of no connection there is nothing to ask but that (conntrack_mt).
    if (!hasConnection(ct)) return states !== null;
    if (direction !== null && ct.direction !== direction) return false;
    if (protocol !== null) {
      const number = numberOfPacketProtocol(packet.transport.protocol, packet.source.includes(':') ? 6 : 4);
      if ((number === protocol.value) === protocol.negated) return false;
    }
    if (statuses !== null && statusesHold(statuses.value, ct) === statuses.negated) return false;
    if (expire !== null && within(expire.value, ct.expiresInSeconds ?? 0) === expire.negated) return false;
    return tuplesHold(options, ct);
  },
};

function printConntrack(options: ConntrackOptions, _family: number): string {
  const { states, protocol, addresses, ports, statuses, expire, direction } = options;
  let text = '';
  if (states) text += `${not(states.negated)} --ctstate ${states.value.join(',')}`;
  if (protocol) text += `${not(protocol.negated)} --ctproto ${protocol.value}`;
  for (const field of FIELDS) {
    const address = addresses[field];
    if (address) text += `${not(address.negated)} --ct${field} ${address.exact ?? address.text}`;
  }
  for (const field of FIELDS) {
    const port = ports[field];
    if (port) text += `${not(port.negated)} --ct${field}port ${printPortRange(port.value)}`;
  }
  if (statuses) text += `${not(statuses.negated)} --ctstatus ${statuses.value.join(',')}`;
  if (expire) text += `${not(expire.negated)} --ctexpire ${printPortRange(expire.value)}`;
  return direction ? `${text} --ctdir ${direction}` : text;
}

function statesHold(states: readonly StateName[], ct: CtView): boolean {
  for (const state of states) {
    if (state === ct.state || (state === 'DNAT' && ct.dnat) || (state === 'SNAT' && ct.snat)) return true;
  }
  return false;
}

function statusesHold(statuses: readonly (CtStatus | 'NONE')[], ct: CtView): boolean {
  const known = ct.status ?? [];
  return statuses.some((status) => (status === 'NONE' ? known.length === 0 : known.includes(status)));
}

function tuplesHold(options: ConntrackOptions, ct: CtView): boolean {
  for (const field of FIELDS) {
    const address = options.addresses[field];
    const port = options.ports[field];
    if (!address && !port) continue;
    const [ctAddress, ctPort] = tupleEnd(ct, field);
    if (address && (ctAddress === undefined || !addressMatches(address, ctAddress))) return false;
    if (port && (ctPort === undefined || within(port.value, ctPort) === port.negated)) return false;
  }
  return true;
}

function tupleEnd(ct: CtView, field: AddressField): [string | undefined, number | undefined] {
  switch (field) {
    case 'origsrc':
      return [ct.originalSource, ct.originalSourcePort];
    case 'origdst':
      return [ct.originalDestination, ct.originalDestinationPort];
    case 'replsrc':
      return [ct.replySource, ct.replySourcePort];
    case 'repldst':
      return [ct.replyDestination, ct.replyDestinationPort];
  }
}

function within(range: PortRange, value: number): boolean {
  return value >= range.min && value <= range.max;
}

interface StateOptions {
  condition: Negatable<readonly StateName[]> | null;
}

export const state: MatchModule<StateOptions> = {
  name: 'state',
  options: {
    '--state': {
      values: 1,
      invertible: true,
      read(options, [text = ''], cx, negated) {
        options.condition = { value: readNames(cx, text, STATES, 'state'), negated };
      },
    },
  },
  begin: () => ({ condition: null }),
  finish(options, cx) {
    if (options.condition === null) fail(cx, 'state: option "--state" must be specified');
  },
  print: ({ condition }) => (condition ? `${not(condition.negated)} --state ${condition.value.join(',')}` : ''),
  test: ({ condition }, { ct }) => condition !== null && statesHold(condition.value, ct) !== condition.negated,
};
