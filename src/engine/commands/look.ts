// Lines that only look: `kubectl get`, and the tools of the machine or pod that they are typed on. What they print is
// what the simulated kernel and API server hold at that moment; nothing is changed by them.

import type { Pod } from '../api/types.ts';
import type { Cluster } from '../cluster.ts';
import { inspectNode, inspectPod } from '../inspections.ts';
import { printDevice } from '../netstack/device.ts';
import { printNeighbours } from '../netstack/neighbour.ts';
import { printSockets } from '../netstack/sockets.ts';
import type { ClientHost } from '../programs/client.ts';
import { printHosts, printResolvConf } from '../programs/dns/resolv-conf.ts';
import { parseSource, type Source } from '../programs/target.ts';
import { kubectlDescribe } from './kubectl-describe.ts';
import { kubectlGet, type Shown } from './kubectl-get.ts';
import { splitWords } from './line-reader.ts';

interface Place {
  readonly cluster: Cluster;
  readonly source: Source;
  readonly host: ClientHost;
}

type Tool = (place: Place, args: readonly string[]) => string | { readonly error: string };

/** What a line prints that is typed at `from`, a source; null when it is none that only looks. */
export function look(cluster: Cluster, from: string, line: string): Shown | null {
  const words = splitWords(line).map(({ text }) => text);
  const [first = '', ...args] = words;
  if (first === 'kubectl' && args[0] === 'get') return kubectlGet(cluster, args.slice(1));
  if (first === 'kubectl' && args[0] === 'describe') return kubectlDescribe(cluster.store, args.slice(1));
  const tool = TOOLS[first];
  if (!tool) return null;
  const source = parseSource(from);
  if ('error' in source) return refused(source.error);
  const host = cluster.clientHost(source.value);
  if ('error' in host) return refused(host.error);
  const printed = tool({ cluster, source: source.value, host }, args);
  if (typeof printed !== 'string') return refused(printed.error);
  return { ok: true, output: printed === '' ? [] : printed.trimEnd().split('\n') };
}

function refused(error: string): Shown {
  return { ok: false, output: error.split('\n') };
}

const TOOLS: Readonly<Record<string, Tool>> = {
  ip,
  ss: ({ host }) => printSockets(host.netns.sockets),
  cat,
  env: (place) => environment(place),
  hostname: ({ source }) => nameOf(source),
  'iptables-save': (place, args) => onNode(place, 'iptables-save', ({ iptablesSave }) => tables(iptablesSave, args)),
  'ip6tables-save': (place, args) => onNode(place, 'ip6tables-save', ({ ip6tablesSave }) => tables(ip6tablesSave, args)),
  ipset: (place) => onNode(place, 'ipset', ({ ipsetSave }) => ipsetSave),
  conntrack: (place) => onNode(place, 'conntrack', ({ conntrack }) => conntrack),
};

const IP_OBJECTS = ['address', 'route', 'neighbour', 'neighbor'];

/** `ip [-4|-6] addr|route|neigh`, in any of their short forms. */
function ip({ host: { netns } }: Place, args: readonly string[]): string | { readonly error: string } {
  const family = args.includes('-6') ? 6 : 4;
  const [wanted = ''] = args.filter((word) => !word.startsWith('-'));
  const object = wanted === '' ? undefined : IP_OBJECTS.find((name) => name.startsWith(wanted));
  switch (object) {
    case 'address':
      return [...netns.devices.values()].map(printDevice).join('');
    case 'route':
      return netns.routing.print(family);
    case 'neighbour':
    case 'neighbor':
      return printNeighbours(netns, family);
    default:
      return { error: `Object "${wanted}" is unknown, try "ip help".\npossible here: ip addr, ip route, ip neigh` };
  }
}

function cat({ host }: Place, [file = '']: readonly string[]): string | { readonly error: string } {
  if (file === '/etc/resolv.conf') return printResolvConf(host.resolvConf);
  if (file === '/etc/hosts') return printHosts(host.hosts);
  return { error: `cat: ${file}: No such file or directory\npossible here: /etc/resolv.conf, /etc/hosts` };
}

function environment({ cluster, source }: Place): string | { readonly error: string } {
  if (source.kind !== 'pod') return { error: 'env: only the environment of containers is simulated' };
  const pod = cluster.store.get<Pod>('Pod', source.namespace, source.name);
  const inspection = pod && inspectPod(cluster, `Pod/${source.namespace}/${source.name}`);
  const [first] = inspection?.env ?? [];
  return (inspection?.env.find(({ container }) => container === source.container) ?? first)?.text ?? '';
}

function nameOf(source: Source): string {
  return source.kind === 'world' ? 'laptop' : source.name;
}

/** Rules and connections are a node's: a pod has the tools, but not the right to use them, and nothing in its tables. */
function onNode(
  { cluster, source }: Place,
  tool: string,
  print: (inspection: NonNullable<ReturnType<typeof inspectNode>>) => string,
): string | { readonly error: string } {
  const inspection = source.kind === 'node' ? inspectNode(cluster, source.name) : null;
  return inspection
    ? print(inspection)
    : { error: `${tool}: Operation not permitted (you must be root)\nType it on a node: choose one as the source.` };
}

/** `-t nat` of an iptables-save text; counters only with `-c`. */
function tables(text: string, args: readonly string[]): string {
  const table = args[args.indexOf('-t') + 1];
  const wanted = args.includes('-t')
    ? text
        .split(/(?=^\*)/m)
        .filter((one) => one.startsWith(`*${table}\n`))
        .join('')
    : text;
  return args.includes('-c') ? wanted : wanted.replace(/^\[\d+:\d+\] /gm, '');
}
