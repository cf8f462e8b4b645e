// How long the connectivity matrix takes: all of it, worked out anew as after every edit of the text.

import { createSimulation } from '../../engine/whole-simulation.ts';
import { measure } from './measure.ts';
import type { FigureTable } from './table.ts';

const SIZES = [
  { pods: 30, services: 10, policies: 6 },
  { pods: 300, services: 30, policies: 40 },
] as const;
const RUNS = 15;

export function matrixFigures(): FigureTable {
  return {
    name: 'matrix',
    title: 'The connectivity matrix, worked out anew',
    columns: ['Pods / Services / policies', 'cells', 'matrix, ms', 'CPU ms', 'one cell in words, ms'],
    rows: SIZES.map((size) => {
      const simulation = createSimulation();
      simulation.run(manifestOf(size), 1, []);
      const matrix = simulation.matrix();
      const whole = measure(
        RUNS,
        () => simulation,
        (one) => void one.matrix(),
      );
      const [row, column] = [matrix?.rows[0]?.key ?? '', matrix?.columns.at(-2)?.key ?? ''];
      const words = measure(
        RUNS,
        () => simulation,
        (one) => void one.matrixCell(row, column),
      );
      const label = [size.pods, size.services, size.policies].join(' / ');
      return [label, (matrix?.rows.length ?? 0) * (matrix?.columns.length ?? 0), whole.wallMs, whole.cpuMs, words.wallMs];
    }),
    notes: ['Policies of both directions, by pod and namespace labels, by blocks with holes, by number, range and name of ports.'],
  };
}

/** Pods of ten applications in three namespaces, and policies that tell them apart. */
function manifestOf({ pods, services, policies }: (typeof SIZES)[number]): string {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const namespace = (n: number) => ['default', 'shop', 'ops'][n % 3];
  const peers = (n: number) => [
    `{podSelector: {matchLabels: {app: a${(n + 1) % 10}}}}`,
    `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${namespace(n + 1)}}}}`,
    `{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.${(n % 3) + 1}.0/25]}}`,
  ];
  const ports = (n: number) => ['{port: 80}', '{port: http}', '{port: 8000, endPort: 8999}'][n % 3];
  return [
    ...['shop', 'ops'].map((name) => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}`),
    ...numbers(pods).map(
      (n) =>
        `{apiVersion: v1, kind: Pod, metadata: {name: p${n}, namespace: ${namespace(n)}, labels: {app: a${n % 10}, tier: t${n % 4}}}, ` +
        `spec: {nodeName: node-${(n % 3) + 1}, containers: [{name: c, image: nginx, ports: [{name: http, containerPort: 80}]}]}}`,
    ),
    ...numbers(services).map(
      (n) =>
        `{apiVersion: v1, kind: Service, metadata: {name: s${n}, namespace: ${namespace(n)}}, spec: {selector: {app: a${n % 10}}, ports: [{port: 80}]}}`,
    ),
    ...numbers(policies).map(
      (n) =>
        `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n${n}, namespace: ${namespace(n)}}, ` +
        `spec: {podSelector: {matchLabels: {${n % 2 ? `app: a${n % 10}` : `tier: t${n % 4}`}}}, policyTypes: [${n % 4 === 3 ? 'Egress' : 'Ingress'}], ` +
        `${n % 4 === 3 ? 'egress: [{to' : 'ingress: [{from'}: [${peers(n)
          .slice(0, 1 + (n % 3))
          .join(', ')}], ports: [${ports(n)}]}]}}`,
    ),
  ].join('\n---\n');
}
