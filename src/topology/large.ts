// When a cluster has too many machines or pods for boxes: their words would be too small to read.

import type { ObjectView } from '../protocol/messages.ts';
import { isNode, isPod } from './graph.ts';

const overviewFrom = { pods: 301, nodes: 21 } as const;

export function isLarge(objects: readonly ObjectView[]): boolean {
  return (
    objects.length >= overviewFrom.nodes &&
    (objects.filter(isPod).length >= overviewFrom.pods || objects.filter(isNode).length >= overviewFrom.nodes)
  );
}
