// The cluster by namespace: a frame each, a row for every Service with the pods that it selects beside it, and a last row
// for pods that no Service selects. Pure; a pod keeps its place in its row.

import type { PodView, ServiceView } from '../protocol/messages.ts';
import type { Box } from './geometry.ts';
import type { Cluster } from './graph.ts';
import { serviceWidth } from './layout.ts';
import { matchesSelector } from './selectors.ts';
import { keepPlaces } from './slots.ts';

export interface NamespaceRow {
  /** Null: pods that no Service selects. */
  readonly service: { readonly view: ServiceView; readonly box: Box } | null;
  readonly pods: readonly { readonly view: PodView; readonly box: Box }[];
}

export interface NamespaceFrame {
  readonly name: string;
  readonly box: Box;
  readonly rows: readonly NamespaceRow[];
}

export interface NamespaceLayout {
  readonly width: number;
  readonly height: number;
  readonly atTop: true;
  readonly frames: readonly NamespaceFrame[];
}

/** Row (namespace and Service) to its pods' places. */
export type RowPlaces = ReadonlyMap<string, ReadonlyMap<string, number>>;

const columns = 3;
const cell = { width: 160, height: 64, gap: 12 } as const;
const frame = { x: 24, top: 44, head: 34, gap: 16, pad: 14 } as const;
export const podsLeft = frame.x + frame.pad + serviceWidth + 52;
const rowGap = 14;

interface Row {
  readonly key: string;
  readonly namespace: string;
  readonly service: ServiceView | null;
  readonly pods: readonly PodView[];
}

/** The places of all pods in their rows: kept from `previous` where a pod stays. */
export function assignRows(cluster: Cluster, previous: RowPlaces = new Map()): RowPlaces {
  const range = (count: number) => Array.from({ length: count * 2 }, (_, i) => i);
  return new Map(
    rowsOf(cluster).map(({ key, pods }) => [
      key,
      keepPlaces(
        pods.map((pod) => pod.key),
        previous.get(key) ?? new Map(),
        range,
      ),
    ]),
  );
}

/** Places every frame, Service and pod. */
export function layoutNamespaces(cluster: Cluster, places: RowPlaces): NamespaceLayout {
  const frames: NamespaceFrame[] = [];
  const width = podsLeft + columns * (cell.width + cell.gap) - cell.gap + frame.pad;
  let y: number = frame.top;
  const all = rowsOf(cluster);
  for (const name of new Set(all.map((row) => row.namespace))) {
    const rows = all.filter((row) => row.namespace === name);
    const top = y;
    y += frame.head;
    const placed = rows.map((row): NamespaceRow => {
      const own = places.get(row.key) ?? new Map<string, number>();
      const lines = Math.max(1, ...[...own.values()].map((place) => Math.floor(place / columns) + 1));
      const start = y;
      y += lines * (cell.height + cell.gap) - cell.gap + rowGap;
      return {
        service: row.service && { view: row.service, box: { x: frame.x + frame.pad, y: start + 2, width: serviceWidth, height: 60 } },
        pods: row.pods.map((view) => ({ view, box: cellAt(own.get(view.key) ?? 0, start) })),
      };
    });
    frames.push({ name, box: { x: frame.x, y: top, width: width - frame.x, height: y - top }, rows: placed });
    y += frame.gap;
  }
  return { width: width + frame.x, height: y + 8, atTop: true, frames };
}

function cellAt(place: number, top: number): Box {
  return {
    x: podsLeft + (place % columns) * (cell.width + cell.gap),
    y: top + Math.floor(place / columns) * (cell.height + cell.gap),
    width: cell.width,
    height: cell.height,
  };
}

/** A pod stands in the row of the first Service that selects it. */
function rowsOf({ podsByNode, unscheduled, services }: Cluster): Row[] {
  const pods = [...podsByNode.values(), unscheduled].flat().sort((a, b) => (a.key < b.key ? -1 : 1));
  const namespaces = [...new Set([...pods, ...services].map((object) => object.namespace))].sort();
  return namespaces.flatMap((namespace) => {
    const left = new Set(pods.filter((pod) => pod.namespace === namespace));
    const rows = services
      .filter((service) => service.namespace === namespace)
      .map((service): Row => {
        const own = [...left].filter((pod) => matchesSelector(service, pod));
        for (const pod of own) left.delete(pod);
        return { key: service.key, namespace, service, pods: own };
      });
    return left.size > 0 ? [...rows, { key: `${namespace}/`, namespace, service: null, pods: [...left] }] : rows;
  });
}
