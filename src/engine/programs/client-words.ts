// What a client's terminal prints when a request has ended. Wording of curl 7.81 (the last with the errno in the message
// itself: curl 8 says "Could not connect to server" and keeps "Connection refused" for -v), iputils ping 20211215,
// OpenBSD netcat (`nc -zv`, and `nc -u`, which stays silent when nothing comes back), nslookup of BIND 9.18.

import type { Address } from '../net/address.ts';
import type { Errno } from '../netstack/skb.ts';
import type { ICMPReport } from '../netstack/sockets.ts';
import type { ClientResult } from './client.ts';
import type { LookupOutcome } from './dns/resolver.ts';
import { parseResponse } from './http-text.ts';
import type { Target } from './target.ts';

/** A request that has ended. */
export interface EndedRequest {
  readonly target: Target;
  readonly result: ClientResult;
  readonly elapsedUs: number;
  /** How the name was looked up, where it was. */
  readonly lookup?: LookupOutcome;
  /** The name server that was asked. */
  readonly nameserver?: Address;
}

type OutcomeKind = 'answered' | 'refused' | 'reset' | 'timed-out' | 'unreachable' | 'unresolved' | 'failed';

export interface ClientWords {
  readonly kind: OutcomeKind;
  /** `200 from web-7d4b9c6f5-x2x9z`, `connection refused`, `timed out`, `could not resolve host`. */
  readonly text: string;
  readonly terminal: readonly string[];
}

/** What came of a request: for a summary line, and as the client's terminal prints it. */
export function clientWords(ended: EndedRequest): ClientWords {
  const { target, result } = ended;
  return { kind: kindOf(target, result), text: textOf(target, result), terminal: WORDS[target.scheme](ended) };
}

const WORDS: Readonly<Record<Target['scheme'], (ended: EndedRequest) => readonly string[]>> = {
  http: curlWords,
  https: curlWords,
  tcp: netcatWords,
  udp: netcatUDPWords,
  sctp: ncatWords,
  icmp: pingWords,
  dns: nslookupWords,
};

const ERRNO: Readonly<Record<Errno, { readonly kind: OutcomeKind; readonly words: string }>> = {
  ECONNREFUSED: { kind: 'refused', words: 'Connection refused' },
  ECONNRESET: { kind: 'reset', words: 'Connection reset by peer' },
  EHOSTUNREACH: { kind: 'unreachable', words: 'No route to host' },
  ENETUNREACH: { kind: 'unreachable', words: 'Network is unreachable' },
  ETIMEDOUT: { kind: 'timed-out', words: 'Connection timed out' },
  EACCES: { kind: 'refused', words: 'Permission denied' },
  EADDRINUSE: { kind: 'failed', words: 'Address already in use' },
  EMSGSIZE: { kind: 'failed', words: 'Message too long' },
  ENOPROTOOPT: { kind: 'failed', words: 'Protocol not available' },
  EPERM: { kind: 'failed', words: 'Operation not permitted' },
  EPROTO: { kind: 'failed', words: 'Protocol error' },
  EPROTONOSUPPORT: { kind: 'failed', words: 'Protocol not supported' },
};

function kindOf(target: Target, result: ClientResult): OutcomeKind {
  if (result.kind === 'error') return ERRNO[result.errno].kind;
  if (result.kind === 'untrusted' || result.kind === 'no-tls') return 'failed';
  if (result.kind !== 'answered' || (target.scheme !== 'http' && target.scheme !== 'https')) return result.kind;
  return parseResponse(result.text) ? 'answered' : 'failed';
}

function textOf(target: Target, result: ClientResult): string {
  switch (result.kind) {
    case 'unresolved':
      return 'could not resolve host';
    case 'timed-out':
      return 'timed out';
    case 'untrusted':
      return 'certificate not trusted';
    case 'no-tls':
      return 'no TLS';
    case 'error':
      return result.errno === 'ECONNRESET'
        ? 'connection reset'
        : result.errno === 'ETIMEDOUT'
          ? 'timed out'
          : ERRNO[result.errno].words.toLowerCase();
    case 'answered':
      return answerText(target, result);
  }
}

function answerText({ scheme }: Target, { address, text, before = [] }: Extract<ClientResult, { kind: 'answered' }>): string {
  switch (scheme) {
    case 'http':
    case 'https': {
      const answer = parseResponse(text);
      if (!answer) return 'empty reply';
      const times = before.length > 0 ? `${before.length + 1} times ` : '';
      return answer.server === '' ? `${times}${answer.status}` : `${times}${answer.status} from ${answer.server}`;
    }
    case 'tcp':
      return 'connected';
    case 'udp':
    case 'sctp':
      return `reply from ${/^Hostname: (.*)$/m.exec(text)?.[1] ?? address}`;
    case 'icmp':
      return `echo reply from ${address}`;
    case 'dns':
      return address;
  }
}

