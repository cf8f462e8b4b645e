// Compares drawn clusters with the kernel, and cuts a cluster that fails down to what still fails.

import type { KubeObject, Pod, Service } from '../../engine/api/types.ts';
import { Cluster } from '../../engine/cluster.ts';
import { edge } from '../../engine/edge.ts';
import type { CNIMode } from '../../engine/node/cluster-network.ts';
import { type ComparedFlow, compareFile } from './compare-file.ts';
import { type DrawnCluster, drawCluster } from './random-cluster.ts';
import type { Request } from './requests.ts';
import { printDocuments } from './yaml-text.ts';

const REQUESTS_PER_CLUSTER = 20;
/** Chance decides in the kernel, too: what failed once gets several chances to fail again. */
const REPEATS = 6;
const MOST_TRIALS = 60;

export interface RandomFailure {
  readonly flow: ComparedFlow;
  /** A small scenario that still fails. */
  readonly scenario: string;
}

/** As many requests as are wanted, each in a cluster by chance. `onFlow` hears of every one. */
export async function compareRandom(
  root: string,
  options: { readonly count: number; readonly seed: number; readonly mode: CNIMode },
  onFlow: (flow: ComparedFlow, cluster: number) => void,
): Promise<RandomFailure | null> {
  let first: { flow: ComparedFlow; drawn: DrawnCluster; request: Request } | null = null;
  for (let done = 0, n = 0; done < options.count; n++) {
    const wanted = Math.min(REQUESTS_PER_CLUSTER, options.count - done);
    const drawn = inMode(drawCluster(options.seed, n, wanted), options.mode);
    const requests = addressed(drawn);
    const { flows, left } = await compareFile(root, printDocuments(drawn.objects), { seed: options.seed, requests });
    for (const flow of flows) {
      onFlow(flow, n);
      const at = requests.findIndex(({ from, to }) => flow.kernel.flow.title === `${from} -> ${to}`);
      const request = drawn.requests[at];
      if (flow.differences.length > 0 && request) first ??= { flow, drawn, request };
    }
    done += flows.length > 0 || left.length === 0 ? flows.length : 1;
  }
  return first && { flow: first.flow, scenario: await shrink(root, first.drawn, first.request, options.seed) };
}

function inMode({ objects, requests }: DrawnCluster, cni: CNIMode): DrawnCluster {
  return {
    requests,
    objects: objects.map((object) => (object.kind === 'Scenario' ? { ...object, cluster: { ...object.cluster, cni } } : object)),
  };
}

/** The requests with the addresses that the cluster gave; those to what has none are left out. */
function addressed({ objects, requests }: DrawnCluster): Request[] {
  const cluster = new Cluster(printDocuments(objects), 1, edge);
  return requests.flatMap(({ from, to }) => {
    const wanted = /\{(\w+)\/([\w-]+)\}/.exec(to);
    if (!wanted) return [{ from, to }];
    const address = addressOf(cluster, wanted[1] as string, wanted[2] as string);
    return address ? [{ from, to: to.replace(wanted[0], address) }] : [];
  });
}

function addressOf(cluster: Cluster, kind: string, name: string): string | undefined {
  if (kind === 'node') return cluster.network.machines.get(name)?.address;
  if (kind === 'pod') return cluster.store.get<Pod>('Pod', 'default', name)?.status?.podIP;
  const service = cluster.store.get<Service>('Service', 'default', name);
  if (kind === 'service') return service?.spec.clusterIP;
  return service?.spec.externalIPs?.[0] ?? service?.status?.loadBalancer?.ingress?.[0]?.ip;
}

/** Takes away objects, then fields, as long as the request still fails. */
async function shrink(root: string, drawn: DrawnCluster, request: Request, seed: number): Promise<string> {
  let objects = drawn.objects;
  let trials = 0;
  const fails = async (candidate: readonly KubeObject[]) => {
    if (trials++ >= MOST_TRIALS) return false;
    const requests = addressed({ objects: candidate, requests: Array.from({ length: REPEATS }, () => request) });
    if (requests.length === 0) return false;
    const { flows } = await compareFile(root, printDocuments(candidate), { seed, requests });
    return flows.some(({ differences }) => differences.length > 0);
  };
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const candidate of smaller(objects)) {
      if (!(await fails(candidate))) continue;
      objects = candidate;
      shrunk = true;
      break;
    }
  }
  const traffic = addressed({ objects, requests: [request] });
  return printDocuments(objects.map((object) => (object.kind === 'Scenario' ? { ...object, traffic } : object)));
}

function* smaller(objects: readonly KubeObject[]): Generator<readonly KubeObject[]> {
  for (const [i, object] of objects.entries()) if (object.kind !== 'Scenario') yield objects.filter((_, other) => other !== i);
  for (const [i, object] of objects.entries()) {
    for (const field of Object.keys(object.spec ?? {})) {
      if (/^(type|selector|ports|nodeName|containers|podSelector)$/.test(field)) continue;
      const { [field]: _left, ...spec } = object.spec;
      yield objects.map((other, place) => (place === i ? { ...object, spec } : other));
    }
    if (object.spec?.ports?.length > 1) {
      const spec = { ...object.spec, ports: object.spec.ports.slice(0, 1) };
      yield objects.map((other, place) => (place === i ? { ...object, spec } : other));
    }
  }
}
