// One machine from the inside, as a packet sees it: the hooks in the order of its way, and the chains of the open hook,
// rule by rule, as far as the packet has come. Everything is read from the trace.

import type { Hook, Hop, NodeView, RuleHop } from '../protocol/messages.ts';
import { isTunnel } from '../state/tunnel.ts';
import type { Followed } from './followed.ts';
import { type Cluster, isNode } from './graph.ts';
import { conditionOf, type ListedRule, targetOf } from './rule-summary.ts';

export type Progress = 'walked' | 'here' | 'ahead' | 'off';

export interface HookBox {
  readonly hook: Hook;
  readonly progress: Progress;
  /** `nat`, `filter`, in the order in which the packet met them. */
  readonly tables: readonly string[];
  /** The table of the current hop. */
  readonly table: string | null;
  readonly hops: readonly number[];
}

/** One end of the way through the machine. */
export type Door =
  /** `pod` is `NAMESPACE/NAME`. */
  | {
      readonly kind: 'pod';
      readonly pod: string;
      readonly name: string;
      readonly address: string;
      readonly veth: string;
      readonly progress: Progress;
    }
  | { readonly kind: 'port'; readonly name: string; readonly progress: Progress }
  | { readonly kind: 'process'; readonly progress: Progress };

export interface Row {
  readonly state: 'matched' | 'missed' | 'unreached';
  /** `7`, `1-6`, `policy`. */
  readonly number: string;
  readonly condition: string;
  readonly target: string;
  /** Of a rule that matched, after this packet; of another, by the end of the run. Null where it is not known. */
  readonly packets: number | null;
  readonly tone: 'plain' | 'flow' | 'rewrite' | 'bad';
}

