// The suites `netpol` and `netpol-cnp`: who may talk to whom. Every probe is a packet through the rules that the policy
// controller has written on the nodes of the case, after each of its steps. Verdicts are about policy only.

import { admit } from '../api/admit.ts';
import type { ClusterConfig, KubeObject } from '../api/types.ts';
import { type Attempt, PolicyCluster, type Protocol, type Reference } from './policy-cluster.ts';
import type { VectorCase } from './suites.ts';

interface Step {
  readonly apply?: readonly KubeObject[];
  readonly delete?: readonly Reference[];
  readonly probes?: readonly Probe[];
}

interface MatrixProbe {
  readonly port: number | string;
  readonly protocol: Protocol;
  readonly matrix: Readonly<Record<string, readonly string[]>>;
}

interface SingleProbe extends Attempt {
  readonly allowed: boolean;
  /** For a Service: the verdict per ready backend; `allowed` is whether any of them is. */
  readonly backends?: Readonly<Record<string, boolean>>;
}

type Probe = MatrixProbe | SingleProbe;

const CLUSTER: ClusterConfig = { serviceCIDRs: ['10.96.0.0/12', 'fd00:10:96::/112'], nodePortRange: '30000-32767' };

/** The first difference, in one line, or null when the case holds. */
export function runNetpolCase(testCase: VectorCase): string | null {
  return admissionDifference(testCase) ?? probeDifference(testCase);
}

function admissionDifference({ admission = [] }: VectorCase): string | null {
  for (const { object, valid, why } of admission as readonly { object: KubeObject; valid: boolean; why: string }[]) {
    const { errors } = admit({ operation: 'create', object, cluster: CLUSTER, existing: [] });
    const got = errors.length === 0;
    if (got !== valid) return `${why}: expected valid ${valid}, got ${got}${errors[0] ? ` (${errors[0].path}: ${errors[0].message})` : ''}`;
  }
  return null;
}

function probeDifference(testCase: VectorCase): string | null {
  const steps: readonly Step[] = testCase.steps ?? [{ probes: testCase.probes }];
  const cluster = new PolicyCluster([testCase.objects ?? [], ...steps.map((step) => step.apply ?? [])].flat());
  cluster.apply(testCase.objects ?? []);
  for (const [number, step] of steps.entries()) {
    cluster.apply(step.apply ?? []);
    cluster.delete(step.delete ?? []);
    for (const probe of step.probes ?? []) {
      const difference = 'matrix' in probe ? matrixDifference(cluster, probe) : singleDifference(cluster, probe);
      if (difference) return testCase.steps ? `step ${number + 1}: ${difference}` : difference;
    }
  }
  return null;
}

function matrixDifference(cluster: PolicyCluster, { matrix, port, protocol }: MatrixProbe): string | null {
  const names = [...new Set([...Object.keys(matrix), ...Object.values(matrix).flat()])];
  for (const [from, expected] of Object.entries(matrix)) {
    for (const to of names) {
      if (to === from) continue;
      const allowed = expected.includes(to);
      if (cluster.isAllowed({ from, to, port, protocol }) !== allowed) return wrong({ from, to, port, protocol, allowed });
    }
  }
  return null;
}

function singleDifference(cluster: PolicyCluster, probe: SingleProbe): string | null {
  if (!probe.to.startsWith('svc:')) return cluster.isAllowed(probe) === probe.allowed ? null : wrong(probe);
  const backends = cluster.backendsOf(probe);
  const got: Record<string, boolean> = {};
  for (const { name, to, port } of backends)
    got[name] = (got[name] ?? false) || cluster.isAllowed({ ...probe, to, port, isRewritten: true });
  const allowed = Object.values(got).includes(true);
  if (allowed !== probe.allowed) return wrong(probe);
  const texts = [probe.backends ?? got, got].map((one) => JSON.stringify(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))));
  return texts[0] === texts[1] ? null : `${probe.from} -> ${probe.to}: expected backends ${texts[0]}, got ${texts[1]}`;
}

function wrong({ from, to, port, protocol, allowed, seenAs }: SingleProbe): string {
  const seen = seenAs ? `, seen as ${seenAs},` : '';
  return `${from} -> ${to}${seen} port ${port}/${protocol}: expected ${allowed ? 'allowed' : 'blocked'}, got ${allowed ? 'blocked' : 'allowed'}`;
}
