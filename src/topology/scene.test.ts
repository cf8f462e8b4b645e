import { describe, expect, it } from 'vitest';
import type { TracedPacket, Walk } from '../protocol/messages.ts';
import { type Followed, followedAt, lookAt, packetTitle } from './followed.ts';
import { overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { cardWidth, cardX, headerCard } from './header-card.ts';
import { intentModel } from './intent-model.ts';
import { pastRewrites, podMarks, sceneOf } from './scene.ts';
import { selectorLines } from './selectors.ts';
import { assignSlots } from './slots.ts';
import { stationOf } from './station-rows.ts';
import { refusedWalk, sampleObjects, serviceWalk } from './testing-data.ts';

const cluster = clusterOf(sampleObjects);
const slots = assignSlots(cluster);
const at = (walk: Walk, packet: number, hop: number) => followedAt(sampleObjects, walk, { walk: walk.id, packet, hop }) as Followed;
const scene = (walk: Walk | null, packet: number, hop: number, selection: string | null = null) =>
  sceneOf(cluster, slots, { objects: sampleObjects, walk, position: walk && { walk: walk.id, packet, hop }, selection });

describe('the followed packet', () => {
  it('knows its two pods and its Service, on the way there and back', () => {
    for (const [packet, hop] of [
      [1, 30],
      [2, 3],
    ] as const)
      expect(at(serviceWalk, packet, hop).service?.name).toBe('web');
    expect(at(serviceWalk, 1, 1)).toMatchObject({ source: 'Pod/default/client', destination: 'Pod/default/web-7d4b9c6f5-x2x9z' });
  });

  it('shows DNAT at the nose and un-NAT at the tail, with a ring for the hop itself', () => {
    const [syn, synAck] = serviceWalk.packets as [TracedPacket, TracedPacket];
    expect(lookAt(syn, 4, 'left')).toMatchObject({ band: undefined, ring: false, filled: true });
    expect(lookAt(syn, 5, 'left')).toMatchObject({ band: { end: 'nose', by: 'rule' }, ring: true });
    expect(lookAt(syn, 6, 'left')).toMatchObject({ band: { end: 'nose', by: 'rule' }, ring: false });
    expect(lookAt(synAck, 13, 'right')).toMatchObject({ band: { end: 'tail', by: 'memory' }, ring: true, filled: false });
    expect(packetTitle(synAck)).toBe('TCP SYN-ACK');
  });
});

describe('the station', () => {
  it('names the chains of the table in question, the deciding one in amber', () => {
    expect(stationOf(at(serviceWalk, 1, 6), 'node-1')).toEqual({
      table: 'nat',
      state: 'here',
      rows: [
        { text: 'KUBE-SERVICES', tone: 'plain' },
        { text: 'KUBE-SVC-EDM5…', tone: 'plain' },
        { text: 'KUBE-SEP-BUTI…', tone: 'rewrite' },
      ],
    });
    expect(stationOf(at(serviceWalk, 1, 6), 'node-2')).toBeNull();
  });

  it('says which tables a reply was not asked in', () => {
    expect(stationOf(at(serviceWalk, 2, 14), 'node-1')?.rows).toEqual([
      { text: 'nat', right: 'not asked', tone: 'plain' },
      { text: 'filter', right: 'accepted', tone: 'plain' },
      { text: 'conntrack', tone: 'memory' },
    ]);
  });

  it('ends in red where a rule refused', () => {
    expect(stationOf(at(refusedWalk, 3, 7), 'node-1')).toMatchObject({ state: 'ended', rows: [{}, {}, { text: 'REJECT', tone: 'bad' }] });
  });
});

describe('the header card', () => {
  it('shows old over new where the hop rewrites', () => {
    expect(headerCard(at(serviceWalk, 1, 6))).toMatchObject({
      title: 'TCP SYN',
      tag: { text: 'DNAT', tone: 'amber' },
      source: { old: null, now: '10.244.1.11:40001' },
      destination: { old: '10.96.0.17:80', now: '10.244.2.10:8080' },
    });
    expect(headerCard(at(refusedWalk, 3, 7))).toMatchObject({
      tag: { text: 'REJECT', tone: 'bad' },
      note: { text: 'answer: ICMP 3/3, port unreachable' },
    });
  });

  it('never covers a lit Service, at any hop', () => {
    for (const walk of [serviceWalk, refusedWalk])
      for (const packet of walk.packets)
        for (const hop of packet.hops) {
          const { card, layout, followed } = scene(walk, packet.id, hop.n);
          const box = { x: cardX, y: card?.y ?? 0, width: cardWidth, height: card?.content.height ?? 0 };
          const lit = layout.services.get(followed?.service?.key ?? '')?.box;
          expect(lit && overlap(box, lit)).toBe(false);
        }
  });
});

describe('the scene', () => {
  it('leaves every object in its place from hop to hop', () => {
    const first = scene(serviceWalk, 1, 1).layout;
    for (const hop of [6, 21, 40]) expect(scene(serviceWalk, 1, hop).layout).toEqual(first);
  });

  it('draws selectors for the Service in view, in their own channels', () => {
    const { layout, inView } = scene(null, 0, 0, 'Service/default/web');
    const { lines } = selectorLines(layout, inView as NonNullable<typeof inView>);
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(line.every((point, i) => i === 0 || point.x === line[i - 1]?.x || point.y === line[i - 1]?.y)).toBe(true);
    expect(scene(null, 0, 0).inView).toBeNull();
  });

  it('marks the pod whose address was written, and the rewrite once it lies behind', () => {
    const now = scene(serviceWalk, 1, 6);
    expect(podMarks(now, null).get('Pod/default/web-7d4b9c6f5-x2x9z')).toMatchObject({ lit: true, named: true, flag: 'endpoint' });
    expect(pastRewrites(now)).toEqual([]);
    expect(pastRewrites(scene(serviceWalk, 1, 21))).toMatchObject([{ kind: 'rule' }]);
  });

  it('draws the answer beside the packet that was refused, and the other way round', () => {
    expect(scene(refusedWalk, 3, 7).answers).toHaveLength(1);
    expect(scene(refusedWalk, 3, 3).answers).toHaveLength(0);
    expect(scene(refusedWalk, 4, 2).asked?.verdict).toBe('refused');
  });
});

describe('intent', () => {
  it('tells a walk in one sentence and three stations', () => {
    const model = intentModel(at(serviceWalk, 1, 6), serviceWalk, sampleObjects);
    expect(model.sentence).toBe('client asks for web. One of its 3 pods answers.');
    expect(model.stations.map((station) => [station.kind, station.really, station.node])).toEqual([
      ['pod', 'client', 'node-1'],
      ['Service', 'iptables', 'node-1'],
      ['pod', 'web-…x2x9z', 'node-2'],
    ]);
    expect(model.progress).toBe(1);
  });

  it('only ever moves on, and back with the reply', () => {
    const progress = (packet: number, hops: number) =>
      Array.from({ length: hops }, (_, i) => intentModel(at(serviceWalk, packet, i + 1), serviceWalk, sampleObjects).progress);
    expect(progress(1, 40)).toEqual(progress(1, 40).sort((a, b) => a - b));
    expect(progress(2, 17)).toEqual(progress(2, 17).sort((a, b) => b - a));
  });

  it('stops at the Service that refuses', () => {
    const model = intentModel(at(refusedWalk, 3, 7), refusedWalk, sampleObjects);
    expect(model.stations.map((station) => station.kind)).toEqual(['pod', 'Service']);
    expect(model.sentence).toBe('client asks for web. It is refused.');
  });
});
