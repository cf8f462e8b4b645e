// What is broken in a cluster: the state behind the commands that break and mend things, and a list of what is broken now
// with the command that mends each.

import type { Pod } from '../api/types.ts';
import type { Cluster } from '../cluster.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { DNSIndex } from '../programs/dns/objects.ts';
import type { FaultView } from '../view.ts';
import type { Command } from './command.ts';
import { applyFreeze, applyLag, applySystemctl } from './component-faults.ts';
import { LateDNS } from './late-dns.ts';
import { NodeHealth } from './node-health.ts';
import { notFound } from './places.ts';
import { applyProbe, applySignal, applyStop } from './pod-faults.ts';
import { applyLink, applyPacket, applyPartition, applyPower, applyQdisc } from './wire-faults.ts';
import { Wires } from './wires.ts';

export type FaultCommand = Exclude<Command, { type: 'kubectl' | 'wait' }>;

/** Why it could not be done, in the words of the tool; null: it is done. */
export type Refusal = string | null;

export class Faults {
  readonly cluster: Cluster;
  readonly wires: Wires;
  readonly health: NodeHealth;
  /** The routes that went with an interface that is down. */
  readonly routes = new Map<string, readonly string[]>();
  /** How late components are without commands, where that is known: by controller, or `kube-proxy node-2`. */
  readonly usualLags = new Map<string, number>();
  #isWatching = false;
  readonly #lateDNS = new Map<string, LateDNS>();
  readonly #active = new Map<string, { readonly fault: FaultView; readonly holds: () => boolean }>();
  /** The command that is being carried out. */
  #line = '';

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.wires = new Wires(cluster.context.journal, {
      nodeOf: (place) => this.#nodeOf(place),
      owns: (place, address) => cluster.netnsOf(place)?.isLocal(address) ?? true,
    });
    this.health = new NodeHealth(cluster.store, cluster.clock);
  }

  /** By time. */
  get active(): readonly FaultView[] {
    return [...this.#active.values()].flatMap(({ fault, holds }) => (holds() ? [fault] : []));
  }

  /** Carries out a command; `line` is what was typed. */
  carryOut(command: FaultCommand, line: string): Refusal {
    this.#line = line;
    switch (command.type) {
      case 'link':
        return applyLink(this, command);
      case 'qdisc':
        return applyQdisc(this, command);
      case 'power':
        return applyPower(this, command);
      case 'partition':
        return applyPartition(this, command);
      case 'packet':
        return applyPacket(this, command);
      case 'systemctl':
        return applySystemctl(this, command);
      case 'freeze':
        return applyFreeze(this, command);
      case 'lag':
        return applyLag(this, command);
      case 'signal':
        return applySignal(this, command);
      case 'stop':
        return applyStop(this, command);
      case 'probe':
        return applyProbe(this, command);
      default:
        return command satisfies never;
    }
  }

  /**
   * Enters what the command has broken, under a name of its own, or with null that it is whole again; `holds` says whether
   * it still is, where it can mend itself.
   */
  mark(name: string, fault: Pick<FaultView, 'undo' | 'at' | 'text'> | null, holds = () => true): void {
    this.#active.delete(name);
    if (fault) this.#active.set(name, { fault: { line: this.#line, sinceUs: this.cluster.clock.nowUs, ...fault }, holds });
  }

  note(lane: string, text: string, object?: string): void {
    this.cluster.context.journal.note(lane, text, object);
  }

  /** From the first fault on the wires on, every frame is asked about. */
  watchWires(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { context } = this.cluster;
    const { tap } = context;
    // What stands on the wires from the beginning is met first.
    context.tap = tap
      ? (crossing) => tap({ ...crossing, goOn: () => this.wires.cross(crossing) })
      : (crossing) => this.wires.cross(crossing);
  }

  /** The namespace of `node-2`, `pod/default/web-1`, `control-plane`, `world`, `router`, or why there is none. */
  netnsOf(place: string): NetworkNamespace | string {
    const { network, kubelets, store } = this.cluster;
    if (place.startsWith('pod/')) {
      const [, namespace = '', name = ''] = place.split('/');
      const pod = store.get<Pod>('Pod', namespace, name);
      if (!pod) return notFound('pods', name);
      return kubelets.get(pod.spec.nodeName ?? '')?.netnsOf(`${namespace}/${name}`) ?? `pod ${namespace}/${name} is not running`;
    }
    const machine = network.machines.get(place);
    if (machine) return machine.netns;
    const others = [network.controlPlane, network.world, network.router, network.loadBalancer];
    return others.find((netns) => netns?.name === place) ?? notFound('nodes', place);
  }

  /** What CoreDNS on that node knows, where it is not what the others know. */
  dnsIndexOf(node: string): DNSIndex | undefined {
    return this.#lateDNS.get(node)?.index;
  }

  /** Makes CoreDNS on that node listen for itself. */
  lateDNS(node: string): LateDNS {
    let late = this.#lateDNS.get(node);
    if (!late) {
      late = new LateDNS(this.cluster.store, this.cluster.clock);
      this.#lateDNS.set(node, late);
    }
    return late;
  }

  /** Tells who can reach the API server after something has changed on the wires. */
  reconnect(): void {
    const { network, kubelets, proxies } = this.cluster;
    for (const node of network.machines.keys()) {
      const isConnected = this.#reachesControlPlane(node);
      const kubelet = kubelets.get(node);
      if (kubelet) kubelet.isConnected = isConnected;
      const proxy = proxies.get(node);
      if (proxy) proxy.isConnected = isConnected;
      if (!isConnected || this.#lateDNS.has(node)) this.lateDNS(node).isFrozen = !isConnected || this.#active.has(`freeze coredns ${node}`);
      this.listen(node);
    }
  }

  /** The API server hears a kubelet that runs and reaches it. */
  listen(node: string): void {
    const isRunning = this.cluster.kubelets.get(node)?.isRunning ?? false;
    this.health.setHeard(node, isRunning && this.#reachesControlPlane(node));
  }

  #reachesControlPlane(node: string): boolean {
    const { down, dark, partitions } = this.wires;
    const isCut = down.has(`${node} eth0`) || down.has('control-plane eth0') || dark.has(node) || dark.has('control-plane');
    return !isCut && !partitions.has(`${node} control-plane`);
  }

  #nodeOf(place: string): string | undefined {
    const [namespace = '', name] = place.split('/');
    return name === undefined ? place : this.cluster.store.get<Pod>('Pod', namespace, name)?.spec.nodeName;
  }
}
