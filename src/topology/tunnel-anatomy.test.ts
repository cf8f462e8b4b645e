import { expect, it } from 'vitest';
import { followedAt } from './followed.ts';
import { clusterOf } from './graph.ts';
import { sampleObjects, serviceWalk } from './testing-data.ts';
import { anatomyOf } from './tunnel-anatomy.ts';

const followed = followedAt(sampleObjects, serviceWalk, { walk: serviceWalk.id, packet: 1, hop: 1 });
if (!followed) throw new Error('no such hop');

it('adds 50 bytes to what the pod sent, and 14 of the link', () => {
  const outside = '192.168.56.11:47360->192.168.56.12:8472';
  const anatomy = anatomyOf(followed, { outside, carried: '10.244.1.11:40001->10.244.2.10:8080' }, clusterOf(sampleObjects));
  expect(anatomy).toMatchObject({ added: 50, inside: followed.packet.sizeBytes, total: 64 + followed.packet.sizeBytes });
  expect(anatomy.outer.map(({ name, bytes }) => `${name} ${bytes}`)).toEqual(['Ethernet 14', 'IP 20', 'UDP 8', 'VXLAN 8']);
  expect([anatomy.outer[0]?.lines[0], anatomy.inner[0]?.lines[1]]).toEqual(['to node-2', 'of node-2']);
});

it('adds 70 over IPv6', () => {
  const outside = '[fd00::11]:47360->[fd00::12]:8472';
  expect(anatomyOf(followed, { outside, carried: '10.244.1.11:40001->10.244.2.10:8080' }, clusterOf(sampleObjects)).added).toBe(70);
});
