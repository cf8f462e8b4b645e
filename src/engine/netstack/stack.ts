// Puts the layers of a network namespace together and registers the upcalls between them.

import type { SimulationContext } from '../sim/simulation-context.ts';
import type { Device } from './device.ts';
import { receiveICMP } from './icmp.ts';
import { REJECT_TYPES, sendICMPError } from './icmp-error.ts';
import { ipReceive, ipSend, reassembleFor, sendError } from './ip.ts';
import { transmit } from './link.ts';
import { type Handlers, type MoreProtocols, NetworkNamespace } from './netns.ts';
import { newSkb, type SkBuff } from './skb.ts';
import { receiveTCP, resetFor } from './tcp.ts';
import { receiveUDP } from './udp.ts';
import { decapsulate, encapsulate } from './vxlan.ts';

/** A network namespace with loopback, ready for interfaces, routes and rules. `name` is what traces call this place. */
export function createNetworkNamespace(context: SimulationContext, name: string, protocols: MoreProtocols | null = null): NetworkNamespace {
  const netns = new NetworkNamespace(context, name);
  netns.protocols = protocols;
  netns.handlers = new Layers(netns);
  return netns;
}

class Layers implements Handlers {
  readonly #netns: NetworkNamespace;

  constructor(netns: NetworkNamespace) {
    this.#netns = netns;
  }

  ip(device: Device, skb: SkBuff): void {
    ipReceive(this.#netns, device, skb);
  }

  transport(skb: SkBuff, device: Device): void {
    receiveTransport(this.#netns, skb, device);
  }

  reassemble(skb: SkBuff): boolean {
    return reassembleFor(this.#netns, skb);
  }

  reject(skb: SkBuff, rejectWith: string): void {
    reject(this.#netns, skb, rejectWith);
  }

  hostUnreachable(skb: SkBuff): void {
    sendError(this.#netns, skb, 3, 1);
  }

  encapsulate(device: Device, skb: SkBuff, destinationMac: string): void {
    encapsulate(this.#netns, device, skb, destinationMac);
  }
}

function receiveTransport(netns: NetworkNamespace, skb: SkBuff, device: Device): void {
  const { transport } = skb.packet;
  switch (transport.protocol) {
    case 'tcp':
      return receiveTCP(netns, transport, skb);
    case 'udp':
      return decapsulate(netns, skb) ? undefined : receiveUDP(netns, transport, skb);
    case 'icmp':
      if (transport.neighbour) return netns.protocols?.receiveNeighbourMessage(netns, device, transport.neighbour, skb);
      return receiveICMP(netns, transport, skb);
    case 'sctp':
      if (netns.protocols) return netns.protocols.receiveSCTP(netns, transport, skb);
      netns.end(skb, 'no-socket', 'this machine does not speak SCTP');
      return sendError(netns, skb, 3, 2);
  }
}

/** nf_send_unreach, nf_send_reset: the machine answers in the destination's stead. */
function reject(netns: NetworkNamespace, skb: SkBuff, rejectWith: string): void {
  if (rejectWith === 'tcp-reset') return rejectWithReset(netns, skb);
  const kind = REJECT_TYPES[rejectWith] ?? { type: 3, code: 3 };
  sendICMPError(netns, skb, kind, (packet, options) => ipSend(netns, packet, options));
}

/** What came in by a bridge port is reset by that port, as if the destination itself had done it: no hook sees it. */
function rejectWithReset(netns: NetworkNamespace, skb: SkBuff): void {
  const { packet, physIn, physFrame, tag, timeUs } = skb;
  const { transport } = packet;
  if (transport.protocol !== 'tcp' || transport.flags.includes('RST')) return;
  const local = { address: packet.destination, port: transport.destinationPort };
  const reset = resetFor(netns, { local, remote: { address: packet.source, port: transport.sourcePort } }, transport);
  const options = { tag, direction: 'reply' as const, about: packet.id, notBeforeUs: timeUs };
  if (physIn === null || physFrame === null) ipSend(netns, reset, { ...options, cause: skb });
  else {
    const record = netns.context.recorder.begin(reset, { ...options, from: netns.name, timeUs });
    const frame = { source: physFrame.destination, destination: physFrame.source, skb: newSkb(reset, { timeUs, tag, record }) };
    transmit(netns, netns.device(physIn), { type: 'ip', ...frame });
  }
}