/** Who answered, of an outcome's text: `web-7d4b9c6f5-x2x9z` of `200 from web-7d4b9c6f5-x2x9z`; '' where it does not say. */
export function answererOf(text: string): string {
  return / from (\S+)$/.exec(text)?.[1] ?? '';
}

const CURL_CERTIFICATES = 'More details here: https://curl.se/docs/sslcerts.html';

function curlWords({ target: { host, port }, result, elapsedUs }: EndedRequest): readonly string[] {
  const ms = Math.floor(elapsedUs / 1000);
  switch (result.kind) {
    case 'unresolved':
      return [`curl: (6) Could not resolve host: ${host}`];
    case 'timed-out':
      return result.connected
        ? [`curl: (28) Operation timed out after ${ms} milliseconds with 0 bytes received`]
        : [`curl: (28) Connection timed out after ${ms} milliseconds`];
    case 'untrusted':
      return result.problem === 'self-signed'
        ? ['curl: (60) SSL certificate problem: self-signed certificate', CURL_CERTIFICATES]
        : [`curl: (60) SSL: no alternative certificate subject name matches target host name '${host}'`, CURL_CERTIFICATES];
    case 'no-tls':
      return ['curl: (35) error:0A00010B:SSL routines::wrong version number'];
    case 'error': {
      const { words } = ERRNO[result.errno];
      if (result.connected) return [`curl: (56) Recv failure: ${words}`];
      const code = result.errno === 'ETIMEDOUT' ? 28 : 7;
      return [`curl: (${code}) Failed to connect to ${host} port ${port} after ${ms} ms: ${words}`];
    }
    case 'answered': {
      const last = parseResponse(result.text)?.body.trimEnd().split('\n') ?? ['curl: (52) Empty reply from server'];
      return [...countedAnswers(result), ...last];
    }
  }
}

