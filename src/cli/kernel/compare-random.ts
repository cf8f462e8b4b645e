// Compares drawn clusters with the kernel, and cuts a cluster that fails down to what still fails.

import type { KubeObject, Pod, Service } from '../../engine/api/types.ts';
import { Cluster } from '../../engine/cluster.ts';
import type { CNIMode } from '../../engine/node/cluster-network.ts';
import { wholeParts } from '../../engine/whole-parts.ts';
import { type ComparedFlow, compareFile } from './compare-file.ts';
import { type DrawnCluster, drawCluster } from './random-cluster.ts';
import type { Request } from './requests.ts';
import { shrinkWhile } from './shrink.ts';
import { printDocuments } from './yaml-text.ts';

const REQUESTS_PER_CLUSTER = 20;

export interface RandomFailure {
  readonly flow: ComparedFlow;
  /** A small scenario that still fails. */
  readonly scenario: string;
  /** Node -> rules of other hands that it takes to fail. */
  readonly rules: ReadonlyMap<string, string>;
}

/** As many requests as are wanted, in clusters by chance. `onFlow` hears of every one. */
export async function compareRandom(
  root: string,
  options: { readonly count: number; readonly seed: number; readonly mode: CNIMode },
  onFlow: (flow: ComparedFlow, cluster: number) => void,
): Promise<RandomFailure | null> {
  let first: { flow: ComparedFlow; drawn: DrawnCluster; request: Request } | null = null;
  for (let done = 0, n = 0; done < options.count; n++) {
    const wanted = Math.min(REQUESTS_PER_CLUSTER, options.count - done);
    const drawn = inMode(drawCluster(options.seed, n, wanted), options.mode);
    const asked = addressed(drawn);
    const requests = asked.map(({ from, to }) => ({ from, to }));
    const { flows } = await compareFile(root, printDocuments(drawn.objects), { seed: options.seed, requests, rules: drawn.rules });
    for (const flow of flows) {
      onFlow(flow, n);
      const request = asked.find(({ from, to }) => flow.kernel.flow.title === `${from} -> ${to}`)?.drawn;
      if (flow.differences.length > 0 && request) first ??= { flow, drawn, request };
    }
    done += Math.max(flows.length, 1);
  }
  if (!first) return null;
  const { request } = first;
  const small = await shrink(root, first.drawn, request, options.seed);
  // Once is enough for most; what chance decides may take as many as were tried.
  const repeats = (await fails(root, small, [request], options.seed)) ? 1 : REPEATS;
  const traffic = addressed({ ...small, requests: repeated(request, repeats) }).map(({ from, to }) => ({ from, to }));
  const objects = small.objects.map((object) => (object.kind === 'Scenario' ? { ...object, traffic } : object));
  return { flow: first.flow, scenario: printDocuments(objects), rules: small.rules };
}

function inMode({ objects, ...rest }: DrawnCluster, cni: CNIMode): DrawnCluster {
  return {
    ...rest,
    objects: objects.map((object) => (object.kind === 'Scenario' ? { ...object, cluster: { ...object.cluster, cni } } : object)),
  };
}

interface Addressed extends Request {
  readonly drawn: Request;
}

/** The requests with the addresses that the cluster gave; those to what has none are left out. */
function addressed({ objects, requests }: Pick<DrawnCluster, 'objects' | 'requests'>): Addressed[] {
  const cluster = Cluster.atRest(printDocuments(objects), 1, wholeParts);
  return requests.flatMap((drawn) => {
    const given = [...drawn.to.matchAll(/\{(\w+)\/([\w-]+)\}/g)].map(
      ([words, kind = '', name = '']) => [words, addressOf(cluster, kind, name)] as const,
    );
    if (given.some(([, address]) => address === undefined || address === 'None')) return [];
    const to = given.reduce((text, [words, address]) => text.replace(words, String(address)), drawn.to);
    return [{ from: drawn.from, to, drawn }];
  });
}

function addressOf(cluster: Cluster, kind: string, name: string): string | number | undefined {
  if (kind === 'node') return cluster.network.machines.get(name)?.address;
  if (kind === 'pod') return named<Pod>(cluster, 'Pod', name)?.status?.podIP;
  const service = named<Service>(cluster, 'Service', name);
  if (kind === 'service') return service?.spec.clusterIP;
  if (kind === 'health') return service?.spec.healthCheckNodePort;
  return service?.spec.externalIPs?.[0] ?? service?.status?.loadBalancer?.ingress?.[0]?.ip;
}

/** What is drawn has a name of its own in all namespaces. */
function named<T extends KubeObject>(cluster: Cluster, kind: string, name: string): T | undefined {
  return cluster.store.list<T>(kind).find(({ metadata }) => metadata.name === name);
}

/** Chance decides in the kernel, too: what failed once gets several chances to fail again. */
const REPEATS = 6;

function repeated(request: Request, times: number): Request[] {
  return Array.from({ length: times }, () => request);
}

function shrink(root: string, drawn: DrawnCluster, request: Request, seed: number): Promise<DrawnCluster> {
  return shrinkWhile(drawn, (candidate) => fails(root, candidate, repeated(request, REPEATS), seed));
}

async function fails(root: string, candidate: DrawnCluster, drawn: readonly Request[], seed: number): Promise<boolean> {
  const requests = addressed({ ...candidate, requests: drawn });
  if (requests.length === 0) return false;
  const { flows } = await compareFile(root, printDocuments(candidate.objects), { seed, requests, rules: candidate.rules });
  return flows.some(({ differences }) => differences.length > 0);
}
