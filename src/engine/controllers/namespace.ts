// Namespaces: what each one has from the start, and what is left to do when one is deleted. Follows
// pkg/controller/namespace/deletion, pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher,
// Kubernetes 1.33.

import type { KubeObject, Namespace } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { type Controller, type ControllerDependencies, ownKey, splitKey, startController } from './controller.ts';

/** Starts the namespace controller. */
export function startNamespaceController(dependencies: ControllerDependencies): Controller {
  const { store } = dependencies;
  const controller = startController(dependencies, {
    name: 'namespace-controller',
    lagUs: 1_000,
    watches: [{ kind: 'Namespace', keysOf: ownKey }],
    sync: (key) => {
      const namespace = store.get<Namespace>('Namespace', '', splitKey(key).name);
      if (!namespace) return;
      if (namespace.metadata.deletionTimestamp) empty(store, namespace);
      else for (const object of defaultObjects(namespace.metadata.name)) createIfMissing(store, object);
    },
  });
  // A namespace goes when the last of what is in it has gone: pods take their time, and so does what has finalizers.
  const stopWatching = store.watchAll(({ type, object }) => {
    const { namespace } = object.metadata;
    if (type === 'DELETED' && namespace && store.get('Namespace', '', namespace)?.metadata.deletionTimestamp)
      controller.queue.add(`/${namespace}`);
  }, 'Event');
  return {
    ...controller,
    stop: () => {
      stopWatching();
      controller.stop();
    },
  };
}

/** Deletes what the namespace has; when nothing is left, takes the finalizer off, and the namespace is gone. */
function empty(store: ObjectStore, namespace: Namespace): void {
  const { name } = namespace.metadata;
  const contents = () => store.kinds.flatMap((kind) => store.list(kind, name));
  for (const { kind, metadata } of contents())
    if (!metadata.deletionTimestamp && store.get(kind, name, metadata.name)) store.delete(kind, name, metadata.name);
  if (contents().length === 0) store.update({ ...namespace, spec: { ...namespace.spec, finalizers: [] } });
}

function defaultObjects(namespace: string): readonly KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace,
        annotations: {
          'kubernetes.io/description': 'The certificate of the API server, for pods that want to check it. This cluster has none.',
        },
      },
      data: { 'ca.crt': '' },
    },
  ];
}

function createIfMissing(store: ObjectStore, object: KubeObject): void {
  if (!store.get(object.kind, object.metadata.namespace ?? '', object.metadata.name)) store.create(object);
}
