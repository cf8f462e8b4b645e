// The command grammar: one for the page, the terminal and scenario files. A line is what a person would type, with the
// place in front where it is not the reader's own machine:
//
//   kubectl scale deployment web --replicas=5
//   node-2: systemctl stop kube-proxy
//   node-2: tc qdisc add dev eth0 root netem delay 80ms loss 5%
//   node-2: ip link set eth0 down
//   node-2: power off
//   node-2: lag kube-proxy 5s
//   pod/default/web-1: kill 1
//   pod/default/web-1: kill -STOP 1
//   pod/default/web-1: fail readiness
//   control-plane: freeze endpointslice
//   coredns: lag 5s
//   partition node-1 node-2
//   packet 17 at hop 6: drop
//   wait 5s

import { type KubectlCommand, readKubectl } from './kubectl-line.ts';
import { expected, type LineError, LineReader, Misread, splitWords, type Word } from './line-reader.ts';
import { type Netem, readQdisc } from './netem.ts';

export type Command =
  | { readonly type: 'kubectl'; readonly command: KubectlCommand }
  | { readonly type: 'link'; readonly place: string; readonly device: string; readonly up: boolean }
  | { readonly type: 'qdisc'; readonly place: string; readonly verb: QdiscVerb; readonly device: string; readonly netem: Netem | null }
  | { readonly type: 'systemctl'; readonly node: string; readonly verb: SystemctlVerb; readonly unit: Unit }
  | { readonly type: 'power'; readonly node: string; readonly on: boolean }
  | { readonly type: 'signal'; readonly pod: PodPlace; readonly end: ProcessEnd }
  | { readonly type: 'stop'; readonly pod: PodPlace; readonly stopped: boolean }
  | { readonly type: 'probe'; readonly pod: PodPlace; readonly probe: Probe; readonly fails: boolean }
  | { readonly type: 'freeze'; readonly component: Component; readonly frozen: boolean }
  /** `lagUs` null: as it is without the command. */
  | { readonly type: 'lag'; readonly component: Component; readonly lagUs: number | null }
  | { readonly type: 'partition'; readonly ends: readonly [string, string]; readonly cut: boolean }
  | { readonly type: 'packet'; readonly packet: number; readonly hop: number; readonly deed: PacketDeed }
  | { readonly type: 'wait'; readonly durationUs: number };

export type QdiscVerb = 'add' | 'change' | 'replace' | 'del';
export type SystemctlVerb = 'stop' | 'start' | 'restart';
export type Unit = 'kubelet' | 'kube-proxy';
/** SIGTERM as `kill 1` sends it, a program that fails, one that took too much memory. */
export type ProcessEnd = 'kill' | 'crash' | 'oom';
export type Probe = 'readiness' | 'liveness' | 'startup';
export type PacketDeed = { readonly type: 'drop' } | { readonly type: 'duplicate' } | { readonly type: 'delay'; readonly delayUs: number };

export interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  /** Null: the first one, or all that have the probe. */
  readonly container: string | null;
}

/** Somebody who watches the API server. `node` null: on every node. */
export type Component =
  | { readonly name: 'kube-proxy' | 'kubelet' | 'coredns'; readonly node: string | null }
  | { readonly name: Controller; readonly node: null };

export const CONTROLLERS = [
  'deployment',
  'replicaset',
  'replicationcontroller',
  'statefulset',
  'daemonset',
  'job',
  'scheduler',
  'endpointslice',
  'endpoints',
  'endpointslicemirroring',
  'node-lifecycle',
  'garbage-collector',
  'namespace',
  'service-lb',
  'disruption',
  'pod-garbage-collector',
  'metallb',
] as const;
export type Controller = (typeof CONTROLLERS)[number];

const FIRST_WORDS = ['kubectl', 'partition', 'heal', 'packet', 'wait', 'NODE:', 'pod/NAMESPACE/NAME:', 'control-plane:', 'coredns:'];
const NODE_WORDS = ['ip', 'tc', 'systemctl', 'power', 'lag'] as const;
const POD_WORDS = ['kill', 'crash', 'oom', 'fail', 'pass', 'ip', 'tc'] as const;
const CONTROL_PLANE_WORDS = ['freeze', 'thaw', 'lag', 'ip', 'tc'] as const;
const DNS_WORDS = ['freeze', 'thaw', 'lag'] as const;
const NODE_COMPONENTS = ['kube-proxy', 'kubelet', 'coredns'] as const;
const UNITS = ['kubelet', 'kube-proxy'] as const;
const PROBES = ['readiness', 'liveness', 'startup'] as const;

/** Reads a line; what is wrong with it is a value that says where, and what could stand there. */
export function parseLine(line: string): { readonly command: Command } | LineError {
  try {
    return { command: readLine(line) };
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return { error: error.message, start: error.start, end: error.end };
  }
}

function readLine(line: string): Command {
  const first = splitWords(line)[0];
  if (first?.text === 'kubectl') return { type: 'kubectl', command: readKubectl(splitWords(line).slice(1), line.length) };
  const colon = /^\s*([^\s:]+(?: \d+ at hop \d+)?)\s*:(?=\s|$)/.exec(line);
  if (!colon) return readOwn(new LineReader(line));
  const [prefix, place = ''] = colon;
  const start = prefix.indexOf(place);
  const reader = new LineReader(line.slice(prefix.length), prefix.length);
  const command = readAt({ text: place, start, end: start + place.length }, reader);
  reader.end();
  return command;
}

