// ICMP redirects (RFC 792; ip_rt_send_redirect, net/ipv4/route.c of Linux 6.x): a router that sends a packet back out of
// the interface it came in by tells the sender of the shorter way. Hosts here take note and keep their routes.

import type { Address } from '../net/address.ts';
import { type CIDR, cidrContains, parseCIDR } from '../net/address.ts';
import type { Packet } from '../net/packet.ts';
import type { Device } from './device.ts';
import { sendICMPError } from './icmp-error.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Route } from './routing.ts';
import type { Errno, SendOptions, SkBuff } from './skb.ts';

const LOAD_US = 20_000;
const MOST = 9;
const SILENCE_US = LOAD_US * 2 ** (MOST + 1);

/** Redirects that a sender was told lately. */
export interface Redirected {
  readonly lastUs: number;
  readonly count: number;
}

/** Called for every packet that is forwarded; sends a redirect where one is due. */
export function redirectSender(
  netns: NetworkNamespace,
  skb: SkBuff,
  way: { readonly device: Device; readonly route: Route },
  send: (packet: Packet, options: SendOptions) => Errno | null,
): void {
  const { source, destination } = skb.packet;
  const gateway = way.route.via ?? destination;
  if (!sendsRedirects(netns, way.device) || way.route.device !== way.device.name) return;
  if (!isOnLink(way.device, source) || !isOnLink(way.device, gateway) || isTranslated(skb)) return;
  if (isDue(netns, source, skb.timeUs)) sendICMPError(netns, skb, { type: 5, code: 1, gateway }, send);
}

/** IN_DEV_TX_REDIRECTS: conf.all's or the interface's own, which is on by itself. */
function sendsRedirects({ sysctls, interfaceSysctls }: NetworkNamespace, { name }: Device): boolean {
  return sysctls.send_redirects || interfaceSysctls.get(name)?.send_redirects !== false;
}

function isOnLink(device: Device, address: Address): boolean {
  const networks = device.addresses.map((own) => parseCIDR(`${own.address}/${own.prefix}`));
  return networks.some((network: CIDR | null) => network !== null && cidrContains(network, address));
}

/** nf_nat_icmp_reply_translation drops redirects about connections that are translated, or may yet be. */
function isTranslated({ ct }: SkBuff): boolean {
  if (!ct || ct === 'UNTRACKED') return false;
  const { snat, dnat, snatDone, dnatDone } = ct.entry;
  return snat || dnat || !snatDone || !dnatDone;
}

/** The first at once, each further one after twice the time, nine at most until the sender was quiet for a while. */
function isDue({ redirected }: NetworkNamespace, source: Address, nowUs: number): boolean {
  const known = redirected.get(source);
  const count = known && nowUs - known.lastUs <= SILENCE_US ? known.count : 0;
  const isOverdue = count === 0 || nowUs - (known?.lastUs ?? 0) > LOAD_US * 2 ** count;
  if (count >= MOST || !isOverdue) return false;
  redirected.set(source, { lastUs: nowUs, count: count + 1 });
  return true;
}
