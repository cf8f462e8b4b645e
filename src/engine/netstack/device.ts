// Network interfaces. A veth or ethernet port has a peer at the other end of its wire; a bridge has ports; a vxlan
// device wraps packets for another node. Printed as `ip address` prints them.

import { type Address, isLinkLocal } from '../net/address.ts';
import { hash32 } from '../sim/random.ts';
import type { Frame } from './skb.ts';

export type DeviceKind = 'loopback' | 'veth' | 'bridge' | 'vxlan' | 'ethernet';

/** The far end of a wire: takes a frame some time after it was sent. */
export interface LinkEnd {
  /** The network namespace and the interface that the wire leads to. */
  readonly place: string;
  readonly name: string;
  readonly index: number;
  receive(frame: Frame): void;
}

export interface Device {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly mac: string;
  readonly index: number;
  readonly mtu: number;
  readonly addresses: { readonly address: Address; readonly prefix: number; readonly secondary?: boolean }[];
  up: boolean;
  /** The bridge this is a port of. */
  master: Device | null;
  /** A frame may leave by the port it came in by. */
  hairpin: boolean;
  peer: LinkEnd | null;
  /** Time on the wire to the peer, microseconds. */
  latencyUs: number;
  /** When the last frame that was sent arrives there. */
  lastArrivalUs: number;
  /** Bridges: the ports, and which port a MAC was last seen on. */
  readonly ports: Device[];
  readonly fdb: Map<string, Device>;
  /** vxlan devices: identifier, own outer address, and where each MAC lives. */
  readonly vxlan: { readonly vni: number; readonly local: Address; readonly port: number; readonly fdb: Map<string, Address> } | null;
}

export interface NewDevice {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly mtu?: number;
  /** One of its own is given where this is left out. */
  readonly mac?: string;
  /** `10.244.1.1/24`. */
  readonly addresses?: readonly string[];
  readonly vxlan?: { readonly vni: number; readonly local: Address; readonly port: number };
}

export function createDevice(netnsName: string, index: number, options: NewDevice): Device {
  return {
    name: options.name,
    kind: options.kind,
    mac: options.mac ?? (options.kind === 'loopback' ? '00:00:00:00:00:00' : stableMac(netnsName, options.name)),
    index,
    mtu: options.mtu ?? (options.kind === 'loopback' ? 65_536 : 1500),
    addresses: options.addresses?.map(interfaceAddress) ?? [],
    up: true,
    master: null,
    hairpin: false,
    peer: null,
    latencyUs: 0,
    lastArrivalUs: 0,
    ports: [],
    fdb: options.kind === 'bridge' ? new Map() : NO_PORTS,
    vxlan: options.vxlan ? { ...options.vxlan, fdb: new Map() } : null,
  };
}

/** Nothing is ever seen behind a device that is no bridge. */
const NO_PORTS = new Map<string, Device>();

function interfaceAddress(text: string): { readonly address: Address; readonly prefix: number } {
  const slash = text.indexOf('/');
  return { address: text.slice(0, slash), prefix: Number(text.slice(slash + 1)) };
}

/** A locally administered MAC address that depends on the names alone. */
function stableMac(netnsName: string, name: string): string {
  const first = hash32(name, hash32(' ', hash32(netnsName)));
  const last = hash32('/', first);
  const head = `${hex(((first >>> 24) & 0xfc) | 2)}:${hex(first >>> 16)}:${hex(first >>> 8)}`;
  const tail = `${hex(last >>> 24)}:${hex(last >>> 16)}:${hex(last >>> 8)}`;
  return `${head}:${tail}`;
}

/** The lowest byte in two digits. */
function hex(number: number): string {
  return BYTES[number & 255] as string;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `ip address show` for one device. */
export function printDevice(device: Device): string {
  const flags = `${device.kind === 'loopback' ? 'LOOPBACK' : 'BROADCAST,MULTICAST'}${device.up ? ',UP,LOWER_UP' : ''}`;
  const peer = device.peer && device.kind === 'veth' ? `@if${device.peer.index}` : '';
  const master = device.master ? ` master ${device.master.name}` : '';
  const link = device.kind === 'loopback' ? 'link/loopback' : 'link/ether';
  const broadcast = device.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const lines = [
    `${device.index}: ${device.name}${peer}: <${flags}> mtu ${device.mtu}${master} state ${device.kind === 'loopback' ? 'UNKNOWN' : device.up ? 'UP' : 'DOWN'}`,
    `    ${link} ${device.mac} brd ${broadcast}`,
    ...device.addresses.map(({ address, prefix }) => {
      const scope = device.kind === 'loopback' ? 'host' : isLinkLocal(address) ? 'link' : 'global';
      return `    ${address.includes(':') ? 'inet6' : 'inet'} ${address}/${prefix} scope ${scope} ${device.name}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
