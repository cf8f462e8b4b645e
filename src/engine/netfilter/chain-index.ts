// Finds the rules of a long chain that a packet can match, without asking every rule. A rule that names an exact
// destination, port or source is filed under it; what is left is asked of every packet. Rules keep their places, so the
// number of rules passed over stays exact.

import type { Family } from '../net/address.ts';
import { destinationPortOf, type Packet } from '../net/packet.ts';
import type { Match } from './extension.ts';
import { numberOfPacketProtocol } from './protocols.ts';
import type { RuleHeader } from './rule-header.ts';

interface IndexedRule {
  readonly spec: { readonly header: RuleHeader; readonly matches: readonly Match[] };
}

/** What rules are filed under. */
type KeyKind = 'destination and port' | 'destination' | 'port' | 'source';

export interface ChainIndex {
  /** Places of rules by kind and key; null when the chain is short enough to be read in order. */
  readonly places: ReadonlyMap<KeyKind, ReadonlyMap<string, readonly number[]>> | null;
  readonly general: readonly number[];
}

const SHORT_CHAIN = 12;

/** Files the rules of a chain under the most telling exact condition that each one has. */
export function indexRules(rules: readonly IndexedRule[]): ChainIndex {
  if (rules.length <= SHORT_CHAIN) return { places: null, general: [] };
  const places = new Map<KeyKind, Map<string, number[]>>();
  const general: number[] = [];
  for (const [place, rule] of rules.entries()) {
    const key = keyOfRule(rule);
    if (key === null) general.push(place);
    else file(places, key, place);
  }
  return { places, general };
}

function file(places: Map<KeyKind, Map<string, number[]>>, [kind, key]: readonly [KeyKind, string], place: number): void {
  const ofKind = places.get(kind) ?? new Map<string, number[]>();
  places.set(kind, ofKind);
  const filed = ofKind.get(key);
  if (filed) filed.push(place);
  else ofKind.set(key, [place]);
}

/** The places of the rules that may match the packet, ascending; null means all of them. */
export function candidates(index: ChainIndex, packet: Packet, family: Family): readonly number[] | null {
  if (index.places === null) return null;
  let found = index.general;
  for (const [kind, ofKind] of index.places) {
    const filed = ofKind.get(keyOfPacket(kind, packet, family));
    if (filed) found = found.length === 0 ? filed : [...found, ...filed].sort((a, b) => a - b);
  }
  return found;
}

function keyOfPacket(kind: KeyKind, packet: Packet, family: Family): string {
  switch (kind) {
    case 'destination':
      return packet.destination;
    case 'source':
      return packet.source;
    case 'port':
      return portKey('', numberOfPacketProtocol(packet.transport.protocol, family), destinationPortOf(packet));
    case 'destination and port':
      return portKey(packet.destination, numberOfPacketProtocol(packet.transport.protocol, family), destinationPortOf(packet));
  }
}

function portKey(address: string, protocol: number, port: number): string {
  return `${address} ${protocol}:${port}`;
}

function keyOfRule({ spec: { header, matches } }: IndexedRule): readonly [KeyKind, string] | null {
  const protocol = header.protocol && !header.protocol.negated ? header.protocol.number : null;
  const destination = exactAddress(header.destination);
  const port = protocol === null ? null : exactDestinationPort(matches);
  if (destination !== null) {
    if (protocol === null || port === null) return ['destination', destination];
    return ['destination and port', portKey(destination, protocol, port)];
  }
  if (protocol !== null && port !== null) return ['port', portKey('', protocol, port)];
  const source = exactAddress(header.source);
  return source === null ? null : ['source', source];
}

function exactAddress(condition: RuleHeader['source']): string | null {
  return condition === null || condition.negated ? null : condition.exact;
}

const PORT_MATCHES: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

function exactDestinationPort(matches: readonly Match[]): number | null {
  for (const { module, options } of matches) {
    if (!PORT_MATCHES.has(module.name)) continue;
    const { destination } = options as { destination: { min: number; max: number; negated: boolean } | null };
    if (destination && !destination.negated && destination.min === destination.max) return destination.min;
  }
  return null;
}
