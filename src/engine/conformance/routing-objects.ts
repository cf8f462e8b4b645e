// The objects of a routing case behind the look-ups that the routing tables use.

import type { EndpointSlice, KubeObject } from '../api/types.ts';

/** Objects by kind, namespace and name, and slices by the Service that they belong to. */
export class RoutingObjects {
  readonly #byKey = new Map<string, KubeObject>();
  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #slices = new Map<string, EndpointSlice[]>();

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      const { kind, metadata } = object;
      this.#byKey.set(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`, object);
      addTo(this.#byKind, kind, object);
      const service = metadata.labels?.['kubernetes.io/service-name'];
      if (kind === 'EndpointSlice' && service) addTo(this.#slices, `${metadata.namespace ?? ''}/${service}`, object as EndpointSlice);
    }
  }

  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined {
    return this.#byKey.get(`${kind}/${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>(kind: string): readonly T[] {
    return (this.#byKind.get(kind) ?? []) as unknown as readonly T[];
  }

  slicesOf(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#slices.get(`${namespace}/${service}`) ?? [];
  }
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
