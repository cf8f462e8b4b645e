// How long a large cluster takes: applied and converged with the views of all objects, and after one pod was deleted,
// until its replacement runs, every node's rules are due and every view is up to date.

import { createSimulation } from '../../engine/whole-simulation.ts';
import { measure } from './measure.ts';
import type { FigureTable } from './table.ts';

interface Size {
  readonly nodes: number;
  readonly deployments: number;
  readonly replicas: number;
  readonly services: number;
  /** Whether pods become ready by a probe. */
  readonly probed?: boolean;
}

const SIZES: readonly Size[] = [
  { nodes: 100, deployments: 200, replicas: 5, services: 200 },
  { nodes: 100, deployments: 200, replicas: 5, services: 200, probed: true },
  { nodes: 1_000, deployments: 1_000, replicas: 10, services: 2_000 },
];
const RUNS = 5;
const BUDGET_MS = 40_000;
const DELETIONS = 20;

export function clusterFigures(): FigureTable {
  return {
    name: 'cluster',
    title: 'A cluster applied and converged; one pod deleted',
    columns: ['Nodes / pods / Services', 'start, ms', 'start, CPU ms', 'pod deleted, ms', 'pod deleted, CPU ms'],
    rows: SIZES.map((size) => {
      const text = manifestOf(size);
      const start = measure(RUNS, createSimulation, (simulation) => void simulation.run(text, 1, []), BUDGET_MS);
      const deletion = measureDeletion(text);
      const pods = size.deployments * size.replicas;
      const label = [size.nodes, pods, size.services].map((count) => count.toLocaleString('en-GB')).join(' / ');
      return [label + (size.probed ? ', readiness probes' : ''), start.wallMs, start.cpuMs, deletion.wallMs, deletion.cpuMs];
    }),
    notes: [
      'Text read, validated, applied; pods scheduled, started and ready; EndpointSlices, DNS and kube-proxies informed; the view of every object made.',
      'A node loads its rules when the first packet or reader comes to it: see the first table for what that takes.',
    ],
  };
}

/** Deletes one pod after another; each time the Deployment makes another, and all nodes hear of both. */
function measureDeletion(text: string) {
  const simulation = createSimulation();
  const pods = simulation.run(text, 1, []).objects.filter(({ kind, name }) => kind === 'Pod' && name.startsWith('web-'));
  const actions = pods.map(({ namespace, name }) => ({ type: 'deletePod' as const, namespace, name }));
  let deleted = 0;
  const next = () => actions.slice(0, ++deleted);
  return measure(DELETIONS, next, (sofar) => void simulation.run(text, 1, sofar));
}

/** One line for each object: the text of ten times the size has to fit too. */
export function manifestOf({ nodes, deployments, replicas, services, probed }: Size): string {
  const probe = probed ? ', readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}' : '';
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  return [
    ...numbers(nodes).map((n) => `{apiVersion: v1, kind: Node, metadata: {name: n${n}}}`),
    ...numbers(deployments).map(
      (n) =>
        `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web-${n}}, spec: {replicas: ${replicas}, selector: {matchLabels: {a: w${n}}}, ` +
        `template: {metadata: {labels: {a: w${n}}}, spec: {containers: [{name: c, image: nginx${probe}}]}}}}`,
    ),
    ...numbers(services).map(
      (n) =>
        `{apiVersion: v1, kind: Service, metadata: {name: web-${n}}, spec: {selector: {a: w${((n - 1) % deployments) + 1}}, ports: [{port: 80}]}}`,
    ),
  ].join('\n---\n');
}
