// Chunks sent by hand through a node of Linux 6.18.44, and what `conntrack -L` said after each.

import { expect, test } from 'vitest';
import { NO_PAYLOAD, type Packet, type SCTPChunkType } from '../net/packet.ts';
import { Conntrack, printEntry } from './conntrack.ts';

function chunk(type: SCTPChunkType, direction: 'request' | 'reply'): Packet {
  const [source, destination] = direction === 'request' ? ['10.9.1.2', '10.9.2.2'] : ['10.9.2.2', '10.9.1.2'];
  const [sourcePort, destinationPort] = direction === 'request' ? [4000, 9999] : [9999, 4000];
  const transport = { protocol: 'sctp', sourcePort, destinationPort, chunk: type, payload: NO_PAYLOAD } as const;
  return { id: 1, source, destination, ttl: 64, dontFragment: true, transport } as Packet;
}

test('an association from INIT to SHUTDOWN COMPLETE', () => {
  const table = new Conntrack();
  const sent: readonly [SCTPChunkType, 'request' | 'reply', string][] = [
    ['INIT', 'request', '10 CLOSED'],
    ['INIT ACK', 'reply', '3 COOKIE_WAIT'],
    ['COOKIE ECHO', 'request', '3 COOKIE_ECHOED'],
    ['COOKIE ACK', 'reply', '210 ESTABLISHED'],
    ['DATA', 'request', '210 ESTABLISHED'],
    ['DATA', 'reply', '210 ESTABLISHED'],
    ['SHUTDOWN', 'request', '3 SHUTDOWN_SENT'],
    ['SHUTDOWN ACK', 'reply', '3 SHUTDOWN_ACK_SENT'],
    ['SHUTDOWN COMPLETE', 'request', '10 CLOSED'],
  ];
  for (const [type, direction, state] of sent) {
    const seen = table.track(chunk(type, direction), 0);
    if (typeof seen === 'string') throw new Error(`${type}: ${seen}`);
    table.confirm(seen.entry, 0);
    expect(printEntry(seen.entry, 0)).toMatch(`sctp     132 ${state} src=10.9.1.2 dst=10.9.2.2 sport=4000 dport=9999`);
    expect(seen.entry.assured).toBe(sent.findIndex(([one]) => one === 'COOKIE ACK') <= sent.findIndex(([one]) => one === type));
  }
});

test('only INIT can begin one: DATA, COOKIE ECHO and ABORT of nothing are INVALID', () => {
  for (const type of ['DATA', 'COOKIE ECHO', 'ABORT', 'SHUTDOWN ACK'] as const)
    expect(new Conntrack().track(chunk(type, 'request'), 0)).toBe('INVALID');
});
