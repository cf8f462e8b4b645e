// Whether NetworkPolicies let a connection through, decided by its first packet in the packet filters of the two nodes:
// once where the sender's node forwards it, once where the receiver's node does, as the packet itself would meet them.

import { type Address, familyOf } from '../../net/address.ts';
import { NO_PAYLOAD, type Packet, type Transport } from '../../net/packet.ts';
import { firstPacketContext } from '../../netfilter/first-packet.ts';
import type { Ruleset } from '../../netfilter/ruleset.ts';
import type { HookContext, Rule, RuleListener } from '../../netfilter/types.ts';
import type { Hook } from '../../sim/trace.ts';

/** One end of a connection: an address, and the node that has it or that its pod runs on; null outside the cluster. */
export interface ConnectionEnd {
  readonly address: Address;
  readonly node: PolicyNode | null;
}

export interface PolicyNode {
  readonly addresses: ReadonlySet<Address>;
  ruleset(family: 4 | 6): Ruleset | undefined;
}

export interface Connection {
  readonly from: ConnectionEnd;
  readonly to: ConnectionEnd;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** The source as the receiver's node sees it, where it was translated on the way. */
  readonly seenAs?: Address;
}

export type Judgement =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly side: 'sender' | 'receiver'; readonly rule: Rule | null };

/** Takes the first packet through FORWARD (or INPUT, OUTPUT) of the nodes it passes; the listener hears of every rule that matches. */
export function judge(connection: Connection, listener?: RuleListener): Judgement {
  const { from, to, seenAs } = connection;
  const packet = firstPacket(connection);
  const seen = seenAs === undefined ? packet : { ...packet, source: seenAs };
  const isOneStep = seenAs === undefined && from.node === to.node;
  const steps = [
    { side: 'sender', node: from.node, packet },
    ...(isOneStep ? [] : [{ side: 'receiver', node: to.node, packet: seen } as const]),
  ] as const;
  for (const { side, node, packet: one } of steps) {
    const ruleset = node?.ruleset(familyOf(to.address));
    if (!node || !ruleset) continue;
    const hook = hookOf(node, one);
    const verdict = ruleset.evaluate('filter', hook, contextOf(node, one, hook), listener);
    if (verdict.kind === 'DROP' || verdict.kind === 'REJECT') return { allowed: false, side, rule: verdict.rule };
  }
  return { allowed: true };
}

/** What a node sends itself is not asked in FORWARD; nor is what it takes for itself. */
function hookOf(node: PolicyNode, packet: Packet): Hook {
  if (node.addresses.has(packet.source)) return 'OUTPUT';
  return node.addresses.has(packet.destination) ? 'INPUT' : 'FORWARD';
}

function firstPacket({ from, to, protocol, port }: Connection): Packet {
  return { id: 1, source: from.address, destination: to.address, ttl: 64, dontFragment: true, transport: transportOf(protocol, port) };
}

function transportOf(protocol: Connection['protocol'], destinationPort: number): Transport {
  const ports = { sourcePort: 40_001, destinationPort, payload: NO_PAYLOAD };
  switch (protocol) {
    case 'TCP':
      return { protocol: 'tcp', ...ports, flags: ['SYN'], seq: 0, ack: 0 };
    case 'UDP':
      return { protocol: 'udp', ...ports };
    case 'SCTP':
      return { protocol: 'sctp', ...ports, chunk: 'INIT' };
  }
}

function contextOf(node: PolicyNode, packet: Packet, hook: Hook): HookContext {
  return firstPacketContext(packet, hook, {
    inInterface: hook === 'OUTPUT' ? null : 'cni0',
    outInterface: hook === 'INPUT' ? null : 'cni0',
    addressType: (address) => (node.addresses.has(address) ? 'LOCAL' : 'UNICAST'),
  });
}
