// Requests as the overview counts them: how many went to each Service, and how many each pod and node took. Walks are
// counted, and, where a load was sent, its samples.

import type { ObjectView, Walk } from '../protocol/messages.ts';
import { isNeighbourTalk } from '../state/stepping.ts';
import { serviceOf } from './followed.ts';
import type { Cluster } from './graph.ts';

/** One request of a load: who answered it, as it calls itself. */
export interface Sample {
  readonly ok: boolean;
  readonly by: string;
  /** The walk, where this one was traced: it is counted once. */
  readonly walk?: number;
}

export interface Load {
  readonly from: string;
  readonly to: string;
  readonly samples: readonly Sample[];
}

export interface Requests {
  readonly total: number;
  readonly failed: number;
  /** By the view key of a Service. */
  readonly byService: ReadonlyMap<string, number>;
  /** By the view key of a pod. */
  readonly byPod: ReadonlyMap<string, number>;
  /** By node name: what its pods took. */
  readonly byNode: ReadonlyMap<string, number>;
  /** By Service, then by node name. */
  readonly nodesOf: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** From outside of the cluster. */
  readonly fromWorld: number;
}

/** Counts what was sent so far. */
export function countRequests(objects: readonly ObjectView[], cluster: Cluster, walks: readonly Walk[], loads: readonly Load[]): Requests {
  const pods = new Map([...cluster.podsByNode.values(), cluster.unscheduled].flat().map((pod) => [pod.name, pod]));
  const byService = new Map<string, number>();
  const byPod = new Map<string, number>();
  const byNode = new Map<string, number>();
  const nodesOf = new Map<string, Map<string, number>>();
  const sampled = new Set(loads.flatMap(({ samples }) => samples.flatMap(({ walk }) => walk ?? [])));
  let total = 0;
  let failed = 0;
  let fromWorld = 0;
  const count = (request: { from: string; service: string | null; by: string; ok: boolean }) => {
    total += 1;
    if (!request.ok) failed += 1;
    if (request.from === 'world') fromWorld += 1;
    const pod = pods.get(request.by);
    if (request.service) add(byService, request.service);
    if (pod) add(byPod, pod.key);
    if (!pod?.node) return;
    add(byNode, pod.node);
    if (!request.service) return;
    const nodes = nodesOf.get(request.service) ?? new Map<string, number>();
    add(nodes, pod.node);
    nodesOf.set(request.service, nodes);
  };
  for (const walk of walks) {
    if (!sampled.has(walk.id)) count({ from: walk.from, service: serviceIn(objects, walk), by: answererOf(walk), ok: walk.outcome.ok });
  }
  for (const load of loads) {
    const traced = walks.find((walk) => load.samples.some((sample) => sample.walk === walk.id));
    const service = traced ? serviceIn(objects, traced) : null;
    for (const { by, ok } of load.samples) count({ from: load.from, service, by, ok });
  }
  return { total, failed, byService, byPod, byNode, nodesOf, fromWorld };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The request itself, not what looked up its name: the last packet that somebody asked with. */
function requestOf(walk: Walk) {
  return walk.packets.findLast((packet) => packet.direction === 'request' && !isNeighbourTalk(packet) && packet.about === undefined);
}

function serviceIn(objects: readonly ObjectView[], walk: Walk): string | null {
  const request = requestOf(walk);
  return request ? (serviceOf(objects, request)?.key ?? null) : null;
}

function answererOf(walk: Walk): string {
  const last = requestOf(walk)?.hops.at(-1)?.node ?? '';
  return last.slice(last.indexOf('/') + 1);
}
