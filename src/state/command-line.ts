// What the reader types to send something: `curl http://web`, `ping web`, `nc -u web 53`, or a target as the walk
// command takes it (`tcp://web:5432`). And the way back, from a target to the command that a person would type.

export type ParsedCommand = { readonly target: string } | { readonly problem: string };

const schemes = /^(https?|tcp|udp|icmp):\/\/\S+$/;
const grammar = 'Type curl http://web, ping web, nc web 5432, or a target such as tcp://web:5432.';

/** Reads a command line as a target. Options that change nothing here (`-s`, `-m 5`) are passed over. */
export function parseCommand(line: string): ParsedCommand {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  const words = withoutOptions(rest, first === 'ping' ? pingOptionsWithValue : optionsWithValue);
  switch (first) {
    case '':
      return { problem: grammar };
    case 'curl':
    case 'wget':
      return words[0] ? insecurely(rest, httpTarget(words[0])) : { problem: `${first} needs an address: ${first} http://web` };
    case 'ping':
      return words[0] ? { target: `icmp://${words[0]}${pingFragment(line)}` } : { problem: 'ping needs a host: ping web' };
    case 'nc':
    case 'ncat':
    case 'telnet':
      return portTarget(words, rest.some((word) => /^-[a-z]*u/.test(word)) ? 'udp' : 'tcp');
    default:
      return rest.length > 0 ? { problem: `${first} is not simulated here. ${grammar}` } : httpTarget(first);
  }
}

/** `-M do -s 1472` as the target says it: `#size=1472&df`. */
function pingFragment(line: string): string {
  const size = / -s *(\d+)( |$)/.exec(line)?.[1];
  const asked = [...(size === undefined ? [] : [`size=${size}`]), ...(/ -M *do( |$)/.test(line) ? ['df'] : [])];
  return asked.length > 0 ? `#${asked.join('&')}` : '';
}

function formatPing(rest: string): string {
  const [host, fragment = ''] = rest.split('#');
  const size = /size=(\d+)/.exec(fragment)?.[1];
  return ['ping', ...(/\bdf$/.test(fragment) ? ['-M do'] : []), ...(size === undefined ? [] : [`-s ${size}`]), host].join(' ');
}

/** The command that sends to a target: `http://web` is `curl http://web`, `icmp://web` is `ping web`. */
export function formatCommand(target: string): string {
  const [, scheme, rest = ''] = /^(\w+):\/\/(.*)$/.exec(target) ?? [];
  if (scheme === 'icmp') return formatPing(rest);
  if (scheme === 'tcp') return `nc ${rest.replace(/:(\d+)$/, ' $1')}`;
  if (scheme === 'udp') return `nc -u ${rest.replace(/:(\d+)$/, ' $1')}`;
  if (target.endsWith('#insecure')) return `curl -k ${target.slice(0, -'#insecure'.length)}`;
  return `curl ${target.replace(/^(https?:\/\/[^/]+)\/$/, '$1')}`;
}

/** A source as a reader calls it: `pod/default/client` is `client`, `node/node-1` is `node-1`, `world` is `laptop`. */
export function sourceName(source: string): string {
  if (source === 'world') return 'laptop';
  const parts = source.split('/');
  return parts[0] === 'pod' ? parts.slice(2).join('/') : (parts[1] ?? source);
}

function httpTarget(word: string): ParsedCommand {
  if (schemes.test(word)) return { target: word };
  if (/^[a-z]+:\/\//.test(word)) return { problem: `${word.split(':')[0]} is not simulated. ${grammar}` };
  return /^[\w.-]+(:\d+)?(\/\S*)?$/.test(word) ? { target: `http://${word}` } : { problem: grammar };
}

/** `-k` takes any certificate: it stands in the fragment, which is the client's own. */
function insecurely(options: readonly string[], parsed: ParsedCommand): ParsedCommand {
  const isInsecure = options.some((option) => option === '--insecure' || /^-[a-zA-Z]*k/.test(option));
  if (!isInsecure || 'problem' in parsed || !parsed.target.startsWith('https:') || parsed.target.includes('#')) return parsed;
  return { target: `${parsed.target}#insecure` };
}

function portTarget(words: readonly string[], scheme: 'tcp' | 'udp'): ParsedCommand {
  const [host, port] = words;
  return host && port && /^\d+$/.test(port)
    ? { target: `${scheme}://${host}:${port}` }
    : { problem: 'nc needs a host and a port: nc web 5432' };
}

const optionsWithValue = new Set(['-m', '--max-time', '--connect-timeout', '-c', '-W', '-w', '-i', '-H', '-X', '-o', '-T']);
/** To curl and nc, -s is something else. */
const pingOptionsWithValue = new Set([...optionsWithValue, '-s', '-M']);

function withoutOptions(words: readonly string[], optionsWithValue: ReadonlySet<string>): string[] {
  return words.filter((word, index) => !word.startsWith('-') && !optionsWithValue.has(words[index - 1] ?? ''));
}
