// A load as packets that can be watched: each request is the way that a traced one took to the same pod, begun at its own
// moment and drawn out to a time in which it can be seen. A colour per endpoint, the same as its bar in the Traffic tab.

import type { TracedPacket, TrafficView, Walk } from '../protocol/messages.ts';
import { answersOf, spanOf } from '../state/traffic.ts';
import type { CrowdPacket } from '../topology/crowd.ts';

/** A request is under way for this share of the whole load, as it is shown. */
const SHOWN_SHARE = 1 / 12;

/** Every request of the loads whose way is known, by start. */
export function trafficPackets(loads: readonly TrafficView[], walks: readonly Walk[]): readonly CrowdPacket[] {
  const byId = new Map(walks.map((walk) => [walk.id, walk]));
  return loads.flatMap((load) => {
    const { startUs, endUs } = spanOf(load);
    const durationUs = Math.max(1, (endUs - startUs) * SHOWN_SHARE);
    const answers = answersOf(load);
    const ways = waysOf(load, byId);
    return load.samples.flatMap((sample) => {
      const packet = ways.get(wayKey(sample));
      if (!packet) return [];
      return [{ packet, flow: (Math.max(0, answers.indexOf(sample.by)) % 6) + 1, span: { startUs: sample.startUs, durationUs } }];
    });
  });
}

function wayKey({ by, text }: { readonly by: string; readonly text: string }): string {
  return by || text;
}

/** Of each outcome the packet that decided it: the one that the pod took, or the one that came to grief. */
function waysOf(load: TrafficView, walks: ReadonlyMap<number, Walk>): ReadonlyMap<string, TracedPacket> {
  const ways = new Map<string, TracedPacket>();
  for (const sample of load.samples) {
    const walk = sample.walk === undefined ? undefined : walks.get(sample.walk);
    if (!walk || ways.has(wayKey(sample))) continue;
    const packet = decidingPacket(walk, sample.by);
    if (packet) ways.set(wayKey(sample), packet);
  }
  return ways;
}

function decidingPacket({ packets, reason }: Walk, by: string): TracedPacket | undefined {
  const taken = packets.find(({ direction, fate }) => direction === 'request' && by !== '' && fate?.node.endsWith(`/${by}`));
  return taken ?? packets.find(({ id }) => id === reason.at?.packet);
}
