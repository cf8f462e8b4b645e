// The dotted lines from a Service's selector to the labels that it matches. They keep to their own channels: out of the
// virtual lane, through the gap between machines, down the gutter on the right of the pods.

import type { PodView, ServiceView } from '../protocol/messages.ts';
import type { Point } from './geometry.ts';
import { inside, type Layout, type NodePlace, type PodPlace } from './layout.ts';
import { monoWidth, shortenEnd } from './text.ts';

export interface SelectorLines {
  readonly lines: readonly (readonly Point[])[];
  /** Where lines part. */
  readonly knot: Point | null;
}

const trunkX = 310;

/** The pods whose labels a Service selects, ready or not. */
export function selectedPods(service: ServiceView, pods: Iterable<PodPlace>): PodPlace[] {
  return [...pods].filter(({ view }) => matchesSelector(service, view));
}

export function matchesSelector(service: ServiceView, pod: PodView): boolean {
  return pod.namespace === service.namespace && matches(service.selector, pod);
}

function matches(selector: ServiceView['selector'], pod: PodView): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => pod.labels[key] === value);
}

/** The label that a pod's cell shows: the one that the Service asks for, or the one that names the application. */
export function labelOf(pod: PodView, service: ServiceView | null): { readonly text: string; readonly matched: boolean } | null {
  const wanted = service && service.namespace === pod.namespace ? Object.keys(service.selector ?? {}) : [];
  const key = [...wanted, 'app', 'app.kubernetes.io/name', 'k8s-app', ...Object.keys(pod.labels)].find((each) => each in pod.labels);
  if (key === undefined) return null;
  return {
    text: `${key}=${pod.labels[key]}`,
    matched: service !== null && matchesSelector(service, pod),
  };
}

/** The tag in an opened Service: its text, and how far right of the box's edge it ends. Null without a selector. */
export function selectorTag(service: ServiceView): { readonly text: string; readonly right: number } | null {
  const [first, ...others] = Object.entries(service.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (first === undefined) return null;
  const text = shortenEnd(others.length > 0 ? `${first} +${others.length}` : first, 11);
  return { text, right: 91.6 + monoWidth(text) };
}

/** Routes from the Service's tag to every selected pod. */
export function selectorLines(layout: Layout, service: ServiceView): SelectorLines {
  const place = layout.services.get(service.key);
  const pods = selectedPods(service, layout.pods.values()).filter((pod) => pod.node !== null);
  if (!place || pods.length === 0) return { lines: [], knot: null };
  const start = { x: place.box.x + (selectorTag(service)?.right ?? 0) + 2, y: place.box.y + 64 };
  const lines: Point[][] = [];
  for (const cell of pods) {
    const node = layout.nodes.get(cell.node as string);
    if (!node || !isReached(cell, node)) continue;
    const gutter = node.box.x + inside.gutter;
    const full = cell.density === 'full';
    const end = { x: cell.box.x + cell.box.width - (full ? 3 : 0), y: cell.box.y + (full ? 50.5 : 10) };
    lines.push([
      start,
      { x: trunkX, y: start.y },
      { x: trunkX, y: node.channelY },
      { x: gutter, y: node.channelY },
      { x: gutter, y: end.y },
      end,
    ]);
  }
  return { lines, knot: { x: trunkX, y: start.y } };
}

/** Dots reach full cells and the right-hand column of small ones; other cells say it by their own flag. */
function isReached(cell: PodPlace, node: NodePlace): boolean {
  return cell.density === 'full' || (cell.density === 'small' && cell.box.x - node.box.x > inside.pods.x);
}
