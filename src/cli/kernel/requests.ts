// Which requests are compared: the traffic that a scenario names, and where it names none, every kind of source against
// every Service port, node port and pod port.

import type { Pod, Service } from '../../engine/api/types.ts';
import type { Cluster } from '../../engine/cluster.ts';
import type { LabFlow } from '../../engine/conformance/kernel-walks/lab.ts';
import { runRequest } from '../../engine/programs/client.ts';
import { parseSource, parseTarget, printTarget } from '../../engine/programs/target.ts';

export interface Request {
  readonly from: string;
  readonly to: string;
}

export function requestsOf(cluster: Cluster): readonly Request[] {
  const traffic = cluster.scenario?.traffic ?? [];
  if (traffic.length > 0) return traffic;
  const sources = sourcesOf(cluster);
  return targetsOf(cluster).flatMap((to) => sources.map((from) => ({ from, to })));
}

/** A pod on each node, a node, the world. */
export function sourcesOf(cluster: Cluster): string[] {
  const pods = runningPods(cluster).filter((pod) => !pod.spec.hostNetwork);
  const nodes = [...cluster.network.machines.keys()];
  const onNodes = nodes.flatMap((node) => {
    const here = pods.filter((pod) => pod.spec.nodeName === node);
    const pod = here.find(({ metadata }) => metadata.namespace !== 'kube-system') ?? here[0];
    return pod ? [`pod/${pod.metadata.namespace}/${pod.metadata.name}`] : [];
  });
  return [...onNodes, ...nodes.slice(0, 1).map((node) => `node/${node}`), 'world'];
}

export function targetsOf(cluster: Cluster): string[] {
  const targets = [
    ...cluster.store.list<Service>('Service').flatMap((service) => serviceTargets(service, cluster)),
    ...runningPods(cluster).flatMap((pod) => podTargets(pod, cluster)),
  ];
  return [...new Set(targets)];
}

function serviceTargets({ spec, status }: Service, cluster: Cluster): string[] {
  const clusterIPs = (spec.clusterIPs ?? []).filter((address) => address !== 'None' && !address.includes(':'));
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip && !ip.includes(':') ? [ip] : []));
  const addresses = [...clusterIPs, ...ingress, ...(spec.externalIPs ?? []).filter((address) => !address.includes(':'))];
  const nodes = [...cluster.network.machines.values()].map(({ address }) => address);
  return (spec.ports ?? []).flatMap(({ port, nodePort, protocol }) => [
    ...addresses.flatMap((address) => targetAt(protocol, address, port)),
    ...(nodePort ? nodes.flatMap((address) => targetAt(protocol, address, nodePort)) : []),
  ]);
}

function podTargets(pod: Pod, cluster: Cluster): string[] {
  const netns = cluster.netnsOf(`${pod.metadata.namespace}/${pod.metadata.name}`);
  const address = pod.status?.podIP;
  if (!netns || !address) return [];
  return netns.sockets.listeners().flatMap(({ protocol, port }) => targetAt(protocol, address, port));
}

/** No simulated client speaks SCTP. */
function targetAt(protocol: string | undefined, address: string, port: number): string[] {
  const scheme = { tcp: 'http', udp: 'udp' }[(protocol ?? 'TCP').toLowerCase()];
  return scheme ? [`${scheme}://${address}:${port}`] : [];
}

function runningPods(cluster: Cluster): Pod[] {
  return cluster.store.list<Pod>('Pod').filter((pod) => pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp);
}

/** What to send in a lab: names are looked up beforehand in `scout`, a cluster of the same text. */
export function planFlows(cluster: Cluster, scout: Cluster, requests: readonly Request[]): { flows: LabFlow[]; left: string[] } {
  const flows: LabFlow[] = [];
  const left: string[] = [];
  const nextPort = new Map<string, number>();
  const take = (key: string, first: number) => {
    const port = nextPort.get(key) ?? first;
    nextPort.set(key, port + 1);
    return port;
  };
  for (const { from, to } of requests) {
    const planned = planFlow(cluster, scout, { from, to });
    if (typeof planned === 'string') {
      left.push(`${from} -> ${to}: ${planned}`);
      continue;
    }
    const { machine, scheme } = planned;
    // As the engine numbers them: it is the lab that follows.
    const port = scheme === 'icmp' ? take(`${machine} echo`, 1) : take(machine, 40_001);
    flows.push({ ...planned, title: `${from} -> ${to}`, port, marker: `f${String(flows.length).padStart(11, '0')}` });
  }
  return { flows, left };
}

type Planned = Pick<LabFlow, 'machine' | 'scheme' | 'address' | 'targetPort'>;

function planFlow(cluster: Cluster, scout: Cluster, { from, to }: Request): Planned | string {
  const source = parseSource(from);
  if ('error' in source) return source.error;
  const target = parseTarget(to);
  if ('error' in target) return target.error;
  const host = cluster.clientHost(source.value);
  if ('error' in host) return host.error;
  const { scheme, port } = target.value;
  const machine = host.netns.name;
  if (scheme === 'dns') return { machine, scheme: 'udp', address: host.resolvConf.nameservers[0] ?? '', targetPort: 53 };
  const address = addressOf(scout, from, printTarget({ scheme: 'dns', host: target.value.host, port: 0, path: '' }));
  return address === null ? 'the name is not found, so nothing is sent' : { machine, scheme, address, targetPort: port };
}

function addressOf(scout: Cluster, from: string, name: string): string | null {
  const source = parseSource(from);
  const target = parseTarget(name);
  if ('error' in source || 'error' in target) return null;
  const host = scout.clientHost(source.value);
  if ('error' in host) return null;
  let address: string | null = null;
  let done = false;
  runRequest(host, target.value, 0, (result) => {
    address = result.kind === 'answered' ? result.address : null;
    done = true;
  });
  scout.clock.runUntil(() => done, scout.clock.nowUs + 60_000_000);
  return address;
}