/** Of many answers on one connection: who gave how many, as `grep Hostname | sort | uniq -c` counts them. */
function countedAnswers({ text, before = [] }: Extract<ClientResult, { kind: 'answered' }>): readonly string[] {
  if (before.length === 0) return [];
  const counts = new Map<string, number>();
  for (const server of [...before, text].map((one) => parseResponse(one)?.server ?? '')) counts.set(server, (counts.get(server) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([server, count]) => `${String(count).padStart(7)} Hostname: ${server}`);
}

function netcatWords({ target, result }: EndedRequest): readonly string[] {
  if (result.kind === 'unresolved') return [netcatLookupWords(target, result.lookup)];
  const { host, port } = target;
  const where = host === result.address ? host : `${host} (${result.address})`;
  if (result.kind === 'answered') return [`Connection to ${where} ${port} port [tcp/${TCP_SERVICES.get(port) ?? '*'}] succeeded!`];
  const { words } = ERRNO[result.kind === 'error' ? result.errno : 'ETIMEDOUT'];
  return [`nc: connect to ${where} port ${port} (tcp) failed: ${words}`];
}

function netcatUDPWords({ target, result }: EndedRequest): readonly string[] {
  if (result.kind === 'unresolved') return [netcatLookupWords(target, result.lookup)];
  return result.kind === 'answered' && result.text !== '' ? result.text.trimEnd().split('\n') : [];
}

/** Nmap's ncat 7.93, which knows SCTP: `ncat --sctp HOST PORT`. */
function ncatWords({ target, result }: EndedRequest): readonly string[] {
  if (result.kind === 'unresolved') return [`Ncat: Could not resolve hostname "${target.host}": ${lookupWords(result.lookup)}. QUITTING.`];
  if (result.kind === 'error') return [`Ncat: ${ERRNO[result.errno].words}.`];
  return result.kind === 'answered' ? result.text.trimEnd().split('\n') : ['Ncat: TIMEOUT.'];
}

function netcatLookupWords({ host, port }: Target, lookup: LookupOutcome): string {
  return `nc: getaddrinfo for host "${host}" port ${port}: ${lookupWords(lookup)}`;
}

/** `ping -n -c 1`: a name is shown as the resolver completed it. */
function pingWords({ target: { host, echo }, result, elapsedUs, lookup }: EndedRequest): readonly string[] {
  if (result.kind === 'unresolved') return [`ping: ${host}: ${lookupWords(result.lookup)}`];
  if (result.kind === 'error' && elapsedUs === 0 && !['EPERM', 'EMSGSIZE'].includes(result.errno))
    return [`ping: connect: ${ERRNO[result.errno].words}`];
  const { name } = canonicalName(host, lookup);
  const isIPv6 = result.address.includes(':');
  const bytes = echo?.sizeBytes ?? 56;
  const head = `PING ${isIPv6 ? `${name}(${result.address}) ${bytes} data bytes` : `${name} (${result.address}) ${bytes}(${bytes + 28}) bytes of data.`}`;
  const end = ['', `--- ${name} ping statistics ---`];
  if (result.kind === 'answered') {
    const ms = pingTime(elapsedUs);
    return [
      head,
      `${bytes + 8} bytes from ${result.address}: icmp_seq=1 ttl=${result.ttl ?? 64} time=${ms} ms`,
      ...end,
      '1 packets transmitted, 1 received, 0% packet loss, time 0ms',
      `rtt min/avg/max/mdev = ${ms}/${ms}/${ms}/0.000 ms`,
    ];
  }
  const isForbidden = result.kind === 'error' && result.errno === 'EPERM';
  const errors = result.kind === 'error' && !isForbidden ? ' +1 errors,' : '';
  return [
    head,
    ...(isForbidden ? ['ping: sendmsg: Operation not permitted'] : []),
    ...(result.kind === 'error' && result.report ? [`From ${result.report.from} icmp_seq=1 ${reportWords(result.report)}`] : []),
    ...(result.kind === 'error' && result.mtu !== undefined ? [`ping: local error: message too long, mtu=${result.mtu}`] : []),
    ...end,
    `1 packets transmitted, 0 received,${errors} 100% packet loss, time 0ms`,
  ];
}

/** pr_icmph of ping_common.c, and of ping6_common.c for the errors of ICMPv6. */
function reportWords({ from, type, code, mtu }: ICMPReport): string {
  if (from.includes(':')) {
    if (type === 1) return `Destination unreachable: ${UNREACHABLE6[code] ?? `Unknown code ${code}`}`;
    return type === 2 ? `Packet too big: mtu=${mtu}` : type === 3 ? 'Time exceeded: Hop limit' : `Parameter problem: Unknown code ${code}`;
  }
  if (type === 11) return 'Time to live exceeded';
  return code === 4 ? `Frag needed and DF set (mtu = ${mtu})` : (UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`);
}

const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'Destination Net Unreachable',
  1: 'Destination Host Unreachable',
  2: 'Destination Protocol Unreachable',
  3: 'Destination Port Unreachable',
  9: 'Destination Net Prohibited',
  10: 'Destination Host Prohibited',
  13: 'Packet filtered',
};
const UNREACHABLE6: readonly string[] = [
  'No route',
  'Administratively prohibited',
  'Beyond scope of source address',
  'Address unreachable',
  'Port unreachable',
];

function pingTime(elapsedUs: number): string {
  return (elapsedUs / 1000).toFixed(3);
}

function nslookupWords({ target: { host }, result, nameserver, ...ended }: EndedRequest): readonly string[] {
  const server = nameserver ? [`Server:\t\t${nameserver}`, `Address:\t${nameserver}#53`, ''] : [];
  const lookup = result.kind === 'unresolved' ? result.lookup : ended.lookup;
  if (lookup?.status === 'nxdomain') return [...server, `** server can't find ${host}: NXDOMAIN`];
  if (lookup?.status === 'nodata') return [...server, `*** Can't find ${host}: No answer`];
  if (result.kind !== 'answered') return [';; connection timed out; no servers could be reached'];
  const { name, aliases } = canonicalName(host, lookup);
  const addresses = lookup?.status === 'found' ? lookup.addresses : [result.address];
  return [...server, ...aliases, ...addresses.flatMap((address) => [`Name:\t${name}`, `Address: ${address}`])];
}

/** The name that owns the addresses in the end, and the aliases on the way as nslookup lists them. */
function canonicalName(host: string, lookup: LookupOutcome | undefined): { name: string; aliases: readonly string[] } {
  const answers = lookup?.status === 'found' ? lookup.answers : [];
  const owner = answers.find(({ type }) => type === 'A' || type === 'AAAA')?.name;
  const aliases = answers.filter(({ type }) => type === 'CNAME').map(({ name, data }) => `${withoutDot(name)}\tcanonical name = ${data}`);
  return { name: owner === undefined ? host : withoutDot(owner), aliases };
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}

/** As gai_strerror words them. */
function lookupWords(lookup: LookupOutcome): string {
  if (lookup.status === 'nodata') return 'No address associated with hostname';
  if (lookup.status !== 'error') return 'Name or service not known';
  return lookup.reason === 'fail' ? 'Non-recoverable failure in name resolution' : 'Temporary failure in name resolution';
}

/** The names that /etc/services gives to ports which are met in clusters. */
const TCP_SERVICES: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [53, 'domain'],
  [80, 'http'],
  [443, 'https'],
  [3306, 'mysql'],
  [5432, 'postgresql'],
  [5672, 'amqp'],
  [8080, 'http-alt'],
]);
