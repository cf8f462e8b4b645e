// Addresses as kube-proxy reads them: leading zeros in IPv4 are taken as decimal and the canonical form is written
// (ParseIPSloppy and ParseCIDRSloppy, k8s.io/utils/net).

import { type Address, formatCIDR, parseAddress, parseCIDR } from '../../net/address.ts';
import type { ProxyConfig } from './proxy-config.ts';

type IPFamily = ProxyConfig['ipFamily'];

/** The canonical address, or null when the text is none of this family. */
export function sloppyAddress(text: string, family: IPFamily): Address | null {
  if (text.includes(':') !== (family === 'IPv6')) return null;
  return parseAddress(family === 'IPv4' ? withoutLeadingZeros(text) : text);
}

/** The canonical CIDR, or null when the text is none of this family. */
export function sloppyCIDR(text: string, family: IPFamily): string | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const address = sloppyAddress(text.slice(0, slash), family);
  const cidr = address === null ? null : parseCIDR(`${address}/${withoutLeadingZeros(text.slice(slash + 1))}`);
  return cidr === null ? null : formatCIDR(cidr);
}

function withoutLeadingZeros(text: string): string {
  return /(?:^|\.)0\d/.test(text) ? text.replace(/(^|\.)0+(?=\d)/g, '$1') : text;
}
