import { expect, test } from 'vitest';
import type { ICMPReport } from '../netstack/sockets.ts';
import type { ClientResult } from './client.ts';
import { clientWords, type EndedRequest } from './client-words.ts';
import type { LookupOutcome } from './dns/resolver.ts';
import { httpResponse } from './http-text.ts';
import { parseTarget } from './target.ts';

const address = '10.96.44.10';

const lookup: LookupOutcome = {
  status: 'found',
  addresses: [address],
  qname: 'web.default.svc.cluster.local.',
  answers: [{ name: 'web.default.svc.cluster.local.', type: 'A', ttl: 30, data: address }],
};

function ended(text: string, result: ClientResult, facts: Partial<EndedRequest> = {}) {
  const target = parseTarget(text);
  if ('error' in target) throw new Error(target.error);
  return clientWords({ target: target.value, result, elapsedUs: 512, lookup, ...facts });
}

const answered = (text = ''): ClientResult => ({ kind: 'answered', address, text, ttl: 62 });
const timedOut: ClientResult = { kind: 'timed-out', address, connected: false };
const unresolved: ClientResult = { kind: 'unresolved', lookup: { status: 'nxdomain' } };
const told = (report: ICMPReport): ClientResult => ({
  kind: 'error',
  errno: 'EHOSTUNREACH',
  address: '10.96.44.10',
  connected: false,
  report,
});
const failed = (errno: 'ECONNREFUSED' | 'ECONNRESET' | 'EHOSTUNREACH', connected = false): ClientResult => ({
  kind: 'error',
  errno,
  address,
  connected,
});

test('curl prints the body, and the outcome names who answered', () => {
  const { text } = httpResponse({ server: 'web-x2x9z', program: 'web', peer: '10.244.1.11:40001' });
  expect(ended('http://web', answered(text))).toEqual({
    kind: 'answered',
    text: '200 from web-x2x9z',
    terminal: ['Hostname: web-x2x9z', 'Peer: 10.244.1.11:40001'],
  });
});

test.each([
  [failed('ECONNREFUSED'), 512, 'connection refused', 'curl: (7) Failed to connect to web port 80 after 0 ms: Connection refused'],
  [failed('EHOSTUNREACH'), 3_059_000, 'no route to host', 'curl: (7) Failed to connect to web port 80 after 3059 ms: No route to host'],
  [failed('ECONNRESET', true), 512, 'connection reset', 'curl: (56) Recv failure: Connection reset by peer'],
  [timedOut, 10_002_000, 'timed out', 'curl: (28) Connection timed out after 10002 milliseconds'],
  [unresolved, 512, 'could not resolve host', 'curl: (6) Could not resolve host: web'],
  [answered(''), 512, 'empty reply', 'curl: (52) Empty reply from server'],
])('curl after %o', (result, elapsedUs, text, line) => {
  expect(ended('http://web', result, { elapsedUs })).toMatchObject({ text, terminal: [line] });
});

test('ping shows the completed name, the TTL and its statistics', () => {
  expect(ended('icmp://web', answered()).terminal).toEqual([
    'PING web.default.svc.cluster.local (10.96.44.10) 56(84) bytes of data.',
    '64 bytes from 10.96.44.10: icmp_seq=1 ttl=62 time=0.512 ms',
    '',
    '--- web.default.svc.cluster.local ping statistics ---',
    '1 packets transmitted, 1 received, 0% packet loss, time 0ms',
    'rtt min/avg/max/mdev = 0.512/0.512/0.512/0.000 ms',
  ]);
  expect(ended('icmp://10.96.44.10', timedOut, { lookup: undefined }).terminal.at(-1)).toBe(
    '1 packets transmitted, 0 received, 100% packet loss, time 0ms',
  );
  expect(ended('icmp://wep', unresolved).terminal).toEqual(['ping: wep: Name or service not known']);
});

test.each([
  [{ from: '10.244.1.1', type: 3, code: 4, mtu: 1400 }, 'From 10.244.1.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)'],
  [{ from: '10.244.1.2', type: 3, code: 1 }, 'From 10.244.1.2 icmp_seq=1 Destination Host Unreachable'],
  [{ from: '10.244.1.1', type: 11, code: 0 }, 'From 10.244.1.1 icmp_seq=1 Time to live exceeded'],
  [{ from: 'fd00::1', type: 2, code: 0, mtu: 1400 }, 'From fd00::1 icmp_seq=1 Packet too big: mtu=1400'],
  [{ from: 'fd00::1', type: 1, code: 4 }, 'From fd00::1 icmp_seq=1 Destination unreachable: Port unreachable'],
])('ping is told %o', (report, line) => {
  expect(ended('icmp://web', told(report), { elapsedUs: 900 }).terminal.slice(1)).toEqual([
    line,
    '',
    '--- web.default.svc.cluster.local ping statistics ---',
    '1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms',
  ]);
});

test('nc says what it connected to', () => {
  expect(ended('tcp://web:80', answered()).terminal).toEqual(['Connection to web (10.96.44.10) 80 port [tcp/http] succeeded!']);
  expect(ended('tcp://10.96.44.10:81', failed('ECONNREFUSED')).terminal).toEqual([
    'nc: connect to 10.96.44.10 port 81 (tcp) failed: Connection refused',
  ]);
  expect(ended('tcp://wep:80', unresolved).terminal).toEqual(['nc: getaddrinfo for host "wep" port 80: Name or service not known']);
});

test('nc -u prints what comes back, and nothing when nothing does', () => {
  expect(ended('udp://web:53', answered('Hostname: web-x2x9z\nPeer: 10.244.1.11:40001\n'))).toMatchObject({
    text: 'reply from web-x2x9z',
    terminal: ['Hostname: web-x2x9z', 'Peer: 10.244.1.11:40001'],
  });
  expect(ended('udp://web:53', failed('ECONNREFUSED'))).toMatchObject({ kind: 'refused', terminal: [] });
});

test('nslookup shows the server, the aliases and the addresses', () => {
  const alias: LookupOutcome = {
    ...lookup,
    addresses: ['203.0.113.10'],
    answers: [
      { name: 'books.default.svc.cluster.local.', type: 'CNAME', ttl: 30, data: 'example.com.' },
      { name: 'example.com.', type: 'A', ttl: 300, data: '203.0.113.10' },
    ],
  };
  expect(ended('dns://books', answered(), { lookup: alias, nameserver: '10.96.0.10' }).terminal).toEqual([
    'Server:\t\t10.96.0.10',
    'Address:\t10.96.0.10#53',
    '',
    'books.default.svc.cluster.local\tcanonical name = example.com.',
    'Name:\texample.com',
    'Address: 203.0.113.10',
  ]);
  expect(ended('dns://wep', unresolved, { nameserver: '10.96.0.10' }).terminal.at(-1)).toBe("** server can't find wep: NXDOMAIN");
  const silent: ClientResult = { kind: 'unresolved', lookup: { status: 'error', reason: 'again' } };
  expect(ended('dns://web', silent).terminal).toEqual([';; connection timed out; no servers could be reached']);
});