/** Lines that are nobody's in particular. */
function readOwn(reader: LineReader): Command {
  const word = reader.peek;
  const verb = (['partition', 'heal', 'wait'] as const).find((own) => reader.skip(own));
  if (!verb) return reader.fail(word?.text === 'packet' ? 'packet NUMBER at hop NUMBER: is expected' : expected(FIRST_WORDS));
  const command: Command =
    verb === 'wait'
      ? { type: 'wait', durationUs: reader.duration() }
      : { type: 'partition', cut: verb === 'partition', ends: [reader.word('a machine').text, reader.word('another machine').text] };
  reader.end();
  return command;
}

function readAt(place: Word, reader: LineReader): Command {
  const packet = /^packet (\d+) at hop (\d+)$/.exec(place.text);
  if (packet) return { type: 'packet', packet: Number(packet[1]), hop: Number(packet[2]), deed: readDeed(reader) };
  if (place.text === 'control-plane') return readControlPlane(reader);
  if (place.text === 'coredns') return readComponent(reader.oneOf(DNS_WORDS), { name: 'coredns', node: null }, reader);
  if (place.text.startsWith('pod/')) return readPod(podPlace(place), place.text, reader);
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(place.text)) throw new Misread(`"${place.text}": ${expected(FIRST_WORDS)}`, place);
  return readNode(place.text, reader);
}

function readNode(node: string, reader: LineReader): Command {
  const verb = reader.oneOf(NODE_WORDS);
  switch (verb) {
    case 'ip':
      return readLink(node, reader);
    case 'tc':
      return readQdiscLine(node, reader);
    case 'systemctl':
      return { type: 'systemctl', node, verb: reader.oneOf(['stop', 'start', 'restart']), unit: readUnit(reader) };
    case 'power':
      return { type: 'power', node, on: reader.oneOf(['off', 'on']) === 'on' };
    case 'lag':
      return readComponent('lag', { name: reader.oneOf(NODE_COMPONENTS), node }, reader);
  }
}

function readUnit(reader: LineReader): Unit {
  if (reader.peek?.text.endsWith('.service')) {
    const name = UNITS.find((unit) => reader.skip(`${unit}.service`));
    if (name) return name;
  }
  return reader.oneOf(UNITS);
}

function readPod(pod: PodPlace, place: string, reader: LineReader): Command {
  const verb = reader.oneOf(POD_WORDS);
  switch (verb) {
    case 'kill': {
      const stopped = reader.skip('-STOP') || reader.skip('-19');
      if (stopped || reader.skip('-CONT') || reader.skip('-18')) {
        reader.oneOf(['1']);
        return { type: 'stop', pod, stopped };
      }
      reader.skip('-TERM') || reader.skip('-15');
      reader.oneOf(['1']);
      return { type: 'signal', pod, end: verb };
    }
    case 'crash':
    case 'oom':
      return { type: 'signal', pod, end: verb };
    case 'fail':
    case 'pass':
      return { type: 'probe', pod, fails: verb === 'fail', probe: reader.oneOf(PROBES) };
    case 'ip':
      return readLink(place, reader);
    case 'tc':
      return readQdiscLine(place, reader);
  }
}

function podPlace(place: Word): PodPlace {
  const [, namespace, name, container, ...more] = place.text.split('/');
  if (!namespace || !name || container === '' || more.length > 0)
    throw new Misread(`"${place.text}": pod/NAMESPACE/NAME or pod/NAMESPACE/NAME/CONTAINER is expected`, place);
  return { namespace, name, container: container ?? null };
}

function readControlPlane(reader: LineReader): Command {
  const verb = reader.oneOf(CONTROL_PLANE_WORDS);
  if (verb === 'ip') return readLink('control-plane', reader);
  if (verb === 'tc') return readQdiscLine('control-plane', reader);
  return readComponent(verb, { name: reader.oneOf(CONTROLLERS), node: null }, reader);
}

function readComponent(verb: (typeof DNS_WORDS)[number], component: Component, reader: LineReader): Command {
  if (verb !== 'lag') return { type: 'freeze', component, frozen: verb === 'freeze' };
  return { type: 'lag', component, lagUs: reader.skip('default') ? null : reader.duration() };
}

/** ip-link(8) */
function readLink(place: string, reader: LineReader): Command {
  reader.oneOf(['link']);
  reader.oneOf(['set']);
  reader.skip('dev');
  return { type: 'link', place, device: reader.word('an interface').text, up: reader.oneOf(['up', 'down']) === 'up' };
}

/** tc-netem(8) */
function readQdiscLine(place: string, reader: LineReader): Command {
  reader.oneOf(['qdisc']);
  const verb: QdiscVerb = reader.oneOf(['add', 'change', 'replace', 'del']);
  reader.oneOf(['dev']);
  const device = reader.word('an interface').text;
  reader.oneOf(['root']);
  return { type: 'qdisc', place, verb, device, netem: readQdisc(verb, reader) };
}

function readDeed(reader: LineReader): PacketDeed {
  const type = reader.oneOf(['drop', 'delay', 'duplicate']);
  return type === 'delay' ? { type, delayUs: reader.duration() } : { type };
}
