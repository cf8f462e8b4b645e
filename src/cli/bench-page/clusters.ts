// Clusters for the page's bench, as a reader would have them in the editor.

export interface ClusterSize {
  readonly nodes: number;
  readonly deployments: number;
  readonly replicas: number;
}

/** The last line is the name of a Service that all lists begin with: typing changes it. */
export function manifestOf({ nodes, deployments, replicas }: ClusterSize): string {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const zone = (n: number) => `zone-${'abc'[Math.floor(((n - 1) * 3) / nodes)]}`;
  return [
    ...numbers(nodes).map(
      (n) => `{apiVersion: v1, kind: Node, metadata: {name: node-${n}, labels: {topology.kubernetes.io/zone: ${zone(n)}}}}`,
    ),
    ...numbers(deployments).map(
      (n) =>
        `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web-${n}}, spec: {replicas: ${replicas}, selector: {matchLabels: {a: w${n}}}, ` +
        `template: {metadata: {labels: {a: w${n}}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    ),
    ...numbers(deployments).map(
      (n) => `{apiVersion: v1, kind: Service, metadata: {name: web-${n}}, spec: {selector: {a: w${n}}, ports: [{port: 80}]}}`,
    ),
    'apiVersion: v1\nkind: Service\nspec:\n  selector: {a: w1}\n  ports:\n    - port: 80\nmetadata:\n  name: a1',
  ].join('\n---\n');
}

export const hundredPods: ClusterSize = { nodes: 10, deployments: 20, replicas: 5 };
export const thousandPods: ClusterSize = { nodes: 100, deployments: 40, replicas: 25 };
