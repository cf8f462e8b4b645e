// Which requests are compared: the traffic that a scenario names, and where it names none, every kind of source against
// every Service port, node port and pod port.

import type { Pod, Service } from '../../engine/api/types.ts';
import type { Cluster } from '../../engine/cluster.ts';
import type { LabFlow } from '../../engine/conformance/kernel-walks/lab.ts';
import { isFirewalled } from '../../engine/explain/reason-firewall.ts';
import { familyOf } from '../../engine/net/address.ts';
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

/** Few kernels speak SCTP. */
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
  // What proxies ask comes first, so that sticky sessions begin with it here as they do in the lab.
  for (const { from, to } of [...dialledByProxies(scout, requests), ...requests]) {
    const planned = planFlow(cluster, scout, { from, to });
    if (typeof planned === 'string') {
      left.push(`${from} -> ${to}: ${planned}`);
      continue;
    }
    const port = nextPort.get(planned.machine) ?? FIRST_PORT;
    nextPort.set(planned.machine, port + 1);
    flows.push({ ...planned, title: `${from} -> ${to}`, port, marker: `f${String(flows.length).padStart(11, '0')}` });
  }
  return { flows, left };
}

/** Out of the way of programs that dial from the same machine. */
const FIRST_PORT = 50_001;

/** What ingress controllers ask on behalf of these requests: in the lab they are asked for themselves. */
function dialledByProxies(scout: Cluster, requests: readonly Request[]): Request[] {
  const isRouted = ['Ingress', 'HTTPRoute'].some((kind) => scout.store.list(kind).length > 0);
  const asked = new Set<string>();
  for (const { from, to } of isRouted ? requests.filter(({ to: target }) => target.startsWith('http://')) : []) {
    const walk = scout.send(from, to);
    if ('error' in walk) continue;
    for (const { label, addr, from: sender } of walk.packets) {
      const destination = addr.split('->')[1];
      if (label === 'SYN' && sender !== walk.packets[0]?.from && sender.includes('/')) asked.add(`pod/${sender} http://${destination}`);
    }
  }
  return [...asked].map((words) => ({ from: words.split(' ')[0] as string, to: words.split(' ')[1] as string }));
}

type Planned = Pick<LabFlow, 'machine' | 'scheme' | 'address' | 'otherwise' | 'targetPort' | 'host' | 'path'>;

function planFlow(cluster: Cluster, scout: Cluster, { from, to }: Request): Planned | string {
  const source = parseSource(from);
  if ('error' in source) return source.error;
  const target = parseTarget(to);
  if ('error' in target) return target.error;
  const host = cluster.clientHost(source.value);
  if ('error' in host) return host.error;
  const { scheme, port } = target.value;
  const machine = host.netns.name;
  const nameserver = host.resolvConf.nameservers[0] ?? '';
  // A name that is not found leaves its question to compare.
  const question = { machine, scheme: 'udp' as const, address: nameserver, host: nameserver, targetPort: 53, path: '' };
  if (scheme === 'dns') return question;
  if (/^\/bytes\//.test(target.value.path)) return 'long answers are not compared: offloading cuts their segments otherwise';
  if (target.value.echo) return 'echoes of another size are not compared: the lab sends those of 56 bytes';
  if (target.value.datagramBytes !== undefined) return 'datagrams of another size are not compared: the lab sends short ones';
  if (scheme === 'https') return 'https is not compared: the lab speaks no TLS';
  if (cluster.firewall && isShutOut(scout, from, to)) return "what the cloud's firewall drops is not compared: the lab has none";
  if (scheme === 'sctp') return 'SCTP is not compared: few kernels speak it';
  const [address, otherwise] = addressesOf(scout, from, printTarget({ scheme: 'dns', host: target.value.host, port: 0, path: '' }));
  if (address === undefined) return question;
  if (address.includes(':') && address !== '::1') return 'IPv6 is not compared: the lab has none but ::1';
  const isTCP = scheme === 'http' || scheme === 'tcp';
  if (address === '::1' && (!isTCP || host.netns.ruleset6)) return 'at ::1 only TCP without rules is compared';
  const next = address === '::1' && otherwise !== undefined ? { otherwise } : {};
  return { machine, scheme, address, ...next, targetPort: port, host: target.value.host, path: target.value.path };
}

function isShutOut(scout: Cluster, from: string, to: string): boolean {
  const walk = scout.send(from, to);
  return !('error' in walk) && walk.packets.some(isFirewalled);
}

/** The addresses that a client tries, in order: of each family one. */
function addressesOf(scout: Cluster, from: string, name: string): readonly string[] {
  const source = parseSource(from);
  const target = parseTarget(name);
  if ('error' in source || 'error' in target) return [];
  const host = scout.clientHost(source.value);
  if ('error' in host) return [];
  let addresses: readonly string[] = [];
  let done = false;
  runRequest(host, target.value, 0, (result, lookup) => {
    const found = lookup.status === 'found' ? lookup.addresses : [];
    if (result.kind === 'answered') {
      const { address } = result;
      addresses = [address, ...found.filter((one) => familyOf(one) !== familyOf(address)).slice(0, 1)];
    }
    done = true;
  });
  scout.clock.runUntil(() => done, scout.clock.nowUs + 60_000_000);
  return addresses;
}
