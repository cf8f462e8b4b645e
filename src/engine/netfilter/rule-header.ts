// The part of a rule that needs no extension: addresses, interfaces, protocol, fragments. iptables(8), PARAMETERS.

import { type Address, addressValue, type Family, familyOf, formatAddress, parseAddress } from '../net/address.ts';
import { fail, type ParseContext, parseUnsigned } from './extension.ts';
import { numberOfPacketProtocol, protocolName, protocolNumber } from './protocols.ts';
import type { HookContext } from './types.ts';

/** `-s 10.0.0.0/8`. `exact` is set when the mask covers the whole address. */
export interface AddressCondition {
  readonly text: string;
  readonly exact: Address | null;
  readonly value: bigint;
  readonly mask: bigint;
  readonly negated: boolean;
}

/** `-i eth0` or `-i veth+`. */
export interface InterfaceCondition {
  readonly text: string;
  readonly prefix: string | null;
  readonly negated: boolean;
}

export interface RuleHeader {
  readonly source: AddressCondition | null;
  readonly destination: AddressCondition | null;
  readonly inInterface: InterfaceCondition | null;
  readonly outInterface: InterfaceCondition | null;
  readonly protocol: { readonly number: number; readonly negated: boolean } | null;
  /** `-f` (true), `! -f` (false) or not asked (null). */
  readonly fragment: boolean | null;
}

/** A header that asks nothing. */
export const EMPTY_HEADER: RuleHeader = {
  source: null,
  destination: null,
  inInterface: null,
  outInterface: null,
  protocol: null,
  fragment: null,
};

/** Whether everything in the header holds for the packet. Simulated packets are never fragments. */
export function headerMatches(header: RuleHeader, context: HookContext, family: Family): boolean {
  if (header === EMPTY_HEADER) return true;
  const { packet } = context;
  if (header.destination !== null && !addressMatches(header.destination, packet.destination)) return false;
  if (header.source !== null && !addressMatches(header.source, packet.source)) return false;
  if (header.protocol !== null) {
    const same = numberOfPacketProtocol(packet.transport.protocol, family) === header.protocol.number;
    if (same === header.protocol.negated) return false;
  }
  if (header.inInterface !== null && !interfaceMatches(header.inInterface, context.inInterface)) return false;
  if (header.outInterface !== null && !interfaceMatches(header.outInterface, context.outInterface)) return false;
  return header.fragment !== true;
}

/** Whether an address satisfies a `-s`/`-d` style condition. */
export function addressMatches(condition: AddressCondition, address: Address): boolean {
  if (condition.exact !== null) return (condition.exact === address) !== condition.negated;
  return (((addressValue(address) ?? -1n) & condition.mask) === condition.value) !== condition.negated;
}

/** An absent interface is the empty name, which no name equals and every bare `+` begins with. */
export function interfaceMatches(condition: InterfaceCondition, name: string | null): boolean {
  const matches = condition.prefix === null ? name === condition.text : (name ?? '').startsWith(condition.prefix);
  return matches !== condition.negated;
}

/** `! -s 10.0.0.0/8 -d … -i … -o … -p … -f`, each preceded by a blank, in the order of iptables-save. */
export function printHeader(header: RuleHeader): string {
  let text = '';
  if (header.source) text += `${not(header.source.negated)} -s ${header.source.text}`;
  if (header.destination) text += `${not(header.destination.negated)} -d ${header.destination.text}`;
  if (header.inInterface) text += `${not(header.inInterface.negated)} -i ${header.inInterface.text}`;
  if (header.outInterface) text += `${not(header.outInterface.negated)} -o ${header.outInterface.text}`;
  if (header.protocol) text += `${not(header.protocol.negated)} -p ${protocolName(header.protocol.number)}`;
  if (header.fragment !== null) text += `${not(!header.fragment)} -f`;
  return text;
}

/** ` !` before an inverted option. */
export function not(negated: boolean): string {
  return negated ? ' !' : '';
}

/** Reads `ADDRESS[/PREFIX|/MASK]`; null for a prefix of length 0, which matches everything and is not kept. */
export function readAddress(cx: ParseContext, text: string, negated: boolean): AddressCondition | null {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(host);
  const bits = cx.family === 4 ? 32 : 128;
  if (address === null || familyOf(address) !== cx.family) {
    fail(cx, `host/network \`${host}' not found`);
    return null;
  }
  if (slash < 0) return exactCondition(address, bits, negated);
  const mask = readMask(text.slice(slash + 1), cx.family);
  if (mask === null) {
    fail(cx, `invalid mask \`${text.slice(slash + 1)}' specified`);
    return null;
  }
  return maskedCondition(cx, address, mask, negated);
}

function exactCondition(address: Address, bits: number, negated: boolean): AddressCondition {
  return { text: `${address}/${bits}`, exact: address, value: 0n, mask: 0n, negated };
}

function maskedCondition(cx: ParseContext, address: Address, mask: bigint, negated: boolean): AddressCondition | null {
  const bits = cx.family === 4 ? 32 : 128;
  if (mask === 0n) {
    if (negated) fail(cx, 'RULE_APPEND failed (Invalid argument)');
    return null;
  }
  const prefix = prefixLength(mask, bits);
  if (prefix === bits) return exactCondition(address, bits, negated);
  const value = (addressValue(address) ?? 0n) & mask;
  const length = prefix === null ? formatAddress(cx.family, mask) : prefix;
  return { text: `${formatAddress(cx.family, value)}/${length}`, exact: null, value, mask, negated };
}

function readMask(text: string, family: Family): bigint | null {
  const bits = family === 4 ? 32 : 128;
  const prefix = parseUnsigned(text, bits);
  if (prefix !== null) return ((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix);
  const mask = parseAddress(text);
  return mask !== null && familyOf(mask) === family ? addressValue(mask) : null;
}

function prefixLength(mask: bigint, bits: number): number | null {
  const ones = mask.toString(2).padStart(bits, '0');
  const length = ones.lastIndexOf('1') + 1;
  return ones.slice(0, length).includes('0') ? null : length;
}

const IFNAMSIZ = 15;

/** Reads an interface name; null for a bare `+`, which matches every interface. */
export function readInterface(cx: ParseContext, text: string, negated: boolean): InterfaceCondition | null {
  if (text.length > IFNAMSIZ) fail(cx, `interface name \`${text}' must be shorter than IFNAMSIZ (${IFNAMSIZ})`);
  if (text === '+' && !negated) return null;
  return { text, prefix: text.endsWith('+') ? text.slice(0, -1) : null, negated };
}

/** Reads `-p`; null for `all`. */
export function readProtocol(cx: ParseContext, text: string, negated: boolean): RuleHeader['protocol'] {
  const number = protocolNumber(text);
  if (number === null) fail(cx, `unknown protocol "${text}" specified`);
  if (number === 0 && negated) fail(cx, 'rule would never match protocol');
  return number === null || number === 0 ? null : { number, negated };
}
