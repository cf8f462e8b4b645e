// Who was probably meant by a name that nobody has: a Service of another namespace or one letter away, a pod whose
// governing Service is another, or, outside the cluster, a Service by a name that only its DNS knows.

import type { Node, Pod, Service } from '../api/types.ts';
import type { TextEdit, WhyStep } from '../view.ts';
import { editDistance } from './endpoints.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { aimedAt } from './instead.ts';
import { originOf, rangeOf, viewKey } from './origin.ts';

export interface NameMeant {
  readonly why: readonly WhyStep[];
  /** The same request to whom was meant. */
  readonly instead?: string;
  readonly suggestion?: TextEdit;
}

export function nameMeant(evidence: Evidence, facts: WalkFacts): NameMeant {
  if (facts.source.kind !== 'pod') return askedOutside(evidence, facts);
  const { namespace } = facts.source;
  return podOf(evidence, facts, namespace) ?? serviceOf(evidence, facts, namespace);
}

/** `db-0.db`: a pod has a name only by the Service that its StatefulSet, or its own `subdomain`, names. */
function podOf(evidence: Evidence, { target }: WalkFacts, own: string): NameMeant | null {
  const [name = '', domain, namespace = own] = target.host.split('.');
  const pod = domain === undefined ? undefined : evidence.store.get<Pod>('Pod', namespace, name);
  if (!pod) return null;
  const [field, has] = governingField(evidence, pod);
  const range = rangeOfOwner(evidence, pod, field);
  const service = evidence.store.get<Service>('Service', namespace, domain as string);
  if (service && has !== domain) {
    const text = has ? `\`${name}\` has its name in Service \`${has}\`, as \`${field}\` says, and not in \`${domain}\`` : nameless(name);
    const origin = originOf(evidence, pod);
    const edit = has && origin?.source.has(field) ? { range: origin.source.rangeOf(field), newText: domain as string } : null;
    const suggestion = edit && { title: 'Suggested change', ...edit };
    return { why: [step(text, 'cause', viewKey(pod), range)], ...(suggestion ? { suggestion } : {}) };
  }
  if (service) return null;
  const text = has === domain ? `\`${field}: ${domain}\` names a Service that does not exist` : `No Service is called \`${domain}\``;
  return { why: [step(text, 'cause', viewKey(pod), has === domain ? range : null)] };
}

function nameless(pod: string): string {
  return `Pod \`${pod}\` has no name of its own in DNS: it has no \`subdomain\`, and no StatefulSet gives it one`;
}

/** The field that gives a pod its name, and what it says. */
function governingField(evidence: Evidence, pod: Pod): [field: string, value: string | undefined] {
  const isOwn = evidence.sources.has(viewKey(pod));
  return [isOwn ? 'spec.subdomain' : 'spec.serviceName', pod.spec.subdomain];
}

/** Where a field of the document stands that a pod comes from; null where the cluster brought it. */
function rangeOfOwner(evidence: Evidence, pod: Pod, field: string): WhyStep['range'] | null {
  return originOf(evidence, pod)?.source.rangeOf(field) ?? null;
}

/** Services of that name in other namespaces, and one of nearly that name in the pod's own. */
function serviceOf(evidence: Evidence, facts: WalkFacts, own: string): NameMeant {
  const wanted = facts.target.host.split('.')[0] as string;
  const services = evidence.store.list<Service>('Service');
  const same = services.filter(({ metadata }) => metadata.name === wanted && metadata.namespace !== own);
  const near = services.find(({ metadata }) => metadata.namespace === own && editDistance(metadata.name, wanted) === 1);
  const why = same.map((service) => {
    const { name, namespace } = service.metadata;
    const text = `Service \`${name}\` is in namespace \`${namespace}\`: from \`${own}\` its name is \`${name}.${namespace}\``;
    return step(text, 'cause', viewKey(service), rangeOf(evidence, service, 'metadata.namespace'));
  });
  if (near) {
    const text = `Service \`${near.metadata.name}\` is one letter away`;
    why.push(step(text, 'cause', viewKey(near), rangeOf(evidence, near, 'metadata.name')));
  }
  if (why.length === 0) return { why: [step(`No Service is called \`${wanted}\``, 'cause')] };
  const names = [...same.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`), ...(near ? [near.metadata.name] : [])];
  return { why, ...(names.length === 1 ? { instead: aimedAt(facts, { host: names[0] as string }) } : {}) };
}

/** A name of the cluster's DNS, asked where that is not asked. */
function askedOutside(evidence: Evidence, facts: WalkFacts): NameMeant {
  const [name, namespace] = facts.target.host.split('.');
  const service = evidence.store
    .list<Service>('Service')
    .find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
  if (!service) return { why: [] };
  const isNode = facts.source.kind === 'node';
  const text = `\`${facts.target.host}\` is a name of the cluster's DNS; ${isNode ? 'nodes do' : 'the world does'} not ask it`;
  const { clusterIP } = service.spec;
  const aim = isNode ? (clusterIP && clusterIP !== 'None' ? { host: clusterIP } : null) : addressOutside(evidence, facts, service);
  return { why: [step(text, 'cause', viewKey(service))], ...(aim ? { instead: aimedAt(facts, aim) } : {}) };
}

/** Where a Service can be asked from outside: at its balancer's address, or at a node's port. */
function addressOutside(evidence: Evidence, { target }: WalkFacts, { spec, status }: Service): { host: string; port?: number } | null {
  const balancer = status?.loadBalancer?.ingress?.find(({ ip }) => ip !== undefined)?.ip;
  if (balancer) return { host: balancer };
  const ports = spec.ports ?? [];
  const nodePort = (ports.find(({ port }) => port === target.port) ?? ports[0])?.nodePort;
  const [node] = evidence.store.list<Node>('Node');
  const host = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return host && nodePort ? { host, port: nodePort } : null;
}