export interface ChainColumn {
  readonly chain: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

export interface WireModel {
  readonly node: NodeView;
  readonly from: Door;
  readonly to: Door;
  readonly hooks: readonly HookBox[];
  /** The bridge hands the packet up to the machine here. Null where the packet never leaves the bridge or never was on it. */
  readonly handedUp: { readonly n: number; readonly progress: Progress } | null;
  /** The packet is bridged: all its hooks run inside of cni0. */
  readonly bridged: boolean;
  readonly open: HookBox | null;
  readonly columns: readonly ChainColumn[];
  /** The current hop stands in the diagram: in a hook, or at a door, or (null) elsewhere. */
  readonly standing: { readonly at: 'hook'; readonly hook: Hook } | { readonly at: 'from' | 'to' | 'up' } | null;
}

export type Chains = ReadonlyMap<string, readonly ListedRule[]>;

/** What a machine is read from: the packet, the cluster, and the rules that its nodes list. */
export interface Reading {
  readonly followed: Followed;
  readonly cluster: Cluster;
  readonly chains: Chains;
}

/** The hops of one walk through a machine, from the first on and up to before the second index. */
export type Stretch = readonly [number, number];

/** The machine on which the packet is, or was last. */
export function wireModel(reading: Reading): WireModel | null {
  const place = machineOf(reading.followed, reading.cluster);
  return place && walkModel(reading, place.node, stretchAround(reading.followed.packet.hops, place.at));
}

/** The node that the packet is on, or was last, and the index of the hop there. */
export function machineOf({ packet, index }: Followed, cluster: Cluster): { readonly node: NodeView; readonly at: number } | null {
  const known = new Set(cluster.nodes.map((node) => node.name));
  const at = nearest(packet.hops, index, (hop) => known.has(hop.node));
  const node = cluster.nodes.filter(isNode).find((each) => each.name === packet.hops[at]?.node);
  return node ? { node, at } : null;
}

/** One walk through a machine; of each chain at most `most` rows where it led on to another. */
export function walkModel({ followed, cluster, chains }: Reading, node: NodeView, [start, end]: Stretch, most = 4): WireModel {
  const { packet, index } = followed;
  const hops = packet.hops.slice(start, end).map((hop, i) => ({ hop, i: start + i }));
  const hooks = hookBoxes(hops, index);
  const up = hops.findIndex(({ hop }, i) => hop.kind === 'if' && hop.ifc === 'cni0' && hop.dir === 'rx' && i > 0);
  const from = doorOf(followed, cluster, node, hops[0], start - 1, 'rx');
  const to = doorOf(followed, cluster, node, hops.at(-1), end, 'tx');
  const open = openHook(hooks, index);
  return {
    node,
    from,
    to,
    hooks,
    handedUp: up < 0 ? null : { n: hops[up]?.hop.n ?? 0, progress: progressOf([hops[up]?.i ?? 0], index) },
    bridged: from.kind === 'pod' && to.kind === 'pod' && up < 0,
    open,
    columns: open ? columnsOf(followed, open, chains, cluster, most) : [],
    standing: standingOf(packet.hops, index, start, end, up < 0 ? -1 : (hops[up]?.i ?? -1)),
  };
}

function nearest(hops: readonly Hop[], index: number, test: (hop: Hop) => boolean): number {
  for (let i = index; i >= 0; i--) if (test(hops[i] as Hop)) return i;
  return hops.findIndex(test);
}

/** Hops of one walk through one machine. A tunnel device ends one walk and begins another: its outer packet is sent anew. */
export function stretchAround(hops: readonly Hop[], at: number): Stretch {
  const goesOn = (i: number) => hops[i]?.node === hops[at]?.node && !isTunnelHop(hops[i - 1], 'tx') && !isTunnelHop(hops[i], 'rx');
  let start = at;
  while (start > 0 && hops[start - 1]?.node === hops[at]?.node && goesOn(start)) start--;
  let end = at + 1;
  while (end < hops.length && goesOn(end)) end++;
  return [start, end];
}

/** The packet goes into a tunnel device, or comes out of it. */
export function isTunnelHop(hop: Hop | undefined, dir: 'rx' | 'tx'): boolean {
  return hop?.kind === 'if' && hop.dir === dir && isTunnel(hop.ifc);
}

/** How far the packet has come with these hops. */
export function progressOf(hops: readonly number[], index: number): Progress {
  if (hops.length === 0) return 'off';
  if (hops.includes(index)) return 'here';
  return (hops[0] as number) < index ? 'walked' : 'ahead';
}

function hookBoxes(hops: readonly { hop: Hop; i: number }[], index: number): HookBox[] {
  return (['PREROUTING', 'FORWARD', 'POSTROUTING', 'INPUT', 'OUTPUT'] as const).map((hook) => {
    const own = hops.filter(({ hop }) => hop.kind !== 'if' && hop.hook === hook);
    const current = own.find(({ i }) => i === index)?.hop;
    const tables = [...new Set(own.flatMap(({ hop }) => (hop.kind === 'rule' ? [hop.table] : [])))];
    const indices = own.map(({ i }) => i);
    return { hook, progress: progressOf(indices, index), tables, table: current?.kind === 'rule' ? current.table : null, hops: indices };
  });
}

/** The hook of the current hop, or the one that was last open. */
function openHook(hooks: readonly HookBox[], index: number): HookBox | null {
  const met = hooks.filter((box) => box.progress === 'here' || box.progress === 'walked');
  return met.sort((a, b) => lastUpTo(b, index) - lastUpTo(a, index))[0] ?? null;
}

function lastUpTo(box: HookBox, index: number): number {
  return Math.max(-1, ...box.hops.filter((i) => i <= index));
}

function doorOf(
  { packet, index }: Followed,
  cluster: Cluster,
  node: NodeView,
  edge: { hop: Hop; i: number } | undefined,
  beyond: number,
  direction: 'rx' | 'tx',
): Door {
  const { hop, i } = edge ?? { hop: undefined, i: -1 };
  if (hop?.kind !== 'if' || hop.dir !== direction) return { kind: 'process', progress: progressOf(i < 0 ? [] : [i], index) };
  const outside = packet.hops[beyond] ? [beyond] : [];
  const indices = direction === 'rx' ? [...outside, i] : [i, ...outside];
  const pod = node.interfaces.find((each) => each.name === hop.ifc)?.pod;
  const view = pod && [...(cluster.podsByNode.get(node.name) ?? [])].find((each) => `${each.namespace}/${each.name}` === pod);
  if (view)
    return {
      kind: 'pod',
      pod: `${view.namespace}/${view.name}`,
      name: view.name,
      address: view.address ?? '',
      veth: hop.ifc,
      progress: progressOf(indices, index),
    };
  return { kind: 'port', name: hop.ifc, progress: progressOf([i], index) };
}

function standingOf(hops: readonly Hop[], index: number, start: number, end: number, up: number): WireModel['standing'] {
  const hop = hops[index] as Hop;
  if (index === up) return { at: 'up' };
  if (index >= start && index < end && hop.kind !== 'if') return { at: 'hook', hook: hop.hook };
  const middle = hops.findIndex((each, i) => i >= start && each.kind !== 'if');
  return { at: index < (middle < 0 ? end : middle) ? 'from' : 'to' };
}

/** The chains that the packet is in right now, outermost first: a jump opens a column, a return closes it. */
function columnsOf(followed: Followed, open: HookBox, chains: Chains, cluster: Cluster, mostBefore: number): ChainColumn[] {
  const { packet, index } = followed;
  const past = open.hops.filter((i) => i <= index).map((i) => packet.hops[i] as Hop);
  const last = past.findLast((hop): hop is RuleHop => hop.kind === 'rule');
  if (!last) return [];
  const stack: { chain: string; hops: RuleHop[] }[] = [];
  for (const hop of past) {
    if (hop.kind !== 'rule' || hop.table !== last.table) continue;
    const depth = stack.findIndex((column) => column.chain === hop.chain);
    if (depth >= 0) {
      stack.length = depth + 1;
      stack[depth]?.hops.push(hop);
    } else stack.push({ chain: hop.chain, hops: [hop] });
  }
  return stack.map(({ chain, hops }, i) => {
    const isLast = i === stack.length - 1;
    const rules = chains.get(`${last.table} ${chain}`) ?? [];
    const most = !isLast ? mostBefore : followed.rewrite ? 2 : 3;
    return { chain, about: aboutChain(followed, cluster, chain, hops[0] as RuleHop, rules), rows: rowsOf(followed, hops, rules, most) };
  });
}

function aboutChain(followed: Followed, cluster: Cluster, chain: string, hop: RuleHop, rules: readonly ListedRule[]): string {
  if (/^[A-Z]+$/.test(chain)) return hop.table;
  if (chain.startsWith('KUBE-SVC-') || chain.startsWith('KUBE-EXT-'))
    return followed.service ? `Service ${followed.service.name}` : 'one Service';
  if (chain.startsWith('KUBE-SEP-')) {
    const address = [hop.text, ...rules.map((rule) => rule.text)].join(' ').match(/--to-destination \[?([\d.]+|[\da-f:]+(?=\]))/)?.[1];
    const pod = [...cluster.podsByNode.values()].flat().find((each) => each.address === address || each.second === address);
    return pod ? `pod ${pod.name}` : 'one endpoint';
  }
  return rules.length > 0 ? `${rules.length} rules` : hop.table;
}

function rowsOf(followed: Followed, hops: readonly RuleHop[], rules: readonly ListedRule[], most: number): Row[] {
  const rows: Row[] = [];
  let done = 0;
  for (const hop of hops) {
    const number = hop.rule === 'policy' ? done + hop.missed + 1 : hop.rule;
    if (hop.missed > 0) rows.push(...missedRows(number - hop.missed, number - 1, rules));
    rows.push(matchedRow(followed, hop));
    done = number;
  }
  const ended = hops.at(-1)?.rule === 'policy';
  const next = rules[done];
  if (next && !ended && rows.length < most) rows.push(listed('unreached', done + 1, next));
  return folded(rows, most);
}

function missedRows(from: number, to: number, rules: readonly ListedRule[]): Row[] {
  const known = rules.slice(from - 1, to);
  if (known.length === to - from + 1 && known.length <= 2) {
    return known.map((rule, i) => listed('missed', from + i, rule));
  }
  return [missed(from, to)];
}

/** A rule that did not match the packet, as the node lists it. */
function listed(state: 'missed' | 'unreached', number: number, { text, packets }: ListedRule): Row {
  return { state, number: String(number), condition: conditionOf(text), target: targetOf(text), packets, tone: 'plain' };
}

function missed(from: number, to: number): Row {
  const count = to - from + 1;
  const number = count === 1 ? String(from) : `${from}-${to}`;
  return { state: 'missed', number, condition: 'no match', target: count === 1 ? '' : `${count} rules`, packets: null, tone: 'plain' };
}

function matchedRow({ packet, hop: current, rewrite, verdict }: Followed, hop: RuleHop): Row {
  const isCurrent = hop === current;
  const bad = isCurrent && verdict !== null && verdict !== 'delivered' && packet.hops.at(-1) === hop;
  return {
    state: 'matched',
    number: String(hop.rule),
    condition: hop.rule === 'policy' ? '' : conditionOf(hop.text),
    target: targetOf(hop.text),
    packets: hop.packets,
    tone: bad ? 'bad' : isCurrent && rewrite ? 'rewrite' : 'flow',
  };
}

/** At most `most` rows: what came first becomes one row. */
function folded(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  const [early, late] = [rows.slice(0, rows.length - most + 1), rows.slice(rows.length - most + 1)];
  const first = early[0]?.number.split('-')[0] ?? '';
  const last = early.at(-1)?.number.split('-').at(-1) ?? '';
  const jumped = early.filter((row) => row.state === 'matched').length;
  const words = jumped > 0 ? `${jumped} jumped, returned` : 'no match';
  return [
    { state: jumped > 0 ? 'matched' : 'missed', number: `${first}-${last}`, condition: words, target: '', packets: null, tone: 'plain' },
    ...late,
  ];
}

/** A line of `conntrack -L`, read. */
export interface ConntrackEntry {
  readonly protocol: string;
  readonly state: string;
  readonly sent: readonly [string, string];
  readonly expected: readonly [string, string];
  readonly flags: string;
}

/** Reads protocol, state, both directions and flags of an entry. */
export function conntrackEntry(line: string): ConntrackEntry | null {
  const end = (host = '', port?: string) => (port === undefined ? host : host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
  const ends = [...line.matchAll(/src=(\S+) dst=(\S+)(?: sport=(\d+) dport=(\d+))?/g)].map((match): [string, string] => [
    end(match[1], match[3]),
    end(match[2], match[4]),
  ]);
  const [sent, expected] = ends;
  if (!sent || !expected) return null;
  const head = line
    .slice(0, line.indexOf('src='))
    .replace(/^ipv4\s+2\s+/, '')
    .trim()
    .split(/\s+/);
  const state = [...head.slice(2)].map((word) => (/^\d+$/.test(word) ? `${word} s` : word)).join(' ');
  return { protocol: head[0] ?? '', state, sent, expected, flags: (line.match(/\[[A-Z]+\]/g) ?? []).join(' ') };
}
