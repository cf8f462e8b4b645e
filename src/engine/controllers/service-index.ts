// Which Services select a pod, without asking all of them: Services are filed under one pair of their selector.

import { hasLabels } from '../api/label-selector.ts';
import type { Pod, Service } from '../api/types.ts';
import type { WatchEvent } from '../apiserver/types.ts';
import { canBeEndpoint } from './endpointslice-endpoints.ts';
import { isPodFinished, isPodReady } from './pod-state.ts';

const NO_LABELS: Readonly<Record<string, string>> = {};
const NOBODY = { labels: null, namespace: '', keys: [] };

/** Kept up to date by its owner, from the Service events that it hears. */
export class ServiceIndex {
  readonly #bySelectorPair = new Map<string, Map<string, Service>>();
  /** Whom the last labels that were asked about are selected by. */
  #last: { readonly labels: Readonly<Record<string, string>> | null; readonly namespace: string; readonly keys: readonly string[] } =
    NOBODY;

  /** Takes in a Service event. */
  change({ type, object, previous }: WatchEvent): void {
    this.#last = NOBODY;
    if (previous) this.#remove(previous as Service);
    if (type === 'DELETED') this.#remove(object as Service);
    else this.#put(object as Service);
  }

  /** Keys of the Services that a pod event touches: those that select the pod, or did before. Empty when it changed nothing that endpoints show. */
  touchedBy({ object, previous }: WatchEvent): Iterable<string> {
    const [pod, before] = [object as Pod, previous as Pod | undefined];
    if (!canBeEndpoint(pod) && !(before && canBeEndpoint(before))) return [];
    if (!before) return this.selecting(pod);
    if (before.metadata.labels === pod.metadata.labels) return isEndpointChange(before, pod) ? this.selecting(pod) : [];
    return new Set([...this.selecting(before), ...this.selecting(pod)]);
  }

  /** Keys of the Services whose selector matches the pod. */
  selecting(pod: Pod): readonly string[] {
    const { namespace = '', labels = NO_LABELS } = pod.metadata;
    const last = this.#last;
    // Pods of one template share their labels, and come one after the other.
    if (last.labels !== labels || last.namespace !== namespace)
      this.#last = { labels, namespace, keys: this.#selecting(namespace, labels) };
    return this.#last.keys;
  }

  #selecting(namespace: string, labels: Readonly<Record<string, string>>): readonly string[] {
    const keys: string[] = [];
    for (const label in labels) {
      for (const [key, service] of this.#bySelectorPair.get(`${namespace}/${label}=${labels[label]}`) ?? [])
        if (hasLabels(labels, service.spec.selector ?? {})) keys.push(key);
    }
    return keys;
  }

  #put(service: Service): void {
    const place = placeOf(service);
    if (place === null) return;
    const services = this.#bySelectorPair.get(place) ?? new Map<string, Service>();
    services.set(`${service.metadata.namespace}/${service.metadata.name}`, service);
    this.#bySelectorPair.set(place, services);
  }

  #remove(service: Service): void {
    const place = placeOf(service);
    if (place === null) return;
    const services = this.#bySelectorPair.get(place);
    services?.delete(`${service.metadata.namespace}/${service.metadata.name}`);
    if (services?.size === 0) this.#bySelectorPair.delete(place);
  }
}

/** Whether controllers make the Service's endpoints: it has a selector and is more than a DNS alias. An empty selector is none. */
export function hasSelector(service: Service): boolean {
  return service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0;
}

function placeOf(service: Service): string | null {
  if (!hasSelector(service)) return null;
  const [label] = Object.keys(service.spec.selector ?? {}).sort();
  return `${service.metadata.namespace}/${label}=${service.spec.selector?.[label ?? '']}`;
}

function addressesOf({ status }: Pod): string {
  const ips = status?.podIPs;
  return ips?.length === 1 ? String(ips[0]?.ip) : String(ips?.map(({ ip }) => ip));
}

/** Follows podEndpointsChanged in endpointslice/util/controller_utils.go. */
function isEndpointChange(before: Pod, after: Pod): boolean {
  return (
    before.status?.podIP !== after.status?.podIP ||
    addressesOf(before) !== addressesOf(after) ||
    isPodReady(before) !== isPodReady(after) ||
    isPodFinished(before) !== isPodFinished(after) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.spec !== after.spec
  );
}
