import { expect, it } from 'vitest';
import type { TracedPacket } from '../protocol/messages.ts';
import { phoneBoxes } from './phone-stops.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';

it('folds forty hops into two machines and nine stops', () => {
  const boxes = phoneBoxes(serviceWalk.packets[0] as TracedPacket, sampleObjects);
  expect(boxes.map((box) => [box.name, ...box.stops.map((stop) => stop.name)])).toEqual([
    ['node-1', 'client', 'cni0', 'iptables', 'eth0'],
    ['node-2', 'eth0', 'iptables', 'cni0', 'web-7d4b9c6f5-x2x9z'],
  ]);
  expect(boxes[0]?.stops[1]?.address).toBe('10.244.1.1');
  expect(boxes[0]?.wire).toEqual([20, 21]);
});

it('leaves no hop out', () => {
  for (const packet of serviceWalk.packets) {
    const boxes = phoneBoxes(packet, sampleObjects);
    const hops = boxes.flatMap((box) => [...box.stops.flatMap((stop) => stop.hops), ...box.wire]);
    expect(hops).toEqual(packet.hops.map((_, i) => i));
  }
});
