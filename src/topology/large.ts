// When a cluster has too many machines or pods for boxes.

import type { ObjectView } from '../protocol/messages.ts';
import { isNode, isPod } from './graph.ts';

const overviewFrom = { pods: 301, nodes: 41 } as const;

export function isLarge(objects: readonly ObjectView[]): boolean {
  return (
    objects.length >= overviewFrom.nodes &&
    (objects.filter(isPod).length >= overviewFrom.pods || objects.filter(isNode).length >= overviewFrom.nodes)
  );
}
