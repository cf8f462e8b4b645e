// A rule in the few words that fit into a row: its condition as `iptables -L` would put it, and its target.

/** What a rule asks of a packet: `10.96.44.10/32 dpt:80`, `random p 0.500`, `all`. */
export function conditionOf(text: string): string {
  const words = wordsOf(text);
  const parts: string[] = [];
  let not = '';
  for (let i = 0; i < words.length && words[i] !== '-j' && words[i] !== '-g'; i++) {
    const word = words[i] as string;
    if (word === '!') {
      not = '! ';
      continue;
    }
    const spoken = spokenOptions[word];
    if (spoken) {
      const value = words[++i] ?? '';
      parts.push(spoken(value, not));
      not = '';
    } else if (skippedOptions.has(word)) i++;
  }
  const kept = parts.filter((part) => part !== '');
  // The protocol says nothing that the port does not say.
  const shown = kept.some((part) => part.startsWith('dpt:')) ? kept.filter((part) => !/^-p (tcp|udp|sctp)$/.test(part)) : kept;
  return shown.join(' ') || 'all';
}

const skippedOptions = new Set([
  '-A',
  '-m',
  '--comment',
  '--mode',
  '--update',
  '--rsource',
  '--name',
  '--mask',
  '--limit',
  '--limit-burst',
]);

const spokenOptions: Readonly<Record<string, (value: string, not: string) => string>> = {
  '-d': (value, not) => `${not}${value}`,
  '-s': (value, not) => `${not}-s ${value}`,
  '-p': (value, not) => `${not}-p ${value}`,
  '-i': (value, not) => `${not}-i ${value}`,
  '-o': (value, not) => `${not}-o ${value}`,
  '--dport': (value, not) => `${not}dpt:${value}`,
  '--sport': (value, not) => `${not}spt:${value}`,
  '--probability': (value) => `random p ${Number(value).toFixed(3)}`,
  '--mark': (value, not) => (not ? `mark not ${value}` : `mark ${value}`),
  '--ctstate': (value, not) => `${not}${value}`,
  '--dst-type': (value, not) => `${not}dst-type ${value}`,
  '--src-type': (value, not) => `${not}src-type ${value}`,
  '--rcheck': () => 'seen before',
  '--match-set': (value, not) => `${not}set ${value}`,
};

/** What a rule does: a chain's name, or `DNAT 10.244.2.17:8080`. */
export function targetOf(text: string): string {
  if (text.startsWith(':')) return text.split(' ')[1] ?? '';
  const words = wordsOf(text);
  const at = words.findIndex((word) => word === '-j' || word === '-g');
  const target = at < 0 ? '' : (words[at + 1] ?? '');
  const value = (option: string) => words[words.indexOf(option) + 1] ?? '';
  if (target === 'DNAT') return `DNAT ${value('--to-destination')}`;
  if (target === 'SNAT') return `SNAT ${value('--to-source')}`;
  if (target === 'MARK') return words.includes('--xor-mark') || text.includes('xor') ? 'MARK xor 0x4000' : `MARK ${words[at + 3] ?? ''}`;
  return target;
}

function wordsOf(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
}

/** A rule as `iptables-save` lists it, with its packet counter where `-c` was given. */
export interface ListedRule {
  readonly text: string;
  readonly packets: number | null;
}

/** The rules of an `iptables-save` text by table and chain, `nat KUBE-SERVICES`, in their order. */
export function chainsOf(iptablesSave: string): ReadonlyMap<string, readonly ListedRule[]> {
  const chains = new Map<string, ListedRule[]>();
  let table = '';
  for (const line of iptablesSave.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    if (line.startsWith(':')) chains.set(`${table} ${line.slice(1).split(' ')[0]}`, []);
    const [, packets, text, chain] = line.match(/^(?:\[(\d+):\d+\] )?(-A (\S+) .*)$/) ?? [];
    if (text) chains.get(`${table} ${chain}`)?.push({ text, packets: packets === undefined ? null : Number(packets) });
  }
  return chains;
}
