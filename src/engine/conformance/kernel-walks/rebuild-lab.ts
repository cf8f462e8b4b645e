// Builds the machines of a lab in the engine, without any Kubernetes above them: what a recorded kernel was given.

import { ALL_EXTENSIONS } from '../../netfilter/all-extensions.ts';
import { restoreSets } from '../../netfilter/ipset-restore.ts';
import { Ruleset } from '../../netfilter/ruleset.ts';
import { pingOnce } from '../../netstack/icmp.ts';
import { connect, enslave } from '../../netstack/link.ts';
import { machineFacts } from '../../netstack/machine-facts.ts';
import { learnNeighbour } from '../../netstack/neighbour.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import { createNetworkNamespace } from '../../netstack/stack.ts';
import { startServer } from '../../programs/server.ts';
import { Clock } from '../../sim/clock.ts';
import { Recorder } from '../../sim/recorder.ts';
import { SimulationContext } from '../../sim/simulation-context.ts';
import type { Lab, LabEnd, LabMachine, LabPart } from './lab.ts';

export interface RebuiltLab {
  readonly context: SimulationContext;
  readonly places: ReadonlyMap<string, NetworkNamespace>;
}

export function rebuildLab(lab: Lab): RebuiltLab {
  const context = new SimulationContext(new Clock(), 1, new Recorder());
  const places = new Map(lab.machines.map(({ name }) => [name, createNetworkNamespace(context, name)]));
  const placeOf = (name: string) => {
    const netns = places.get(name);
    if (!netns) throw new Error(`the lab has no machine ${name}`);
    return netns;
  };
  for (const part of lab.parts) addPart(part, placeOf);
  for (const machine of lab.machines) furnish(placeOf(machine.name), machine);
  for (const machine of lab.machines) meetNeighbours(placeOf(machine.name), machine.warmUp);
  context.clock.advanceTo(WARM_UP_US);
  return { context, places };
}

const WARM_UP_US = 10_000_000;

/** As the lab does it: bridges and neighbour tables learn who is where. */
function meetNeighbours(netns: NetworkNamespace, addresses: readonly string[]): void {
  for (const address of addresses) pingOnce(netns, { address, tag: 0, onReply: () => {}, onError: () => {} });
}

function addPart(part: LabPart, placeOf: (name: string) => NetworkNamespace): void {
  switch (part.kind) {
    case 'bridge':
      placeOf(part.machine).addDevice(part);
      return;
    case 'tunnel': {
      const { vni, local, port } = part;
      const device = placeOf(part.machine).addDevice({ ...part, kind: 'vxlan', vxlan: { vni, local, port } });
      for (const { mac, remote } of part.fdb) device.vxlan?.fdb.set(mac, remote);
      return;
    }
    case 'link': {
      const [one, other] = part.ends.map((end) => ({
        netns: placeOf(end.machine),
        device: placeOf(end.machine).addDevice({ ...end, kind: 'veth' }),
      }));
      if (!one || !other) return;
      connect(one, other, part.latencyUs);
      for (const end of part.ends) plug(placeOf(end.machine), end);
      return;
    }
  }
}

function plug(netns: NetworkNamespace, { name, bridge, hairpin }: LabEnd): void {
  if (bridge !== null) enslave(netns.device(bridge), netns.device(name), { hairpin });
}

function furnish(netns: NetworkNamespace, machine: LabMachine): void {
  const sysctl = (name: string) => machine.sysctls[name] ?? 0;
  netns.sysctls.ip_forward = sysctl('net.ipv4.ip_forward') === 1;
  netns.sysctls.ip_default_ttl = sysctl('net.ipv4.ip_default_ttl');
  netns.sysctls.route_localnet = sysctl('net.ipv4.conf.all.route_localnet') === 1;
  netns.sysctls.send_redirects = sysctl('net.ipv4.conf.all.send_redirects') === 1;
  netns.sysctls.rp_filter = sysctl('net.ipv4.conf.all.rp_filter') as 0 | 1 | 2;
  netns.sysctls.bridge_nf_call_iptables = sysctl('net.bridge.bridge-nf-call-iptables') === 1;
  for (const device of netns.devices.keys()) {
    const { rp_filter, route_localnet, forwarding, send_redirects } = machine.interfaceSysctls?.[device] ?? {};
    netns.interfaceSysctls.set(device, {
      ...(rp_filter === undefined ? {} : { rp_filter }),
      ...(forwarding === undefined ? {} : { forwarding: forwarding === 1 }),
      route_localnet: route_localnet === 1,
      send_redirects: (send_redirects ?? machine.sysctls['net.ipv4.conf.default.send_redirects']) !== 0,
    });
  }
  for (const route of machine.routes) netns.routing.add(route);
  for (const { address, device, mac } of machine.neighbours) learnNeighbour(netns, netns.device(device), address, mac);
  if (machine.rules !== null) netns.ruleset = rulesetOf(machine.rules, machine.sets);
  netns.facts = machineFacts;
  for (const { protocol, address, port, program, name } of machine.listeners) {
    startServer(netns, { name, program }, { protocol, address, port });
  }
}

function rulesetOf(rules: string, sets: string): Ruleset {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  const problem = restoreSets(ruleset.addressSets, sets) ?? ruleset.restore(rules, { noflush: true })[0];
  if (problem) throw new Error(`recorded rules do not load: ${problem.message}`);
  return ruleset;
}
