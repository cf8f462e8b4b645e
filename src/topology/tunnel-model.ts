// A machine at the end of a tunnel, from the inside: the inner packet's walk through the hooks and the outer packet's own,
// and what the tunnel device makes of the one and of the other (RFC 7348; flannel's vxlan backend).

import type { Hop } from '../protocol/messages.ts';
import type { Change, Followed } from './followed.ts';
import { endsOf } from './text.ts';
import { addedBytes } from './tunnel-anatomy.ts';
import {
  isTunnelHop,
  machineOf,
  type Progress,
  progressOf,
  type Reading,
  type Stretch,
  stretchAround,
  type WireModel,
  walkModel,
} from './wire-model.ts';

/** One of the two walks, and the numbers of its first and last hop. */
export interface Floor {
  readonly model: WireModel;
  readonly hops: readonly [number, number];
}

export interface TunnelModel {
  /** The packet is wrapped here and leaves; else it came wrapped and is unwrapped. */
  readonly wraps: boolean;
  readonly inner: Floor;
  readonly outer: Floor;
  /** The walk that the packet is on. */
  readonly isOuter: boolean;
  readonly device: { readonly name: string; readonly n: number; readonly progress: Progress; readonly mtu: number | null };
  /** The header that routers read, before the device and after it. */
  readonly edge: {
    readonly source: Change;
    readonly destination: Change;
    readonly ttl: Change | null;
    readonly bytes: Change;
  };
}

/** Both walks of the machine that the packet is on; null where it makes only one. */
export function tunnelModel(reading: Reading): TunnelModel | null {
  const { followed, cluster } = reading;
  const { packet, index } = followed;
  const place = machineOf(followed, cluster);
  const pair = place && pairAround(packet.hops, stretchAround(packet.hops, place.at));
  if (!place || !pair) return null;
  const { wraps, first, second } = pair;
  const [before, after] = [floorOf(reading, place.node, first), floorOf(reading, place.node, second)];
  const step = wraps ? first[1] - 1 : second[0];
  const hop = packet.hops[step];
  if (hop?.kind !== 'if') return null;
  const mtu = place.node.interfaces.find(({ name }) => name === hop.ifc)?.mtu ?? null;
  const isSecond = place.at >= second[0];
  return {
    wraps,
    inner: wraps ? before : after,
    outer: wraps ? after : before,
    isOuter: wraps === isSecond,
    device: { name: hop.ifc, n: hop.n, progress: progressOf([step], index), mtu },
    edge: edgeOf(followed, first, second, wraps),
  };
}

function floorOf(reading: Reading, node: Parameters<typeof walkModel>[1], stretch: Stretch): Floor {
  const { hops } = reading.followed.packet;
  return { model: walkModel(reading, node, stretch, 3), hops: [hops[stretch[0]]?.n ?? 0, hops[stretch[1] - 1]?.n ?? 0] };
}

/** The walk at hand and its neighbour on the same machine, in the order in which they are made. */
function pairAround(hops: readonly Hop[], here: Stretch): { wraps: boolean; first: Stretch; second: Stretch } | null {
  const isSame = (i: number) => hops[i]?.node === hops[here[0]]?.node;
  const joins = (i: number) => isSame(i - 1) && isSame(i) && (isTunnelHop(hops[i - 1], 'tx') || isTunnelHop(hops[i], 'rx'));
  const meeting = [here[0], here[1]].find((i) => i > 0 && i < hops.length && joins(i));
  if (meeting === undefined) return null;
  const [first, second] = [stretchAround(hops, meeting - 1), stretchAround(hops, meeting)];
  return { wraps: isTunnelHop(hops[meeting - 1], 'tx'), first, second };
}

function edgeOf({ packet }: Followed, first: Stretch, second: Stretch, wraps: boolean): TunnelModel['edge'] {
  const [before, after] = [packet.hops[first[1] - 1], packet.hops[second[0]]];
  const [old, now] = [endsOf(before?.addr_after ?? before?.addr ?? ''), endsOf(after?.addr ?? '')];
  const added = addedBytes(wraps ? now.source : old.source);
  const [bytesBefore, bytesAfter] = wraps ? [0, added] : [added, 0];
  const [ttlBefore, ttlAfter] = [ttlIn(packet.hops, first, 'last'), ttlIn(packet.hops, second, 'first')];
  return {
    source: { old: old.source, now: now.source },
    destination: { old: old.destination, now: now.destination },
    ttl: ttlBefore && ttlAfter ? { old: ttlBefore, now: ttlAfter } : null,
    bytes: { old: String(packet.sizeBytes + bytesBefore), now: String(packet.sizeBytes + bytesAfter) },
  };
}

/** Only interfaces tell the TTL. */
function ttlIn(hops: readonly Hop[], [start, end]: Stretch, which: 'first' | 'last'): string | null {
  const seen = hops.slice(start, end).flatMap((hop) => (hop.kind === 'if' ? [hop.ttl] : []));
  const ttl = which === 'first' ? seen[0] : seen.at(-1);
  return ttl === undefined ? null : String(ttl);
}
