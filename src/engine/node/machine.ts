// A node as a machine: a network namespace with `eth0` on the node network and the bridge `cni0` that pods hang on.
// Pods get their addresses as the host-local IPAM plugin hands them out: the next free one after the last.

import { type Address, addressAt, type CIDR, formatCIDR, parseCIDR } from '../net/address.ts';
import { connect, enslave } from '../netstack/link.ts';
import type { MoreProtocols, NetworkNamespace } from '../netstack/netns.ts';
import { createNetworkNamespace } from '../netstack/stack.ts';
import { hash32 } from '../sim/random.ts';
import type { SimulationContext } from '../sim/simulation-context.ts';

const VETH_LATENCY_US = 2;

export interface PodNetwork {
  readonly netns: NetworkNamespace;
  readonly address: string;
  /** Its IPv6 address, where the cluster is dual-stack. */
  readonly second: string | null;
  /** The node's end of the pair. */
  readonly veth: string;
}

export class Machine {
  readonly name: string;
  readonly address: string;
  readonly podCIDR: CIDR;
  readonly netns: NetworkNamespace;
  readonly pods = new Map<string, PodNetwork>();
  /** What the node has of IPv6, where the cluster is dual-stack. */
  second: { readonly address: Address; readonly podCIDR: CIDR } | null = null;
  readonly #context: SimulationContext;
  readonly #mtu: number;
  readonly #protocols: MoreProtocols | null;
  readonly #taken = new Set<string>();
  #lastOffset = 1;
  #lastSecondOffset = 1;

  constructor(
    context: SimulationContext,
    options: { name: string; address: string; podCIDR: CIDR; mtu: number; protocols?: MoreProtocols },
  ) {
    const { name, address, podCIDR, mtu, protocols = null } = options;
    this.#protocols = protocols;
    this.#context = context;
    this.#mtu = mtu;
    this.name = name;
    this.address = address;
    this.podCIDR = podCIDR;
    this.netns = createNetworkNamespace(context, name, protocols);
    this.netns.sysctls.ip_forward = true;
    this.netns.addDevice({ name: 'eth0', kind: 'ethernet', addresses: [`${address}/24`] });
    this.netns.addDevice({ name: 'cni0', kind: 'bridge', mtu, addresses: [`${addressAt(podCIDR, 1)}/${podCIDR.prefix}`] });
  }

  /** CNI ADD: a namespace for the pod, a veth pair, an address, the routes. `wanted` is honoured where it is free. */
  addPod(key: string, wanted: string | null): PodNetwork | null {
    const address = this.#takeAddress(wanted);
    if (!address) return null;
    const veth = `veth${hash32(` ${address}`, hash32(key, hash32(`${this.name} `)))
      .toString(16)
      .padStart(8, '0')}`;
    const netns = createNetworkNamespace(this.#context, key, this.#protocols);
    const inside = netns.addDevice({ name: 'eth0', kind: 'veth', mtu: this.#mtu, addresses: [`${address}/${this.podCIDR.prefix}`] });
    const outside = this.netns.addDevice({ name: veth, kind: 'veth', mtu: this.#mtu });
    netns.routing.add(`default via ${addressAt(this.podCIDR, 1)} dev eth0`);
    connect({ netns, device: inside }, { netns: this.netns, device: outside }, VETH_LATENCY_US);
    enslave(this.netns.device('cni0'), outside, { hairpin: true });
    const pod = { netns, address, second: this.#addSecondAddress(netns), veth };
    this.pods.set(key, pod);
    this.#taken.add(address);
    return pod;
  }

  /** CNI DEL: the pair is gone, and with it whatever was listening. */
  removePod(key: string): void {
    const pod = this.pods.get(key);
    if (!pod) return;
    this.pods.delete(key);
    this.#taken.delete(pod.address);
    this.netns.removeDevice(pod.veth);
    pod.netns.device('eth0').peer = null;
    for (const [neighbourKey, neighbour] of this.netns.neighbours)
      if (neighbour.address === pod.address || neighbour.address === pod.second) this.netns.neighbours.delete(neighbourKey);
  }

  #addSecondAddress(netns: NetworkNamespace): Address | null {
    if (!this.second) return null;
    const { podCIDR } = this.second;
    const taken = new Set([...this.pods.values()].map((pod) => pod.second));
    let address: Address | null;
    do {
      // Nobody sees a pod range of 64 bits run out.
      address = addressAt(podCIDR, ++this.#lastSecondOffset);
    } while (address !== null && taken.has(address));
    netns.addAddress('eth0', `${address}/${podCIDR.prefix}`);
    netns.routing.add(`default via ${addressAt(podCIDR, 1)} dev eth0`);
    return address;
  }

  #takeAddress(wanted: string | null): string | null {
    const taken = this.#taken;
    if (wanted && !taken.has(wanted)) return wanted;
    const size = 2 ** (32 - this.podCIDR.prefix);
    for (let step = 1; step < size - 2; step++) {
      const offset = 2 + ((this.#lastOffset - 2 + step) % (size - 3));
      const address = addressAt(this.podCIDR, offset);
      if (!address || taken.has(address)) continue;
      this.#lastOffset = offset;
      return address;
    }
    return null;
  }

  /** `10.244.1.0/24` */
  get podCIDRText(): string {
    return formatCIDR(this.podCIDR);
  }
}

export function parsePodCIDR(text: string): CIDR {
  return parseCIDR(text) ?? (parseCIDR('10.244.0.0/24') as CIDR);
}
