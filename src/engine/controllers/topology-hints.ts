// Hints: for whose clients an endpoint is meant. Two ways to ask for them: `trafficDistribution`, and the older `Auto`
// annotation, which shares endpoints out by the CPU of each zone. Follows staging/src/k8s.io/endpointslice/trafficdist
// and topologycache, Kubernetes 1.33; every sync shares out anew, where upstream spares slices that need no other change.

import { cpuMillis } from '../api/quantity.ts';
import type { Endpoint, Node, Service } from '../api/types.ts';
import type { DesiredSlice } from './endpointslice-slices.ts';

const OVERLOAD_THRESHOLD = 0.2;
const CONTROL_PLANE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** Whether the Service asks for hints by annotation; the older annotation wins over the newer one. */
export function hasAutoHints(service: Service): boolean {
  const { annotations = {} } = service.metadata;
  const mode = annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode'];
  return mode === 'Auto' || mode === 'auto';
}

/** Writes the hints that the Service asks for into the slices of one address family, which carry none yet. */
export function addHints(service: Service, slices: readonly DesiredSlice[], listNodes: () => readonly Node[]): void {
  if (hasAutoHints(service)) addAutoHints(slices, listNodes());
  else if (['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(service.spec.trafficDistribution ?? ''))
    changeReady(slices, (endpoint) => withOwnPlace(endpoint, service.spec.trafficDistribution === 'PreferSameNode'));
}

function withOwnPlace(endpoint: Endpoint, isNodeWanted: boolean): Endpoint {
  const { zone, nodeName } = endpoint;
  const hints = {
    ...(zone ? { forZones: [{ name: zone }] } : {}),
    ...(nodeName && isNodeWanted ? { forNodes: [{ name: nodeName }] } : {}),
  };
  return Object.keys(hints).length > 0 ? { ...endpoint, hints } : endpoint;
}

function addAutoHints(slices: readonly DesiredSlice[], nodes: readonly Node[]): void {
  const ready = slices.flatMap((slice) => slice.endpoints.filter(isReady));
  const desired = desiredByZone(cpuShareByZone(nodes), ready.length);
  if (!desired || ready.some((endpoint) => !endpoint.zone)) return;
  const present = new Map<string, number>();
  for (const { zone = '' } of ready) present.set(zone, (present.get(zone) ?? 0) + 1);
  const { giving, receiving } = planLoans(desired, present);
  changeReady(slices, (endpoint) => {
    const zone = endpoint.zone ?? '';
    const borrower = (giving.get(zone) ?? 0) > 0 ? [...receiving].find(([, count]) => count > 0)?.[0] : undefined;
    if (borrower !== undefined) {
      add(giving, zone, -1);
      add(receiving, borrower, -1);
    }
    return { ...endpoint, hints: { forZones: [{ name: borrower ?? zone }] } };
  });
}

/** Each zone's part of the CPU of all ready workers; null where hints would be guesswork. */
function cpuShareByZone(nodes: readonly Node[]): ReadonlyMap<string, number> | null {
  const cpuByZone = new Map<string, number>();
  for (const node of nodes) {
    const isReadyNode = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status === 'True';
    if (!isReadyNode || CONTROL_PLANE_LABELS.some((label) => node.metadata.labels?.[label] !== undefined)) continue;
    const zone = node.metadata.labels?.['topology.kubernetes.io/zone'];
    const cpu = cpuMillis(node.status?.allocatable?.cpu);
    if (!zone || cpu === 0) return null;
    add(cpuByZone, zone, cpu);
  }
  if (cpuByZone.size < 2) return null;
  const total = [...cpuByZone.values()].reduce((sum, cpu) => sum + cpu, 0);
  return new Map([...cpuByZone].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]));
}

/** How many endpoints each zone should have, or null when no dealing keeps every zone within the overload threshold. */
function desiredByZone(shares: ReadonlyMap<string, number> | null, count: number): ReadonlyMap<string, number> | null {
  if (!shares || shares.size > count) return null;
  const desired = new Map<string, number>();
  let left = count;
  for (const [zone, share] of shares) {
    const minimum = Math.ceil(share * count * (1 / (1 + OVERLOAD_THRESHOLD)));
    desired.set(zone, Math.max(share * count, minimum));
    left -= minimum;
  }
  return left < 0 ? null : desired;
}

/** Whole endpoints that zones with too many lend to zones with too few: always from the most to the least. */
function planLoans(desired: ReadonlyMap<string, number>, present: ReadonlyMap<string, number>) {
  const surplus = new Map<string, number>();
  const lack = new Map<string, number>();
  for (const [zone, target] of desired) {
    const difference = (present.get(zone) ?? 0) - target;
    if (difference > 0) surplus.set(zone, difference);
    else if (difference < 0) lack.set(zone, -difference);
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const [giver, toGive] = most(surplus);
    const [receiver, toReceive] = most(lack);
    const isWholeEndpoint = toGive >= 1 || toReceive >= 1;
    if (!isWholeEndpoint || toGive < 0.5 || toReceive < 0.5) return { giving, receiving };
    add(giving, giver, 1);
    add(surplus, giver, -1);
    add(receiving, receiver, 1);
    add(lack, receiver, -1);
  }
}

function most(zones: ReadonlyMap<string, number>): readonly [string, number] {
  return [...zones].reduce<readonly [string, number]>((best, one) => (one[1] > best[1] ? one : best), ['', 0]);
}

function add(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n);
}

function isReady(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready === true;
}

function changeReady(slices: readonly DesiredSlice[], change: (endpoint: Endpoint) => Endpoint): void {
  for (const slice of slices) slice.endpoints = slice.endpoints.map((endpoint) => (isReady(endpoint) ? change(endpoint) : endpoint));
}
