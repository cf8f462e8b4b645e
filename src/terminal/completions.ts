// What could stand where the last word of a line is being typed: tools, kubectl's verbs, resources, names of the cluster.

import type { ObjectView } from '../protocol/messages.ts';

const TOOLS = 'curl ping nslookup nc kubectl ip ss cat env hostname iptables-save conntrack partition wait'.split(' ');
const VERBS = 'get describe delete scale rollout set label annotate cordon uncordon drain taint patch'.split(' ');
const RESOURCES = 'pods services deployments replicasets endpoints endpointslices nodes namespaces events networkpolicies all'.split(' ');
const AFTER: Readonly<Record<string, readonly string[]>> = {
  ip: ['addr', 'route', 'neigh'],
  cat: ['/etc/resolv.conf', '/etc/hosts'],
  rollout: ['restart', 'undo', 'pause', 'resume'],
  '-o': ['wide', 'name', 'json'],
  systemctl: ['stop', 'start', 'restart'],
  stop: ['kube-proxy', 'kubelet'],
  start: ['kube-proxy', 'kubelet'],
};
/** kubectl's words for the kinds whose objects have names worth typing. */
const KIND_OF: Readonly<Record<string, string>> = {
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
  service: 'Service',
  services: 'Service',
  svc: 'Service',
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  node: 'Node',
  nodes: 'Node',
  cordon: 'Node',
  uncordon: 'Node',
  drain: 'Node',
};

/** The whole line with its last word completed, for each word that begins so; shortest first. */
export function completions(line: string, objects: readonly ObjectView[]): readonly string[] {
  const at = line.search(/\S*$/);
  const [before, begun] = [line.slice(0, at), line.slice(at)];
  const words = before.trim().split(/\s+/).filter(Boolean);
  const choices = choicesAfter(words, objects).filter((word) => word.startsWith(begun) && word !== begun);
  return choices.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)).map((word) => `${before}${word}`);
}

function choicesAfter(words: readonly string[], objects: readonly ObjectView[]): readonly string[] {
  const last = words.at(-1);
  if (last === undefined) return [...TOOLS, ...namesOf(objects, 'Node').map((name) => `${name}:`)];
  if (AFTER[last]) return AFTER[last];
  if (last === 'kubectl') return VERBS;
  const kind = KIND_OF[last];
  if (words[0] === 'kubectl' && kind) return namesOf(objects, kind);
  if (words[0] === 'kubectl' && (words.length === 2 || last === 'restart' || last === 'undo')) return RESOURCES;
  if (['curl', 'ping', 'nslookup', 'nc'].includes(words[0] ?? '')) {
    const names = [...namesOf(objects, 'Service'), ...namesOf(objects, 'Pod')];
    return words[0] === 'curl' ? names.map((name) => `http://${name}`) : names;
  }
  if (last.endsWith(':')) return ['systemctl', 'ip', 'tc', 'power', 'lag', 'kill', 'fail'];
  return [];
}

function namesOf(objects: readonly ObjectView[], kind: string): readonly string[] {
  return objects.filter((object) => object.kind === kind).map(({ name }) => name);
}
