// `kubectl describe` for the two kinds whose YAML is hard to read at a glance: what a NetworkPolicy lets through, and who is
// in an EndpointSlice. Follows pkg/describe/describe.go of kubectl 1.33.

import type {
  Endpoint,
  EndpointSlice,
  KubeObject,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../api/types.ts';
import { answerOf, errorText } from '../apiserver/api-error.ts';
import { getObject } from '../apiserver/listing.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { Shown } from './kubectl-get.ts';
import { kindOfResource } from './kubectl-targets.ts';

/** Carries out what follows `kubectl describe`. */
export function kubectlDescribe(store: ObjectStore, words: readonly string[]): Shown {
  const at = words.findIndex((word) => word === '-n' || word === '--namespace');
  const namespace = at < 0 ? 'default' : (words[at + 1] ?? 'default');
  const plain = words.filter((word, index) => !word.startsWith('-') && (at < 0 || index !== at + 1));
  const [resource = '', name = ''] = plain.length === 1 ? (plain[0] ?? '').split('/') : plain;
  const kind = kindOfResource(resource);
  if (!kind) return refused(`error: the server doesn't have a resource type "${resource}"`);
  const describe = DESCRIBERS[kind];
  if (!describe)
    return refused(`kubectl describe prints networkpolicies and endpointslices here; for ${resource}: kubectl get ${resource} -o yaml`);
  if (name === '') return refused(`which one? kubectl describe ${resource} NAME`);
  const answer = answerOf(() => getObject({ store }, { kind, namespace, name }));
  if ('status' in answer) return refused(errorText(answer.status));
  return { ok: true, output: describe(answer.value) };
}

function refused(text: string): Shown {
  return { ok: false, output: [text] };
}

const DESCRIBERS: Readonly<Record<string, (object: KubeObject) => string[]>> = {
  NetworkPolicy: (object) => describePolicy(object as NetworkPolicy),
  EndpointSlice: (object) => describeSlice(object as EndpointSlice),
};

function describePolicy(policy: NetworkPolicy): string[] {
  const { podSelector, policyTypes, ingress = [], egress = [] } = policy.spec ?? {};
  const types = policyTypes ?? ['Ingress', ...(egress.length > 0 ? ['Egress'] : [])];
  const selected = selector(podSelector) || '<none> (Allowing the specific traffic to all pods in this namespace)';
  return [
    ...head(policy),
    'Spec:',
    `  PodSelector:     ${selected}`,
    ...direction('ingress', types.includes('Ingress'), ingress),
    ...direction('egress', types.includes('Egress'), egress),
    `  Policy Types: ${types.join(', ')}`,
  ];
}

function direction(name: 'ingress' | 'egress', isOn: boolean, rules: readonly NetworkPolicyRule[]): string[] {
  if (!isOn) return [`  Not affecting ${name} traffic`];
  const none = `    <none> (Selected pods are isolated for ${name} connectivity)`;
  const lines = rules.flatMap((rule, index) => [...(index > 0 ? ['    ----------'] : []), ...ruleLines(name, rule)]);
  return [`  Allowing ${name} traffic:`, ...(rules.length === 0 ? [none] : lines)];
}

function ruleLines(name: 'ingress' | 'egress', { ports = [], from = [], to = [] }: NetworkPolicyRule): string[] {
  const isIngress = name === 'ingress';
  const peers = isIngress ? from : to;
  const word = isIngress ? 'From' : 'To';
  const open = `    ${word}: <any> (traffic not restricted by ${isIngress ? 'source' : 'destination'})`;
  return [
    ...(ports.length === 0 ? ['    To Port: <any> (traffic allowed to all ports)'] : ports.map((port) => `    To Port: ${portText(port)}`)),
    ...(peers.length === 0 ? [open] : peers.flatMap((peer) => [`    ${word}:`, ...peerLines(peer)])),
  ];
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  return `${port ?? '<any>'}${endPort ? `-${endPort}` : ''}/${protocol}`;
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): string[] {
  if (ipBlock) return ['      IPBlock:', `        CIDR: ${ipBlock.cidr}`, `        Except: ${(ipBlock.except ?? []).join(', ')}`];
  return [
    ...(namespaceSelector ? [`      NamespaceSelector: ${selector(namespaceSelector) || '<none>'}`] : []),
    ...(podSelector ? [`      PodSelector: ${selector(podSelector) || '<none>'}`] : []),
  ];
}

/** metav1.FormatLabelSelector: terms by key, joined with commas. */
function selector(wanted: NetworkPolicyPeer['podSelector']): string {
  const equal = Object.entries(wanted?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const terms = (wanted?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'In' || operator === 'NotIn') return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.toSorted().join(',')})`;
    return operator === 'Exists' ? key : `!${key}`;
  });
  return [...equal, ...terms].sort().join(',');
}

function describeSlice(slice: EndpointSlice): string[] {
  const ports = (slice.ports ?? []).map(({ name, port, protocol }) => [name || '<unset>', String(port ?? '<unset>'), protocol ?? 'TCP']);
  return [
    ...head(slice),
    `AddressType:  ${slice.addressType}`,
    'Ports:',
    ...(ports.length === 0
      ? ['  <unset>']
      : columns([['Name', 'Port', 'Protocol'], ['----', '----', '--------'], ...ports]).map((row) => `  ${row}`)),
    ...(slice.endpoints.length === 0 ? ['Endpoints: <none>'] : ['Endpoints:', ...slice.endpoints.flatMap(endpointLines)]),
  ];
}

function endpointLines({ addresses, conditions, hostname, targetRef, nodeName, zone, hints }: Endpoint): string[] {
  const zones = (hints?.forZones ?? []).map(({ name }) => name).join(', ');
  return [
    `  - Addresses:  ${addresses.join(',')}`,
    '    Conditions:',
    `      Ready:    ${conditions?.ready ?? '<unset>'}`,
    ...(conditions?.terminating ? [`      Serving:  ${conditions.serving ?? '<unset>'}`, '      Terminating:  true'] : []),
    `    Hostname:   ${hostname ?? '<unset>'}`,
    ...(targetRef ? [`    TargetRef:  ${targetRef.kind}/${targetRef.name}`] : []),
    `    NodeName:   ${nodeName ?? '<unset>'}`,
    `    Zone:       ${zone ?? '<unset>'}`,
    ...(zones ? [`    Hints:      ${zones}`] : []),
  ];
}

function head({ metadata }: KubeObject): string[] {
  return [
    `Name:         ${metadata.name}`,
    `Namespace:    ${metadata.namespace ?? ''}`,
    ...pairLines('Labels:       ', metadata.labels),
    ...pairLines('Annotations:  ', metadata.annotations),
  ];
}

function pairLines(title: string, pairs: Readonly<Record<string, string>> | undefined): string[] {
  const lines = Object.entries(pairs ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => (title.startsWith('A') ? `${key}: ${value}` : `${key}=${value}`));
  return lines.length === 0 ? [`${title}<none>`] : lines.map((line, index) => `${index === 0 ? title : ' '.repeat(title.length)}${line}`);
}

/** Two spaces between, as the describer's tabwriter. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + 2))).join(''));
}
