// Is a pod behind a Service, and why or why not: the answer the inspector gives for every pod of the namespace, and the
// first thing to look at when a Service refuses.

import { hasLabels } from '../api/label-selector.ts';
import { kindedName } from '../api/object-names.ts';
import type { EndpointSlice, Pod, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { ServiceEndpointView } from '../view.ts';
import { whyNotReady } from './not-ready.ts';

export interface Candidate {
  readonly pod: Pod;
  readonly endpoint: boolean;
  readonly why: string;
}

export function slicesOf(store: ObjectStore, service: Service): readonly EndpointSlice[] {
  const { namespace, name } = service.metadata;
  return store.listLabelled<EndpointSlice>('EndpointSlice', namespace ?? '', { 'kubernetes.io/service-name': name });
}

/** The endpoints as the slices list them. */
export function endpointsOf(store: ObjectStore, service: Service): ServiceEndpointView[] {
  return slicesOf(store, service).flatMap((slice) => {
    const ports = (slice.ports ?? []).map((port) => ({ name: port.name ?? '', port: port.port ?? 0, protocol: port.protocol ?? 'TCP' }));
    return slice.endpoints.map(({ targetRef, addresses, conditions }) => ({
      pod: targetRef?.kind === 'Pod' ? kindedName('Pod', `${targetRef.namespace}`, targetRef.name) : null,
      address: addresses[0] ?? '',
      ready: conditions?.ready !== false,
      ports,
    }));
  });
}

/** As many pods as a reader can look through. */
const PODS_EXPLAINED = 50;

/**
 * The pods that a reader may ask about: all of a small namespace, in the order of their making. In a crowded one those
 * that the Service selects or lists; where it has none, some of the others, which show what their labels are instead.
 */
export function podsToExplain(
  store: ObjectStore,
  service: Service,
): { readonly concerned: readonly Pod[]; readonly others: readonly Pod[] } {
  const { namespace } = service.metadata;
  const pods = store.list<Pod>('Pod', namespace);
  if (pods.length <= PODS_EXPLAINED) return { concerned: pods, others: [] };
  const { selector } = service.spec;
  const concerned = new Set(selector ? store.listLabelled<Pod>('Pod', namespace ?? '', selector) : []);
  for (const { targetRef } of slicesOf(store, service).flatMap((slice) => slice.endpoints)) {
    const pod = targetRef?.kind === 'Pod' ? store.get<Pod>('Pod', targetRef.namespace ?? '', targetRef.name) : undefined;
    if (pod && pod.metadata.namespace === namespace) concerned.add(pod);
  }
  return { concerned: [...concerned], others: concerned.size > 0 ? [] : pods.slice(0, PODS_EXPLAINED) };
}

/** Those pods, each with the reason why it is an endpoint or not. */
export function candidatesOf(store: ObjectStore, service: Service): Candidate[] {
  const { selector } = service.spec;
  const listed = new Map(endpointsOf(store, service).map((endpoint) => [endpoint.pod, endpoint]));
  const { concerned, others } = podsToExplain(store, service);
  return [...concerned, ...others].map((pod) => {
    const endpoint = listed.get(kindedName('Pod', `${pod.metadata.namespace}`, pod.metadata.name));
    if (endpoint?.ready) return { pod, endpoint: true, why: `an endpoint: ${endpoint.address}${missingPorts(service, endpoint)}` };
    if (!selector) return { pod, endpoint: false, why: 'this Service has no selector: its endpoints are written by hand' };
    if (!hasLabels(pod.metadata.labels, selector)) return { pod, endpoint: false, why: labelDifference(pod, selector) };
    return { pod, endpoint: false, why: endpoint ? notReady(store, pod) : notListed(pod) };
  });
}

/** A Service port whose name no container port has is left out of the endpoint, and the rest of it stands. */
function missingPorts({ spec }: Service, endpoint: ServiceEndpointView): string {
  const missing = (spec.ports ?? []).filter(({ name = '' }) => !endpoint.ports.some((port) => port.name === name));
  if (missing.length === 0 || spec.clusterIP === 'None') return '';
  return `, without port ${missing.map(({ targetPort, port }) => targetPort ?? port).join(', ')}: no container port has that name`;
}

function notReady(store: ObjectStore, pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'its labels match, but it is terminating';
  const why = whyNotReady(store, pod);
  return `its labels match, but it is not ready${why ? `: ${why.text}` : ''}`;
}

function notListed(pod: Pod): string {
  if (!pod.status?.podIP) return 'its labels match, but it has no address yet';
  return `its labels match, but it is ${pod.status.phase ?? 'Pending'}`;
}

function labelDifference(pod: Pod, selector: Readonly<Record<string, string>>): string {
  const labels = pod.metadata.labels ?? {};
  const parts = Object.entries(selector)
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) =>
      labels[key] === undefined ? `it has no label ${key}` : `it has ${key}=${labels[key]}, the selector asks ${key}=${value}`,
    );
  return parts.join('; ');
}

export interface NearMiss {
  readonly key: string;
  readonly wanted: string;
  readonly has: string;
  readonly pods: readonly Pod[];
  /** How many letters lie between the two values. */
  readonly distance: number;
}

/** Pods that would be selected if one value of the selector were spelt a little differently. */
export function nearMiss(store: ObjectStore, service: Service): NearMiss | null {
  const selector = service.spec.selector ?? {};
  const pods = store.list<Pod>('Pod', service.metadata.namespace);
  const misses = Object.entries(selector).flatMap(([key, wanted]) => {
    const others = Object.fromEntries(Object.entries(selector).filter(([other]) => other !== key));
    const byValue = new Map<string, Pod[]>();
    for (const pod of pods) {
      const has = pod.metadata.labels?.[key];
      if (has === undefined || has === wanted || !hasLabels(pod.metadata.labels, others)) continue;
      byValue.set(has, [...(byValue.get(has) ?? []), pod]);
    }
    return [...byValue].map(([has, found]) => ({ key, wanted, has, pods: found, distance: editDistance(wanted, has) }));
  });
  const best = misses.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(2, Math.floor(best.wanted.length / 3)) ? best : null;
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
