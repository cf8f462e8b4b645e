// Ingresses, and the NetworkPolicies that the followed packet met, as dashed boxes in free places of the virtual lane.

import type { ObjectView, OtherView } from '../protocol/messages.ts';
import type { Followed } from './followed.ts';
import { type Box, overlap } from './geometry.ts';
import { type Layout, lane, serviceWidth } from './layout.ts';
import { gatesOf } from './policy-gates.ts';

export interface RulesPlace {
  readonly view: OtherView;
  readonly box: Box;
  /** `failed`: this policy keeps the followed packet out. */
  readonly state: 'calm' | 'followed' | 'failed';
}

const most = 2;
const height = 50;

/** What is drawn beside the Services. Boxes for which there is no room are left out. */
export function rulesPlaces(objects: readonly ObjectView[], followed: Followed | null, layout: Layout): readonly RulesPlace[] {
  const met = followed ? policiesMet(followed) : new Set<string>();
  const closed = new Set(followed ? gatesOf(followed).flatMap(({ state, policies }) => (state === 'closed' ? policies : [])) : []);
  const views = objects.filter((each): each is OtherView => met.has(each.key) || each.kind === 'Ingress').slice(0, most);
  const taken: Box[] = [...layout.services.values()].map((place) => place.box);
  return views.flatMap((view) => {
    const box = freeBox(layout, taken, 8) ?? freeBox(layout, taken, 4);
    if (!box) return [];
    taken.push(box);
    return [
      { view, box, state: closed.has(view.key) ? ('failed' as const) : met.has(view.key) ? ('followed' as const) : ('calm' as const) },
    ];
  });
}

/** Keys of the policies that the packet has met up to the hop in view. */
function policiesMet({ packet, index }: Followed): ReadonlySet<string> {
  return new Set(
    packet.hops.slice(0, index + 1).flatMap((hop) => {
      const [, policy] = (hop.kind === 'rule' && hop.text.match(/--comment "policy ([^, ]+),/)) || [];
      return policy ? [`NetworkPolicy/${policy}`] : [];
    }),
  );
}

/** The lowest place that is free, so that the header card keeps its own, nearer to the top. */
function freeBox(layout: Layout, taken: readonly Box[], gap: number): Box | null {
  for (let y = layout.wireY - 8 - height; y >= lane.top; y -= 2) {
    const box = { x: lane.virtual + 12, y, width: serviceWidth, height };
    const around = { ...box, y: y - gap, height: height + 2 * gap };
    if (!taken.some((each) => overlap(around, each))) return box;
  }
  return null;
}
