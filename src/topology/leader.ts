// The thin line from the header card to the row of rules that decided: where it begins, bends and ends.

import type { Point } from './geometry.ts';
import { cardWidth, cardX } from './header-card.ts';
import { inside, lane } from './layout.ts';
import type { Scene } from './scene.ts';
import { rowPlace } from './station-rows.ts';

/** The corners, from the card to the dot in the station; null while the packet is at no rule. */
export function leaderOf({ card, followed, layout, stations }: Scene): readonly Point[] | null {
  const node = followed && followed.hop.kind !== 'if' ? layout.nodes.get(followed.hop.node) : undefined;
  if (!card || !node) return null;
  const rows = stations.get(node.view.name)?.rows.length ?? 0;
  const rowY = card.scale > 1 ? node.station.y + 50 : node.station.y + rowPlace.first - 3.8 + (Math.max(rows, 1) - 1) * rowPlace.pitch;
  const height = card.content.height * card.scale;
  const from = { x: cardX + cardWidth, y: Math.max(card.y + 14, Math.min(card.y + height - 14, rowY)) };
  const end = { x: node.station.x + 4, y: rowY };
  return from.y === rowY ? [from, end] : [from, { x: lane.machines - 3, y: from.y }, { x: lane.machines - 3, y: rowY }, end];
}

/** As an SVG path, which passes behind flannel.1 where a node has it. */
export function leaderPath(scene: Scene, corners: readonly Point[]): string {
  const node = scene.layout.nodes.get(scene.followed?.hop.node ?? '');
  const hasTunnel = node?.view.interfaces.some((each) => each.kind === 'vxlan');
  const [bar, beyond] = [(node?.box.x ?? 0) + inside.tunnel.x, (node?.box.x ?? 0) + inside.tunnel.x + inside.tunnel.width];
  return corners
    .map(({ x, y }, i) => (i === 0 ? `M${x},${y}` : i === corners.length - 1 && hasTunnel ? `H${bar} M${beyond},${y} H${x}` : `L${x},${y}`))
    .join(' ');
}
