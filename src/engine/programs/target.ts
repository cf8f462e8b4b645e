// Who sends and what is asked, as text: the SOURCE and TARGET of the `walk` command and of scenario files, and the
// commands that a person types in their place (`curl web:8080/cart`, `nc -zv web 80`). Option letters as in curl,
// iputils ping, OpenBSD nc and BIND nslookup; an option that changes the request is refused rather than ignored.

import { familyOf, joinHostPort, parseAddress } from '../net/address.ts';

export type Source =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string; readonly container: string | null }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'world' };

export interface Target {
  /** `dns` looks the name up and sends nothing more. */
  readonly scheme: 'http' | 'https' | 'tcp' | 'udp' | 'sctp' | 'icmp' | 'dns';
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** 0 where the scheme has no port. */
  readonly port: number;
  /** With its leading slash for http, '' otherwise. */
  readonly path: string;
  /** https: the certificate may be any (`curl -k`). */
  readonly insecure?: true;
  /** Several requests on one connection, which is kept open between them. */
  readonly keepAlive?: KeepAlive;
  /** icmp: an echo of another size (`ping -s`), or one whose sender says who may cut it (`ping -M do`, `-M dont`). */
  readonly echo?: Echo;
  /** udp: bytes in the datagram, `udp://web:7#size=3000`. */
  readonly datagramBytes?: number;
}

/** Stands in the fragment, too: `icmp://web#size=1472&df`. */
export interface Echo {
  /** Bytes of data, without the 28 of the headers. */
  readonly sizeBytes: number;
  /** `&df`: nobody; `&nodf`: any router; else its sender only (ip(7), IP_MTU_DISCOVER). */
  readonly cutBy?: 'nobody' | 'anybody';
}

