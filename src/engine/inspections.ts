// What a node's or a pod's own tools print, for whoever looks closer.

import type { Pod } from './api/types.ts';
import type { Cluster } from './cluster.ts';
import { printEntry } from './netfilter/conntrack.ts';
import { printDevice } from './netstack/device.ts';
import { printFdb, printSysctls } from './netstack/machine-tables.ts';
import { printNeighbours } from './netstack/neighbour.ts';
import { printSockets } from './netstack/sockets.ts';
import { environmentOf, environmentText } from './node/kubelet-env.ts';
import { printHosts, printResolvConf } from './programs/dns/resolv-conf.ts';
import type { NodeInspection, PodInspection } from './view.ts';

export function inspectNode(cluster: Cluster, name: string): NodeInspection | null {
  const netns = cluster.network.machines.get(name)?.netns;
  if (!netns) return null;
  const { nowUs } = cluster.clock;
  return {
    node: name,
    iptablesSave: netns.ruleset?.save({ counters: true }) ?? '',
    ip6tablesSave: netns.ruleset6?.save({ counters: true }) ?? '',
    ipsetSave: netns.ruleset?.addressSets.save() ?? '',
    routes: netns.routing.print(),
    routes6: netns.routing.print(6),
    conntrack: netns.conntrack
      .entries(nowUs)
      .map((entry) => `${printEntry(entry, nowUs)}\n`)
      .join(''),
    neighbours: printNeighbours(netns),
    neighbours6: printNeighbours(netns, 6),
    addresses: [...netns.devices.values()].map(printDevice).join(''),
    fdb: printFdb(netns),
    sockets: printSockets(netns.sockets),
    sysctls: printSysctls(netns.sysctls),
  };
}

/** `key` is a view key, `Pod/default/web`. */
export function inspectPod(cluster: Cluster, key: string): PodInspection | null {
  const [, namespace, name] = key.split('/') as [string, string, string];
  const pod = cluster.store.get<Pod>('Pod', namespace, name);
  if (!pod) return null;
  const host = cluster.clientHost({ kind: 'pod', namespace, name, container: null });
  if ('error' in host)
    return {
      pod: key,
      addresses: '',
      routes: '',
      routes6: '',
      sockets: '',
      neighbours: '',
      resolvConf: '',
      hosts: '',
      env: [],
      object: pod,
    };
  return {
    pod: key,
    addresses: [...host.netns.devices.values()].map(printDevice).join(''),
    routes: host.netns.routing.print(),
    routes6: host.netns.routing.print(6),
    sockets: printSockets(host.netns.sockets),
    neighbours: printNeighbours(host.netns) + printNeighbours(host.netns, 6),
    resolvConf: printResolvConf(host.resolvConf),
    hosts: printHosts(host.hosts),
    env: environments(cluster, pod),
    object: pod,
  };
}

function environments({ store, kubelets, network }: Cluster, pod: Pod): PodInspection['env'] {
  const { nodeName = '' } = pod.spec;
  const runs = kubelets.get(nodeName)?.runsOf(`${pod.metadata.namespace}/${pod.metadata.name}`, null) ?? [];
  const hostIP = network.machines.get(nodeName)?.address ?? '';
  return runs
    .filter(({ isRunning }) => isRunning)
    .map(({ name, container, servicesAtStart: services }) => ({
      container: name,
      text: environmentText(environmentOf({ store, services, pod, hostIP }, container)),
    }));
}
