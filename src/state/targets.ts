// What can be sent from where, read off the cluster: the sources and the suggestions of the command box.

import type { NodeView, ObjectView, PodView, ScenarioView, ServiceView } from '../protocol/messages.ts';
import { formatCommand } from './command-line.ts';

export interface Source {
  /** As the walk command takes it: `pod/default/client`, `node/node-1`, `world`. */
  readonly source: string;
  readonly name: string;
  /** Where it is: `pod on node-1`, `node`, `outside the cluster`. */
  readonly place: string;
}

export interface Suggestion {
  readonly line: string;
  /** What that is: `Service, ClusterIP`. */
  readonly about: string;
}

/** Everything that can send: the reader's pods, then the cluster's own, nodes, and the world. */
export function sourcesOf(objects: readonly ObjectView[]): readonly Source[] {
  const pods = objects.filter(isPod).filter((pod) => pod.address !== null);
  const ordered = [...pods.filter((pod) => !pod.system), ...pods.filter((pod) => pod.system)];
  return [
    ...ordered.map((pod) => ({
      source: `pod/${pod.namespace}/${pod.name}`,
      name: pod.namespace === 'default' ? pod.name : `${pod.namespace}/${pod.name}`,
      place: `pod on ${pod.node}`,
    })),
    ...objects.filter(isNode).map((node) => ({ source: `node/${node.name}`, name: node.name, place: 'node' })),
    { source: 'world', name: 'laptop', place: 'outside the cluster' },
  ];
}

/** Lines worth sending, the scenario's own first. Names are written as the source would have to write them. */
export function suggestionsFor(objects: readonly ObjectView[], scenario: ScenarioView, from: string): readonly Suggestion[] {
  const [kind, namespace] = from.split('/');
  const services = objects.filter(isService).filter((service) => !service.system);
  const lines: Suggestion[] = [
    ...scenario.traffic.filter((entry) => entry.from === from).map(({ to }) => ({ line: formatCommand(to), about: 'this scenario' })),
    ...services.flatMap((service) => serviceSuggestions(service, kind === 'pod' ? (namespace ?? '') : null)),
    ...services.flatMap((service) => nodePortSuggestions(service, objects.filter(isNode))),
    ...objects.filter(isPod).flatMap(podSuggestions),
  ];
  const first = new Map<string, Suggestion>();
  for (const each of lines) if (!first.has(each.line)) first.set(each.line, each);
  return [...first.values()];
}

/** What a fresh scenario proposes to send: its own traffic, else the first pod to the first Service. */
export function firstTraffic(objects: readonly ObjectView[], scenario: ScenarioView): { from: string; line: string } {
  const [own] = scenario.traffic;
  if (own) return { from: own.from, line: formatCommand(own.to) };
  const from = sourcesOf(objects)[0]?.source ?? 'world';
  return { from, line: suggestionsFor(objects, scenario, from)[0]?.line ?? '' };
}

/** `namespace` is the asking pod's; null for who does not use the cluster's DNS. */
function serviceSuggestions(service: ServiceView, namespace: string | null): Suggestion[] {
  const name = service.namespace === namespace ? service.name : `${service.name}.${service.namespace}`;
  const host = namespace === null ? service.clusterIP : name;
  if (host === '' || host === 'None') return [];
  const about = `Service, ${service.clusterIP === 'None' ? 'headless' : service.type}`;
  return [
    ...service.ports.map((port) => ({ line: portLine(host, port.port, port.protocol, port.name), about })),
    { line: `ping ${host}`, about },
  ];
}

function nodePortSuggestions(service: ServiceView, nodes: readonly NodeView[]): Suggestion[] {
  return service.ports.flatMap((port) =>
    port.nodePort === null
      ? []
      : nodes.map((node) => ({
          line: portLine(node.address, port.nodePort ?? 0, port.protocol, 'http'),
          about: `nodePort of ${service.name}, on ${node.name}`,
        })),
  );
}

function podSuggestions(pod: PodView): Suggestion[] {
  if (pod.system || pod.address === null) return [];
  const about = `pod ${pod.name}`;
  const ports = pod.containers.flatMap((container) => container.listens).map((socket) => /^(tcp|udp) .*:(\d+)$/.exec(socket));
  return [
    ...ports.flatMap((match) => (match ? { line: portLine(pod.address ?? '', Number(match[2]), match[1] ?? 'tcp', 'http'), about } : [])),
    { line: `ping ${pod.address}`, about },
  ];
}

function portLine(host: string, port: number, protocol: string, portName: string): string {
  if (protocol.toLowerCase() === 'udp') return `nc -u ${host} ${port}`;
  if (protocol.toLowerCase() !== 'tcp') return `nc ${host} ${port}`;
  const isPlainTCP = /^(tcp|redis|postgres|mysql|db|grpc)/.test(portName);
  return isPlainTCP ? `nc ${host} ${port}` : `curl http://${host}${port === 80 ? '' : `:${port}`}`;
}

export function isPod(object: ObjectView): object is PodView {
  return object.kind === 'Pod';
}

export function isNode(object: ObjectView): object is NodeView {
  return object.kind === 'Node';
}

export function isService(object: ObjectView): object is ServiceView {
  return object.kind === 'Service';
}
