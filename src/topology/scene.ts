// Everything that the Objects drawing shows at one moment, derived from the objects, the walk and the reader's place.

import type { Hop, ObjectView, PodView, ServiceView, TracedPacket, Walk } from '../protocol/messages.ts';
import type { Offsets } from '../state/drawing-options.ts';
import type { Position } from '../state/position.ts';
import { isNeighbourTalk } from '../state/stepping.ts';
import type { Verdict } from '../ui/glyphs/VerdictGlyph.tsx';
import { carriedAddress, type Followed, followedAt, rewriteOf, verdictOf } from './followed.ts';
import { type Cluster, isService } from './graph.ts';
import { cardY, type HeaderCard, headerCard } from './header-card.ts';
import { type Layout, layoutCluster } from './layout.ts';
import type { PodMarks } from './PodCell.tsx';
import { type Lane, type Route, routePacket } from './routing.ts';
import { type RulesPlace, rulesPlaces } from './rules-boxes.ts';
import { labelOf, selectedPods } from './selectors.ts';
import type { Slots } from './slots.ts';
import { type Station, stationOf } from './station-rows.ts';
import { hostOf } from './text.ts';

export interface Scene {
  readonly layout: Layout;
  readonly followed: Followed | null;
  readonly route: Route | null;
  /** The packet that this one answers, and the answers that this one got: drawn beside it. */
  readonly asked: { readonly packet: TracedPacket; readonly route: Route; readonly verdict: Verdict | null } | null;
  readonly answers: readonly { readonly packet: TracedPacket; readonly route: Route }[];
  /** The Service whose selector is drawn. */
  readonly inView: ServiceView | null;
  /** Ingresses, and policies that the packet met. */
  readonly rules: readonly RulesPlace[];
  /** `scale`: the card is enlarged where the drawing is shrunk. */
  readonly card: { readonly content: HeaderCard; readonly y: number; readonly scale: number } | null;
  readonly stations: ReadonlyMap<string, Station>;
  /** Node names whose eth0 the packet passes. */
  readonly ports: ReadonlySet<string>;
}

/** Derives the scene. Only `position` changes from hop to hop; all else stays where it is. */
export function sceneOf(
  cluster: Cluster,
  slots: Slots,
  given: {
    objects: readonly ObjectView[];
    walk: Walk | null;
    position: Position | null;
    selection: string | null;
    k?: number;
    offsets?: Offsets;
  },
): Scene {
  const followed = followedAt(given.objects, given.walk, given.position);
  const selected = given.objects.find((each) => each.key === given.selection);
  const inView = selected && isService(selected) ? selected : (followed?.service ?? null);
  const ends = [followed?.source, followed?.destination].flatMap((key) => key ?? []);
  const emphasis = {
    devices: !followed || isNeighbourTalk(followed.packet) ? [] : followed.packet.hops.map((hop) => hop.node),
    services: [followed?.service?.key, inView?.key].flatMap((key) => key ?? []),
    pods: given.selection?.startsWith('Pod/') ? [...ends, given.selection] : ends,
  };
  const layout = layoutCluster(cluster, slots, emphasis, given.offsets);
  const rules = rulesPlaces(given.objects, followed, layout);
  if (!followed)
    return { layout, followed, route: null, asked: null, answers: [], inView, rules, card: null, stations: new Map(), ports: new Set() };

  const { packet } = followed;
  const about = packet.about === undefined ? undefined : given.walk?.packets.find((each) => each.id === packet.about);
  const lane: Lane = about ? 'back' : followed.answers.length > 0 ? 'there' : 'middle';
  const beside = (each: TracedPacket, at: Lane) => ({ packet: each, route: routePacket(each, layout, at) });
  const content = headerCard(followed);
  const scale = Math.min(1.5, given.k ?? 1);
  const stations = new Map(
    [...layout.nodes.keys()].flatMap((node) => {
      const station = stationOf(followed, node);
      return station ? [[node, station] as const] : [];
    }),
  );
  return {
    layout,
    followed,
    route: routePacket(packet, layout, lane),
    asked: about ? { ...beside(about, 'there'), verdict: verdictOf(about, [packet]) } : null,
    answers: followed.verdict && followed.verdict !== 'delivered' ? followed.answers.map((each) => beside(each, 'back')) : [],
    inView,
    rules,
    card: {
      content,
      scale,
      y: cardY(
        layout,
        content.height * scale,
        targetOf(layout, followed),
        [followed.service?.key, inView?.key].flatMap((key) => key ?? []),
        rules.map((place) => place.box),
      ),
    },
    stations,
    ports: new Set(packet.hops.flatMap((hop) => (hop.kind === 'if' && hop.ifc === 'eth0' && layout.nodes.has(hop.node) ? hop.node : []))),
  };
}

/** The height at which the card would like to be: beside the machine that had the packet last, or will have it first. */
function targetOf(layout: Layout, { packet, index }: Followed): number {
  const machineOf = (hop: Hop) => layout.nodes.get(hop.node) ?? layout.nodes.get(layout.pods.get(`Pod/${hop.node}`)?.node ?? '');
  const seen = packet.hops.slice(0, index + 1).findLast(machineOf) ?? packet.hops.find(machineOf);
  const node = seen && machineOf(seen);
  return node ? node.station.y + 65 : layout.wireY;
}

/** How each pod is marked at this moment. */
export function podMarks(scene: Scene, selection: string | null): Map<string, PodMarks> {
  const { followed, inView, layout } = scene;
  const selected = new Set(inView ? selectedPods(inView, layout.pods.values()).map((place) => place.view.key) : []);
  const named = followed?.rewrite?.destination ? hostOf(followed.rewrite.destination.now) : null;
  return new Map(
    [...layout.pods.values()].map(({ view }) => [
      view.key,
      {
        lit: view.key === followed?.source || view.key === followed?.destination,
        named: named !== null && (view.address === named || view.second === named) && view.key === followed?.destination,
        address: carriedAddress(view, followed),
        selected: view.key === selection,
        label: labelOf(view, inView),
        flag: selected.has(view.key) ? (isEndpoint(view, inView) ? ('endpoint' as const) : ('candidate' as const)) : null,
      },
    ]),
  );
}

function isEndpoint(pod: PodView, service: ServiceView | null): boolean {
  return service?.endpoints.some((endpoint) => endpoint.ready && endpoint.pod === pod.key) ?? false;
}

/** Rewrites that lie behind the packet on its way, and are not covered by it. */
export function pastRewrites(
  { followed, route }: Pick<Scene, 'followed' | 'route'>,
  now = Number.POSITIVE_INFINITY,
): { readonly at: number; readonly kind: 'rule' | 'put-back' | 'repeated' }[] {
  if (!followed || !route) return [];
  return followed.packet.hops.slice(0, followed.index).flatMap((hop, i) => {
    const rewrite = rewriteOf(followed.packet, hop);
    const at = route.stops[i];
    if (!rewrite || at === undefined || now - at < 42) return [];
    return [
      { at, kind: rewrite.by === 'rule' ? ('rule' as const) : rewrite.name === 'un-NAT' ? ('put-back' as const) : ('repeated' as const) },
    ];
  });
}
