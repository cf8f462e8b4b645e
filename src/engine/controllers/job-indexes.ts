// Indexed jobs: every completion has a number, and the pod that works on it knows which. Follows
// pkg/controller/job/indexed_job_utils.go, Kubernetes 1.33.

import type { Container, Job, Pod, PodTemplateSpec } from '../api/types.ts';
import { podFromTemplate } from './pod-template.ts';

const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';
const VARIABLE = 'JOB_COMPLETION_INDEX';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

/** The number that the pod works on, -1 for one without. */
export function indexOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[INDEX_KEY] ?? -1);
}

/** The lowest `count` numbers that nobody has done or works on. */
export function freeIndexes({ spec }: Job, taken: ReadonlySet<number>, count: number): readonly number[] {
  const all = Array.from({ length: spec.completions ?? 0 }, (_, index) => index);
  return all.filter((index) => !taken.has(index)).slice(0, Math.max(0, count));
}

export function completedIndexes({ spec }: Job, done: ReadonlySet<number>): readonly number[] {
  return [...done].filter((index) => index >= 0 && index < (spec.completions ?? 0)).toSorted((a, b) => a - b);
}

/** `0-2,5`: neighbours are drawn together, two of them stay apart as `0,1`. */
export function indexText(indexes: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run && run.last === index - 1) run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}${last - first > 1 ? '-' : ','}${last}`)).join(',');
}

/** A pod for one number: in its name, its hostname, a label, an annotation, and the environment of its containers. */
export function newIndexedPod(job: Job, index: number, name: string, labels: Readonly<Record<string, string>>): Pod {
  const { template } = job.spec;
  const suffix = name.slice(job.metadata.name.length + 1);
  const withIndex = (containers: readonly Container[]) => containers.map(withVariable);
  const { initContainers, containers } = template.spec;
  const annotated: PodTemplateSpec = {
    ...template,
    metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [INDEX_KEY]: String(index) } },
  };
  const base = `${job.metadata.name}-${index}`;
  return podFromTemplate(job, `${base}-${suffix}`, {
    template: annotated,
    labels: { ...labels, [INDEX_KEY]: String(index) },
    spec: {
      ...template.spec,
      hostname: base,
      containers: withIndex(containers),
      ...(initContainers ? { initContainers: withIndex(initContainers) } : {}),
    },
  });
}

function withVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === VARIABLE)) return container;
  const variable = { name: VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX_KEY}']` } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
