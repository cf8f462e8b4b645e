// From a controller's template to a pod, and the names that such pods get. Follows GetPodFromTemplate in
// pkg/controller/controller_utils.go, Kubernetes 1.33; generated names here depend on nothing but their owner.

import { kindedName } from '../api/object-names.ts';
import { admittedFields } from '../api/pod-admission.ts';
import type { KubeObject, Pod, PodSpec, PodTemplateSpec } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import { stableSuffix } from '../sim/random.ts';
import { controllerReference } from './controller.ts';

/** A pod of `owner`, with its labels and what `own` changes in the template. */
export function podFromTemplate(
  owner: KubeObject,
  name: string,
  own: { readonly template?: PodTemplateSpec; readonly labels?: Readonly<Record<string, string>>; readonly spec?: Partial<PodSpec> } = {},
): Pod {
  const template: PodTemplateSpec = own.template ?? owner.spec.template;
  const spec = own.spec ? { ...template.spec, ...own.spec } : template.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: own.labels ? { ...template.metadata?.labels, ...own.labels } : template.metadata?.labels,
      annotations: template.metadata?.annotations,
      ownerReferences: [controllerReference(owner)],
    },
    spec: spec && admitted(spec),
    status: { phase: 'Pending' },
  };
}

/** Pods are made of a template one after the other, and share what it says. */
function admitted(spec: PodSpec): PodSpec {
  if (lastAdmitted.of !== spec) lastAdmitted = { of: spec, spec: { ...spec, ...admittedFields(spec) } };
  return lastAdmitted.spec as PodSpec;
}

let lastAdmitted: { readonly of: PodSpec | null; readonly spec: PodSpec | null } = { of: null, spec: null };

/**
 * Names like `web-x2x9z`. Every name is used once, so that a replacement is another pod also to the eye; the first pods
 * of an owner get the same names in every run, however many are asked for.
 */
export class PodNames {
  readonly #store: ObjectStore;
  readonly #lastOrdinal = new Map<string, number>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The next free name of the owner, or of its pods at one `place`: what is done at another does not change it. */
  next(owner: KubeObject, place = ''): string {
    const key = kindedName(owner.kind, owner.metadata.namespace ?? '', owner.metadata.name);
    const series = place === '' ? key : `${key}/${place}`;
    for (;;) {
      const ordinal = (this.#lastOrdinal.get(series) ?? -1) + 1;
      this.#lastOrdinal.set(series, ordinal);
      const name = nameInSeries(owner, series, ordinal);
      if (!this.#store.get('Pod', owner.metadata.namespace ?? '', name)) return name;
    }
  }
}

/** The names of a series, which are drawn again in every run. */
const drawnNames = new Map<string, string[]>();
const MOST_SERIES = 2_000;

function nameInSeries(owner: KubeObject, series: string, ordinal: number): string {
  let names = drawnNames.get(series);
  if (!names) {
    if (drawnNames.size >= MOST_SERIES) drawnNames.clear();
    names = [];
    drawnNames.set(series, names);
  }
  const known = names[ordinal];
  if (known !== undefined) return known;
  const name = `${owner.metadata.name}-${stableSuffix(`${series}/${ordinal}`, 5)}`;
  // In their order; a series that begins elsewhere keeps none.
  if (names.length === ordinal) names.push(name);
  return name;
}
