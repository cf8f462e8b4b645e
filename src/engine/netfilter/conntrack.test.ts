import { expect, test } from 'vitest';
import { NO_PAYLOAD, type Packet, type TCPFlag } from '../net/packet.ts';
import { Conntrack, type CtAttachment, printEntry } from './conntrack.ts';

const CLIENT = { address: '10.244.1.11', port: 40001 };
const SERVER = { address: '10.244.2.10', port: 8080 };

function tcp(flags: TCPFlag[], from = CLIENT, to = SERVER): Packet {
  const transport = {
    protocol: 'tcp',
    sourcePort: from.port,
    destinationPort: to.port,
    flags,
    seq: 0,
    ack: 0,
    payload: NO_PAYLOAD,
  } as const;
  return { id: 1, source: from.address, destination: to.address, ttl: 64, dontFragment: true, transport };
}

function udp(from = CLIENT, to = SERVER): Packet {
  const transport = { protocol: 'udp', sourcePort: from.port, destinationPort: to.port, payload: NO_PAYLOAD } as const;
  return { id: 1, source: from.address, destination: to.address, ttl: 64, dontFragment: false, transport };
}

function see(table: Conntrack, packet: Packet, nowUs: number): CtAttachment {
  const attachment = table.track(packet, nowUs);
  if (typeof attachment === 'string') throw new Error(attachment);
  table.confirm(attachment.entry, nowUs);
  return attachment;
}

test('a handshake goes NEW, ESTABLISHED, and the entry is assured at the third packet', () => {
  const table = new Conntrack();
  expect(see(table, tcp(['SYN']), 0)).toMatchObject({ state: 'NEW', direction: 'ORIGINAL' });
  expect(see(table, tcp(['SYN', 'ACK'], SERVER, CLIENT), 1)).toMatchObject({ state: 'ESTABLISHED', direction: 'REPLY' });
  const { entry } = see(table, tcp(['ACK']), 2);
  expect(printEntry(entry, 2)).toBe(
    'tcp      6 432000 ESTABLISHED src=10.244.1.11 dst=10.244.2.10 sport=40001 dport=8080 ' +
      'src=10.244.2.10 dst=10.244.1.11 sport=8080 dport=40001 [ASSURED] mark=0 use=1',
  );
});

test('closing leads to TIME_WAIT for 120 s, a reset to CLOSE for 10 s', () => {
  const table = new Conntrack();
  see(table, tcp(['SYN']), 0);
  see(table, tcp(['SYN', 'ACK'], SERVER, CLIENT), 1);
  see(table, tcp(['ACK']), 2);
  see(table, tcp(['FIN', 'ACK']), 3);
  see(table, tcp(['FIN', 'ACK'], SERVER, CLIENT), 4);
  const { entry } = see(table, tcp(['ACK']), 5);
  expect(printEntry(entry, 5)).toContain('tcp      6 120 TIME_WAIT');
  expect(printEntry(see(table, tcp(['RST']), 6).entry, 6)).toContain('tcp      6 10 CLOSE');
});

test('a SYN-ACK, a FIN or a RST of nothing is INVALID; a lone ACK is picked up', () => {
  const table = new Conntrack();
  expect(table.track(tcp(['SYN', 'ACK']), 0)).toBe('INVALID');
  expect(table.track(tcp(['FIN', 'ACK']), 0)).toBe('INVALID');
  expect(table.track(tcp(['RST']), 0)).toBe('INVALID');
  expect(table.track(tcp(['ACK']), 0)).toMatchObject({ state: 'NEW' });
});

test('an entry lives as long as its timeout and no longer', () => {
  const table = new Conntrack();
  see(table, udp(), 0);
  expect(table.entries(29_000_000)).toHaveLength(1);
  expect(table.entries(30_000_000)).toHaveLength(0);
});

test('UDP becomes a stream when it goes on for more than two seconds', () => {
  const table = new Conntrack();
  see(table, udp(), 0);
  see(table, udp(SERVER, CLIENT), 1000);
  const { entry } = see(table, udp(), 3_000_000);
  expect(entry).toMatchObject({ assured: true, expiresUs: 123_000_000 });
});

test('an ICMP error belongs to the connection that it quotes', () => {
  const table = new Conntrack();
  see(table, udp(), 0);
  const error: Packet = {
    ...udp(SERVER, CLIENT),
    transport: { protocol: 'icmp', type: 3, code: 3, id: 0, sequence: 0, quoted: udp() },
  };
  expect(table.track(error, 1)).toMatchObject({ state: 'RELATED', direction: 'REPLY' });
});

test('a full table drops what is new and keeps what is known', () => {
  const table = new Conntrack();
  table.max = 1;
  see(table, udp(), 0);
  expect(table.track(tcp(['SYN']), 1)).toBe('table-full');
  expect(table.track(udp(), 1)).toMatchObject({ state: 'NEW' });
});

test('two packets of one UDP socket that meet share the entry of the faster one', () => {
  const table = new Conntrack();
  const first = table.track(udp(), 0) as CtAttachment;
  const second = table.track(udp(), 0) as CtAttachment;
  expect(table.confirm(first.entry, 1)).toBe(first.entry);
  expect(table.confirm(second.entry, 1)).toBe(first.entry);
});
