import { describe, expect, it } from 'vitest';
import type { TracedPacket } from '../protocol/messages.ts';
import { contains, pointAt } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { layoutCluster } from './layout.ts';
import { placeOf, routePacket } from './routing.ts';
import { assignSlots } from './slots.ts';
import { bridgedWalk, refusedWalk, sampleObjects, serviceWalk } from './testing-data.ts';

const cluster = clusterOf(sampleObjects);
const layout = layoutCluster(cluster, assignSlots(cluster), { devices: [], services: [], pods: [] });
const [syn, synAck] = serviceWalk.packets as [TracedPacket, TracedPacket];

const at = (packet: TracedPacket, hop: number, lane?: 'there' | 'back') => {
  const route = routePacket(packet, layout, lane);
  const { x, y } = pointAt(route.track, route.stops[hop - 1] as number);
  return [Math.round(x), Math.round(y)];
};

describe('routing', () => {
  it('leads from the pod wall over cni0 and the station to eth0, the rail and the other pod', () => {
    expect(at(syn, 1)).toEqual([577, 116]);
    expect(at(syn, 2)[0]).toBeLessThan(577);
    expect(at(syn, 6)).toEqual([492, 176]);
    expect(at(syn, 20)).toEqual([369, 176]);
    expect(at(syn, 21)[0]).toBe(324);
    expect(at(syn, 23)).toEqual([369, 380]);
    expect(at(syn, 40)).toEqual([577, 392]);
  });

  it('moves only forward', () => {
    for (const packet of [syn, synAck]) {
      const { stops, track } = routePacket(packet, layout);
      expect(stops).toEqual([...stops].sort((a, b) => a - b));
      expect(stops.at(-1)).toBeCloseTo(track.length - 27);
    }
  });

  it('brings the answer back over the same machines', () => {
    expect(at(synAck, 1)[0]).toBe(577);
    expect(at(synAck, 14)[1]).toBe(176);
    expect(at(synAck, 17)).toEqual([577, 116]);
  });

  it('keeps a bridged packet of one node away from eth0', () => {
    const { track } = routePacket(bridgedWalk.packets[0] as TracedPacket, layout);
    const eth0 = layout.nodes.get('node-1')?.eth0;
    expect(eth0 && track.points.some((point) => contains(eth0, point))).toBe(false);
    expect(Math.min(...track.points.map((point) => point.x))).toBeGreaterThan(410);
  });

  it('draws a refusal and its answer side by side', () => {
    const [refused, error] = refusedWalk.packets as [TracedPacket, TracedPacket];
    expect(at(refused, 7, 'there')[1]).toBe(172);
    expect(at(error, 1, 'back')[1]).toBeGreaterThan(176);
    expect(at(refused, 1, 'there')[1]).toBe(108);
    expect(at(error, 3, 'back')[1]).toBeGreaterThan(116);
  });

  it('loses a packet half way to the machine that it was meant for', () => {
    const endOfWay = (destination: string) => {
      const hops = syn.hops.slice(0, 22).map((hop) => ({ ...hop, addr: `192.168.56.11:40001->${destination}:8472` }));
      return routePacket({ ...syn, hops }, layout).track.points.at(-1);
    };
    expect(endOfWay('192.168.56.12')).toEqual({ x: 324, y: 278 });
    expect(endOfWay('192.168.56.99')).toEqual({ x: 324, y: layout.wireY });
  });

  it('knows where a hop is without its packet', () => {
    expect(placeOf(syn.hops[5] as TracedPacket['hops'][number], layout)).toEqual({ x: 473, y: 176 });
    expect(placeOf(syn.hops[39] as TracedPacket['hops'][number], layout)).toMatchObject({ x: 604 });
  });
});
