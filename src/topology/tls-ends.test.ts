import { expect, test } from 'vitest';
import type { TracedPacket } from '../protocol/messages.ts';
import { tlsEnds } from './tls-ends.ts';

const packet = (label: string, direction: 'request' | 'reply', node: string): TracedPacket => ({
  id: 1,
  protocol: 'tcp',
  label,
  direction,
  content: '',
  sizeBytes: 100,
  addr: '',
  from: '',
  sentUs: 0,
  hops: [],
  fate: { kind: 'delivered', node, timeUs: 0, text: '' },
});

test('TLS ends at the pod that takes the requests, and only there', () => {
  const packets = [
    packet('TLS', 'request', 'default/ingress-nginx'),
    packet('TLS', 'reply', 'world'),
    packet('TLS', 'request', 'default/ingress-nginx'),
    packet('DATA', 'request', 'default/web'),
  ];
  expect(tlsEnds({ packets })).toEqual(['default/ingress-nginx']);
  expect(tlsEnds({ packets: [packet('TLS', 'request', 'internet')] })).toEqual([]);
});