/** Stands in the fragment, which is the client's alone and never sent: `http://web#requests=10&every=1s`. */
export interface KeepAlive {
  readonly requests: number;
  /** From one answer to the next request. */
  readonly everyUs: number;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const MOST_REQUESTS = 100;
const LONGEST_PAUSE_US = 60_000_000;
const PING_BYTES = 56;
/** In a ping or a datagram of IPv4. */
const MOST_BYTES = 65_507;
const ECHO = /^\/?#(?:size=(\d+))?&?(df|nodf)?$/;
const DATAGRAM = /^\/?#size=(\d+)$/;
const CUT_BY = { df: 'nobody', nodf: 'anybody' } as const;

export type Parsed<T> = { readonly value: T } | { readonly error: string };

const SOURCE_FORMS = 'pod/NAMESPACE/NAME[/CONTAINER], node/NAME or world';
const TARGET_FORMS =
  'http[s]://HOST[:PORT]/PATH[#requests=N&every=1s], tcp://HOST:PORT, udp://HOST:PORT[#size=N], sctp://HOST:PORT, icmp://HOST[#size=N&df] or dns://NAME';

/** Reads `pod/default/client`, `node/node-1`, `world`. */
export function parseSource(text: string): Parsed<Source> {
  const [kind, ...names] = text.trim().split('/');
  const [first = '', second = '', third = null] = names;
  if (kind === 'world' && names.length === 0) return { value: { kind } };
  if (kind === 'node' && names.length === 1 && first !== '') return { value: { kind, name: first } };
  const isPod = kind === 'pod' && (names.length === 2 || names.length === 3) && !names.includes('');
  if (isPod) return { value: { kind: 'pod', namespace: first, name: second, container: third } };
  return { error: `"${text}" is not a source: expected ${SOURCE_FORMS}` };
}

export function printSource(source: Source): string {
  if (source.kind === 'world') return 'world';
  if (source.kind === 'node') return `node/${source.name}`;
  return ['pod', source.namespace, source.name, ...(source.container === null ? [] : [source.container])].join('/');
}

/** Reads `http://web:8080/cart`, `tcp://10.96.0.1:443`, `udp://[fd00::10]:53`, `icmp://web`. */
export function parseTarget(text: string): Parsed<Target> {
  const match = /^([a-z]+):\/\/(\[[^\]]*\]|[^:/?#[\]]*)(?::(\d*))?([/?#].*)?$/.exec(text.trim());
  const [, scheme = '', hostText = '', portText, rest = ''] = match ?? [];
  if (!match || !isScheme(scheme)) return { error: `"${text}" is not a target: expected ${TARGET_FORMS}` };
  const host = parseHost(hostText);
  if ('error' in host) return host;
  const takesPort = scheme !== 'icmp' && scheme !== 'dns';
  if (!takesPort && portText !== undefined) return { error: `${scheme}://${hostText} takes no port` };
  const isHTTP = scheme === 'http' || scheme === 'https';
  const echo = scheme === 'icmp' ? echoOf(rest) : null;
  if (echo && 'error' in echo) return echo;
  const datagram = scheme === 'udp' ? (DATAGRAM.exec(rest)?.[1] ?? null) : null;
  if (Number(datagram) > MOST_BYTES) return { error: `${datagram} bytes are more than a datagram holds: at most ${MOST_BYTES}` };
  if (!isHTTP && !(scheme === 'icmp' && ECHO.test(rest)) && datagram === null && rest !== '' && rest !== '/')
    return { error: `${scheme}:// takes no path` };
  const port = takesPort ? parsePort(portText ?? DEFAULT_PORTS[scheme] ?? '') : { value: 0 };
  if ('error' in port) return portText === undefined ? { error: `${scheme}://${hostText} needs a port: ${scheme}://HOST:PORT` } : port;
  const keepAlive = keepAliveOf(rest);
  if (keepAlive && 'error' in keepAlive) return keepAlive;
  const target = { scheme, host: host.value, port: port.value, path: isHTTP ? pathOf(rest) : '' };
  const insecure = scheme === 'https' && /[#&]insecure\b/.test(rest) ? ({ insecure: true } as const) : {};
  const data = { ...(echo && { echo: echo.value }), ...(datagram !== null && { datagramBytes: Number(datagram) }) };
  return { value: { ...target, ...insecure, ...(keepAlive && { keepAlive: keepAlive.value }), ...data } };
}

/** Null where nothing is asked for. */
function echoOf(rest: string): Parsed<Echo> | null {
  const [, sizeText, flag] = ECHO.exec(rest) ?? [];
  const cutBy = flag === undefined ? undefined : CUT_BY[flag as keyof typeof CUT_BY];
  const sizeBytes = Number(sizeText ?? PING_BYTES);
  if (sizeBytes > MOST_BYTES) return { error: `invalid -s value: '${sizeBytes}': out of range: 0 <= value <= ${MOST_BYTES}` };
  if (cutBy) return { value: { sizeBytes, cutBy } };
  return sizeBytes === PING_BYTES ? null : { value: { sizeBytes } };
}

function printEcho({ sizeBytes, cutBy }: Echo): string {
  const flag = cutBy === undefined ? [] : [cutBy === 'nobody' ? 'df' : 'nodf'];
  return `#${[...(sizeBytes === PING_BYTES ? [] : [`size=${sizeBytes}`]), ...flag].join('&')}`;
}

/** Null for a fragment that asks for nothing of the kind. */
function keepAliveOf(rest: string): Parsed<KeepAlive> | null {
  const [, requestsText, everyText = '0s'] = /[#&]requests=(\d+)(?:&every=(\d+(?:ms|s)))?$/.exec(rest) ?? [];
  if (requestsText === undefined) return null;
  const requests = Number(requestsText);
  const everyUs = Number.parseInt(everyText, 10) * (everyText.endsWith('ms') ? 1_000 : 1_000_000);
  if (requests < 1 || requests > MOST_REQUESTS) return { error: `#requests=${requestsText}: 1 to ${MOST_REQUESTS} requests` };
  if (everyUs > LONGEST_PAUSE_US) return { error: `#every=${everyText}: at most ${LONGEST_PAUSE_US / 1_000_000}s` };
  return { value: { requests, everyUs } };
}

/** The shortest text that reads back as this target. */
export function printTarget({ scheme, host, port, path, keepAlive, insecure, echo, datagramBytes }: Target): string {
  const bare = host.includes(':') ? `[${host}]` : host;
  if (scheme === 'icmp' || scheme === 'dns') return `${scheme}://${bare}${echo ? printEcho(echo) : ''}`;
  const size = datagramBytes === undefined ? '' : `#size=${datagramBytes}`;
  if (scheme !== 'http' && scheme !== 'https') return `${scheme}://${joinHostPort(host, port)}${size}`;
  const fragment = [...(insecure ? ['insecure'] : []), ...(keepAlive ? [printKeepAlive(keepAlive)] : [])].join('&');
  const authority = String(port) === DEFAULT_PORTS[scheme] ? bare : joinHostPort(host, port);
  return `${scheme}://${authority}${path === '/' ? '' : path}${fragment && `#${fragment}`}`;
}

function printKeepAlive({ requests, everyUs }: KeepAlive): string {
  const every = everyUs % 1_000_000 === 0 ? `${everyUs / 1_000_000}s` : `${everyUs / 1_000}ms`;
  return `requests=${requests}${everyUs === 0 ? '' : `&every=${every}`}`;
}

/** Reads a target, or a command line that means one: `curl web:8080/cart`, `ping web`, `nc -zvu web 53`, `nslookup web`. */
export function parseCommand(text: string): Parsed<Target> {
  const [, bytes, piped] = /^head -c (\d+) \/dev\/zero \| (nc .+)$/.exec(text.trim()) ?? [];
  if (piped !== undefined) return withDatagram(parseCommand(piped), Number(bytes));
  const words = text.trim().split(/\s+/);
  const [program = '', ...rest] = words;
  const reader = COMMANDS[program];
  if (reader && rest.length > 0) {
    const given = splitOptions(rest, reader.valueOptions);
    const unknown = given.options.find((option) => !reader.isHarmless(option));
    if (unknown !== undefined) return { error: `${program}: option ${unknown} is not simulated` };
    return reader.read(given);
  }
  if (words.length > 1) return { error: `${program}: command not found. Try curl, ping, nc or nslookup` };
  if (reader) return { error: `${program}: what should it ask? Try ${program} web` };
  return text.includes('://') ? parseTarget(text) : parseURL(program);
}

function withDatagram(read: Parsed<Target>, bytes: number): Parsed<Target> {
  if ('error' in read) return read;
  if (read.value.scheme !== 'udp') return { error: 'nc: what it reads is simulated with -u only' };
  return parseTarget(printTarget({ ...read.value, datagramBytes: bytes }));
}

/** The command that a person would type for this target. */
export function printCommand(target: Target): string {
  const { scheme, host, port } = target;
  switch (scheme) {
    case 'http':
    case 'https': {
      const { insecure, ...rest } = target;
      return `curl ${insecure ? '-k ' : ''}${printTarget(rest)}`;
    }
    case 'tcp':
      return `nc -zv ${host} ${port}`;
    case 'udp':
      return `${target.datagramBytes === undefined ? '' : `head -c ${target.datagramBytes} /dev/zero | `}nc -u ${host} ${port}`;
    case 'sctp':
      return `ncat --sctp ${host} ${port}`;
    case 'icmp':
      return ['ping -c 1', ...pingOptions(target.echo), host].join(' ');
    case 'dns':
      return `nslookup ${host}`;
  }
}

function pingOptions(echo: Echo | undefined): readonly string[] {
  if (!echo) return [];
  const discovery = echo.cutBy === undefined ? [] : [echo.cutBy === 'nobody' ? '-M do' : '-M dont'];
  return [...discovery, ...(echo.sizeBytes === PING_BYTES ? [] : [`-s ${echo.sizeBytes}`])];
}

interface GivenWords {
  readonly options: readonly string[];
  /** The words that options took, by option. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

interface CommandReader {
  /** Options that take the next word. */
  readonly valueOptions: readonly string[];
  /** Whether the request is the same without this option. */
  readonly isHarmless: (option: string) => boolean;
  readonly read: (given: GivenWords) => Parsed<Target>;
}

const CURL_OPTIONS = ['-m', '--max-time', '--connect-timeout', '-o', '--output', '-w', '--write-out', '--retry'];
const CURL_FLAGS = /^(-[sSvifLkgN46]+|--(silent|show-error|verbose|include|fail|location|ipv4|no-buffer|insecure))$/;
const readHTTP = ({ options, operands }: GivenWords) => {
  const read = oneOperand(operands, parseURL);
  const isInsecure = options.some((option) => option === '--insecure' || /^-[a-zA-Z46]*k/.test(option));
  return isInsecure && 'value' in read && read.value.scheme === 'https' ? { value: { ...read.value, insecure: true as const } } : read;
};
const readPing = ({ operands, values }: GivenWords) => {
  const size = values.get('-s');
  const discovery = values.get('-M');
  if (size !== undefined && !/^\d+$/.test(size)) return { error: `ping: invalid argument: '${size}'` };
  if (discovery !== undefined && !/^(do|dont|want)$/.test(discovery)) return { error: `ping: invalid -M argument: ${discovery}` };
  const asked = [
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(discovery === 'do' ? ['df'] : discovery === 'dont' ? ['nodf'] : []),
  ].join('&');
  return oneOperand(operands, (host) => hostTarget('icmp', host, asked && `#${asked}`));
};

const PING_OPTIONS = ['-c', '-W', '-w', '-i', '-s', '-M'];

const COMMANDS: Readonly<Record<string, CommandReader>> = {
  curl: {
    valueOptions: CURL_OPTIONS,
    isHarmless: (option) => CURL_OPTIONS.includes(option) || CURL_FLAGS.test(option),
    read: readHTTP,
  },
  wget: {
    valueOptions: ['-O', '-T', '-t', '--timeout'],
    isHarmless: (option) => /^-(q?O-?|qO-|q|S|T|t|-timeout.*|-quiet)$/.test(option),
    read: readHTTP,
  },
  ping: { valueOptions: PING_OPTIONS, isHarmless: (option) => /^-[cWwinq4sM]+\d*$/.test(option), read: readPing },
  ping6: { valueOptions: PING_OPTIONS, isHarmless: (option) => /^-[cWwinq6sM]+\d*$/.test(option), read: readPing },
  nc: { valueOptions: ['-w'], isHarmless: (option) => /^-[zvnu4]*w?\d*$/.test(option), read: readNetcat },
  ncat: { valueOptions: ['-w'], isHarmless: (option) => /^(-[zvnu4]*w?\d*|--(sctp|udp))$/.test(option), read: readNetcat },
  telnet: { valueOptions: [], isHarmless: () => false, read: readNetcat },
  nslookup: { valueOptions: [], isHarmless: () => false, read: ({ operands }) => oneOperand(operands, (host) => hostTarget('dns', host)) },
};

function splitOptions(words: readonly string[], valueOptions: readonly string[]): GivenWords {
  const options: string[] = [];
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (let place = 0; place < words.length; place++) {
    const word = words[place] ?? '';
    if (!word.startsWith('-') || word === '-') operands.push(word.replace(/^(["'])(.*)\1$/, '$2'));
    else options.push(word);
    // `-w 3`, and as the last of several letters, `-zvw 3`.
    const takesNext = valueOptions.includes(word) || (/^-[a-zA-Z]{2,}$/.test(word) && valueOptions.includes(`-${word.at(-1)}`));
    if (takesNext) values.set(valueOptions.includes(word) ? word : `-${word.at(-1)}`, words[++place] ?? '');
  }
  return { options, values, operands };
}

function oneOperand(operands: readonly string[], read: (operand: string) => Parsed<Target>): Parsed<Target> {
  const [operand] = operands;
  if (operands.length !== 1 || operand === undefined) return { error: 'one name or address is expected' };
  return read(operand);
}

/** As curl guesses: no scheme means http. */
function parseURL(text: string): Parsed<Target> {
  const bare = parseAddress(text) !== null && familyOf(text) === 6 ? `[${text}]` : text;
  return parseTarget(bare.includes('://') ? bare : `http://${bare}`);
}

function readNetcat({ options, operands }: GivenWords): Parsed<Target> {
  const [host, port] = operands;
  if (operands.length !== 2 || host === undefined || port === undefined) return { error: 'a host and a port are expected: nc -zv web 80' };
  const isUDP = options.some((option) => option === '--udp' || /^-[a-z]*u/.test(option));
  const scheme = options.includes('--sctp') ? 'sctp' : isUDP ? 'udp' : 'tcp';
  return parseTarget(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`);
}

function hostTarget(scheme: 'icmp' | 'dns', host: string, fragment = ''): Parsed<Target> {
  return parseTarget(`${scheme}://${host.includes(':') ? `[${host}]` : host}${fragment}`);
}

function isScheme(text: string): text is Target['scheme'] {
  return ['http', 'https', 'tcp', 'udp', 'sctp', 'icmp', 'dns'].includes(text);
}

function parseHost(text: string): Parsed<string> {
  if (text.startsWith('[')) {
    const address = parseAddress(text.slice(1, -1));
    return address !== null && familyOf(address) === 6 ? { value: address } : { error: `${text} is not an IPv6 address` };
  }
  if (/^[\d.]+$/.test(text)) return parseAddress(text) === null ? { error: `${text} is not an IPv4 address` } : { value: text };
  const labels = text.replace(/\.$/, '').split('.');
  const isName = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label)) && text.length <= 254;
  return isName ? { value: text } : { error: `"${text}" is not a host name or address` };
}

function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  return text !== '' && port >= 1 && port <= 65_535 ? { value: port } : { error: `"${text}" is not a port: 1 to 65535` };
}

/** What goes into the request line: no fragment, and always a leading slash. */
function pathOf(rest: string): string {
  const path = encodeURI(rest.replace(/#.*$/, '')).replace(/%25/g, '%');
  return path.startsWith('/') ? path : `/${path}`;
}
