// Finds the rules of a long chain that a packet can match, without asking every rule. A rule that names an exact
// destination, port or source is filed under it; what is left is asked of every packet. Rules keep their places, so the
// number of rules passed over stays exact.

import type { Family } from '../net/address.ts';
import { destinationPortOf, type Packet, sourcePortOf } from '../net/packet.ts';
import type { Match } from './extension.ts';
import { numberOfPacketProtocol } from './protocols.ts';
import type { RuleHeader } from './rule-header.ts';

interface IndexedRule {
  readonly spec: { readonly header: RuleHeader; readonly matches: readonly Match[] };
}

export interface ChainIndex {
  /** Places of rules by key; null when the chain is short enough to be read in order. */
  readonly places: ReadonlyMap<string, readonly number[]> | null;
  readonly general: readonly number[];
}

const SHORT_CHAIN = 12;

/** Files the rules of a chain under the most telling exact condition that each one has. */
export function indexRules(rules: readonly IndexedRule[]): ChainIndex {
  if (rules.length <= SHORT_CHAIN) return { places: null, general: [] };
  const places = new Map<string, number[]>();
  const general: number[] = [];
  for (const [place, rule] of rules.entries()) {
    const key = keyOfRule(rule);
    if (key === null) {
      general.push(place);
      continue;
    }
    const filed = places.get(key);
    if (filed) filed.push(place);
    else places.set(key, [place]);
  }
  return { places, general };
}

/** The places of the rules that may match the packet, ascending; null means all of them. */
export function candidates(index: ChainIndex, packet: Packet, family: Family): readonly number[] | null {
  const { places, general } = index;
  if (places === null) return null;
  const { source, destination, transport } = packet;
  const protocol = numberOfPacketProtocol(transport.protocol, family);
  const destinationPort = destinationPortOf(packet);
  const found = [
    places.get(`d${destination} ${protocol}:${destinationPort}`),
    places.get(`d${destination}`),
    places.get(`p${protocol}:${destinationPort}`),
    places.get(`s${source} ${protocol}:${sourcePortOf(packet)}`),
    places.get(`s${source}`),
  ].filter((list) => list !== undefined);
  if (found.length === 0) return general;
  return [...general, ...found.flat()].sort((a, b) => a - b);
}

function keyOfRule({ spec: { header, matches } }: IndexedRule): string | null {
  const protocol = header.protocol && !header.protocol.negated ? header.protocol.number : null;
  const { destination, source } = header;
  const destinationPort = protocol === null ? null : exactPort(matches, 'destination');
  const exactDestination = destination && !destination.negated ? destination.exact : null;
  if (exactDestination !== null) {
    return destinationPort === null ? `d${exactDestination}` : `d${exactDestination} ${protocol}:${destinationPort}`;
  }
  if (destinationPort !== null) return `p${protocol}:${destinationPort}`;
  const exactSource = source && !source.negated ? source.exact : null;
  if (exactSource === null) return null;
  const sourcePort = protocol === null ? null : exactPort(matches, 'source');
  return sourcePort === null ? `s${exactSource}` : `s${exactSource} ${protocol}:${sourcePort}`;
}

const PORT_MATCHES: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

function exactPort(matches: readonly Match[], side: 'source' | 'destination'): number | null {
  for (const { module, options } of matches) {
    if (!PORT_MATCHES.has(module.name)) continue;
    const range = (options as Record<typeof side, { min: number; max: number; negated: boolean } | null>)[side];
    if (range && !range.negated && range.min === range.max) return range.min;
  }
  return null;
}
