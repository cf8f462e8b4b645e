// A cloud's firewall before the nodes, as security groups and VPC firewall rules are: what comes from outside reaches a
// node only on ports that are let in, what a node has asked for comes back, and all else is dropped without a word, so
// that a closed door is seen as a timeout, where a node itself would refuse. It stands on the wire, no machine knows of
// it. What the cloud's balancer passes on goes through: its provider opens the firewall for every address that it gives.

import { type FirewallRule, isLetThrough, parseFirewallRule } from '../api/firewall-rules.ts';
import type { Packet } from '../net/packet.ts';
import type { Tap } from '../sim/crossing.ts';
import { type ClusterNetwork, INTERNET_ADDRESS, WORLD_ADDRESS } from './cluster-network.ts';

/** How a packet's end begins here; explanations know it by these words. */
export const FIREWALLED = 'dropped by the firewall before the nodes: ';

const ECHO_REQUESTS = [8, 128];

/** Stands between the outside and the nodes from now on. */
export function startCloudFirewall(network: ClusterNetwork, allow: readonly string[]): void {
  const rules = allow.flatMap((text) => parseFirewallRule(text) ?? []);
  const outside = new Set([WORLD_ADDRESS, INTERNET_ADDRESS]);
  for (const [second, first] of network.secondAddresses) if (outside.has(first)) outside.add(second);
  const balancer = network.loadBalancer?.device('eth0').mac;
  /** What nodes and pods have sent out, by what an answer would look like. */
  const asked = new Set<string>();
  const tap: Tap = (crossing) => {
    const { packet, place, dir, peer } = crossing;
    if (place !== 'wire' || !packet || !peer || !network.machines.has(peer.place)) return crossing.goOn(0);
    if (dir === 'rx') {
      if (outside.has(packet.destination)) asked.add(flowOf(packet, true));
    } else if (outside.has(packet.source) && crossing.sourceMac !== balancer && !asked.has(flowOf(packet, false))) {
      const door = closedDoor(rules, packet);
      if (door !== null) return crossing.lose(`${FIREWALLED}${door} to ${packet.destination} is not allowed`);
    }
    crossing.goOn(0);
  };
  network.context.tap = tap;
}

/** What the packet knocks at, as a rule would name it; null where it may pass. Errors belong to connections that stand. */
function closedDoor(rules: readonly FirewallRule[], { transport }: Packet): string | null {
  if (transport.protocol === 'icmp') {
    return !ECHO_REQUESTS.includes(transport.type) || isLetThrough(rules, 'icmp', 0) ? null : 'icmp';
  }
  const { protocol, destinationPort } = transport;
  return isLetThrough(rules, protocol, destinationPort) ? null : `${protocol}:${destinationPort}`;
}

function flowOf({ source, destination, transport }: Packet, isTurned: boolean): string {
  const [from, to] = transport.protocol === 'icmp' ? [transport.id, transport.id] : [transport.sourcePort, transport.destinationPort];
  const ends = [`${source} ${from}`, `${destination} ${to}`];
  return [transport.protocol, ...(isTurned ? ends.reverse() : ends)].join(' ');
}
