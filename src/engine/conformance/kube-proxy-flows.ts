// Sends the first packet of a new connection through the rules that kube-proxy writes for a node, taking every choice of
// the random rules, and compares what can come of it.
//
//   from outside or a pod:  nat PREROUTING, filter INPUT or FORWARD by the rewritten destination, nat POSTROUTING
//   from the node:          nat OUTPUT, filter OUTPUT, nat POSTROUTING, and to its own addresses filter INPUT

import { type Address, joinHostPort, parseAddress } from '../net/address.ts';
import { NO_PAYLOAD, type Packet, type Transport } from '../net/packet.ts';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import type { HookContext, Verdict } from '../netfilter/types.ts';
import { hostRules } from '../node/kube-proxy/fixed-rules.ts';
import type { ProxyConfig } from '../node/kube-proxy/proxy-config.ts';
import type { Hook, TableName } from '../sim/trace.ts';
import { writeInput } from './kube-proxy-input.ts';
import type { VectorCase } from './suites.ts';

interface Flow {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly sourceIP: Address;
  readonly sourceKind: 'pod' | 'node' | 'external';
  readonly destIP: Address;
  readonly destPort: number;
  readonly expect: { readonly verdict: string; readonly endpoints: readonly string[]; readonly masquerade: boolean };
}

interface Outcome {
  readonly verdict: 'deliver' | 'reject' | 'drop' | 'accept' | 'none';
  readonly endpoint: string | null;
  readonly masquerade: boolean;
}

/** The first difference between what can happen to the flow and what is expected, or null. */
export function runFlow(testCase: VectorCase, flow: Flow): string | null {
  const ruleset = nodeRules(testCase);
  if (typeof ruleset === 'string') return ruleset;
  const outcomes = everyOutcome(ruleset, testCase.proxy, flow);
  const verdicts = unique(outcomes.map(({ verdict }) => verdict));
  const endpoints = unique(outcomes.flatMap(({ endpoint }) => endpoint ?? []));
  const got = {
    verdict: verdicts.join('+'),
    endpoints: endpoints.join(' '),
    masquerade: outcomes.some(({ masquerade }) => masquerade),
  };
  const { expect } = flow;
  const expected = { verdict: expect.verdict, endpoints: unique(expect.endpoints).join(' '), masquerade: expect.masquerade };
  const [expectedText, gotText] = [JSON.stringify(expected), JSON.stringify(got)];
  return expectedText === gotText ? null : `expected ${expectedText}, got ${gotText}`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function nodeRules(testCase: VectorCase): Ruleset | string {
  const ruleset = new Ruleset({ family: testCase.proxy.ipFamily === 'IPv6' ? 6 : 4, extensions: COMMON_EXTENSIONS });
  for (const input of [hostRules(), writeInput(testCase)]) {
    const [problem] = ruleset.restore(input, { noflush: true, counters: true });
    if (problem) return `line ${problem.line}: ${problem.message}: ${problem.text}`;
  }
  return ruleset;
}

/** Runs the flow once per sequence of choices: first every rule takes its packet, then the last ones are skipped in turn. */
function everyOutcome(ruleset: Ruleset, config: ProxyConfig, flow: Flow): Outcome[] {
  const outcomes: Outcome[] = [];
  const waiting: (readonly number[])[] = [[]];
  for (let script = waiting.pop(); script !== undefined; script = waiting.pop()) {
    const choices = [...script];
    let asked = 0;
    const random = () => {
      if (asked === choices.length) choices.push(TAKE);
      return choices[asked++] ?? TAKE;
    };
    ruleset.recentLists.flush();
    outcomes.push(sendPacket(ruleset, config, flow, random));
    for (let i = script.length; i < asked; i++) waiting.push([...choices.slice(0, i), SKIP]);
  }
  return outcomes;
}

const TAKE = 0;
const SKIP = 1 - 2 ** -32;

function sendPacket(ruleset: Ruleset, config: ProxyConfig, flow: Flow, random: () => number): Outcome {
  const isLocal = (address: Address) => config.nodeIPs.includes(address) || address === '::1' || address.startsWith('127.');
  const fromNode = flow.sourceKind === 'node';
  let packet = packetOf(flow);
  let mark = 0;
  let dnat = false;
  const pass = (table: TableName, hook: Hook): Verdict => {
    const context = hookContext({ packet, hook, mark, dnat, random, isLocal, flow, config });
    const verdict = ruleset.evaluate(table, hook, context);
    mark = context.mark;
    return verdict;
  };
  const translation = pass('nat', fromNode ? 'OUTPUT' : 'PREROUTING');
  if (translation.kind === 'DNAT' && translation.address !== null) {
    packet = redirected(packet, translation.address, translation.minPort);
    dnat = true;
  }
  const local = isLocal(packet.destination);
  const filters: Hook[] = fromNode ? (local ? ['OUTPUT', 'INPUT'] : ['OUTPUT']) : [local ? 'INPUT' : 'FORWARD'];
  let accepted = false;
  for (const hook of filters) {
    const verdict = pass('filter', hook);
    if (verdict.kind === 'REJECT' || verdict.kind === 'DROP') {
      return { verdict: verdict.kind === 'DROP' ? 'drop' : 'reject', endpoint: null, masquerade: false };
    }
    if (hook === 'INPUT' && verdict.kind === 'ACCEPT' && verdict.rule !== null) accepted = true;
  }
  const masquerade = (fromNode || !local) && pass('nat', 'POSTROUTING').kind === 'MASQUERADE';
  if (dnat) return { verdict: 'deliver', endpoint: endpointText(packet), masquerade };
  return { verdict: accepted ? 'accept' : 'none', endpoint: null, masquerade };
}

function packetOf(flow: Flow): Packet {
  const source = parseAddress(flow.sourceIP) ?? flow.sourceIP;
  const destination = parseAddress(flow.destIP) ?? flow.destIP;
  return { id: 1, source, destination, ttl: 64, dontFragment: true, transport: transportOf(flow) };
}

function transportOf({ protocol, destPort }: Flow): Transport {
  const ports = { sourcePort: 40_001, destinationPort: destPort, payload: NO_PAYLOAD };
  switch (protocol) {
    case 'TCP':
      return { protocol: 'tcp', ...ports, flags: ['SYN'], seq: 0, ack: 0 };
    case 'UDP':
      return { protocol: 'udp', ...ports };
    case 'SCTP':
      return { protocol: 'sctp', ...ports, chunk: 'INIT' };
  }
}

function redirected(packet: Packet, destination: Address, port: number | null): Packet {
  const { transport } = packet;
  if (transport.protocol === 'icmp' || port === null) return { ...packet, destination };
  return { ...packet, destination, transport: { ...transport, destinationPort: port } };
}

function endpointText({ destination, transport }: Packet): string {
  return joinHostPort(destination, transport.protocol === 'icmp' ? 0 : transport.destinationPort);
}

interface ContextFacts {
  readonly packet: Packet;
  readonly hook: Hook;
  readonly mark: number;
  readonly dnat: boolean;
  readonly random: () => number;
  readonly isLocal: (address: Address) => boolean;
  readonly flow: Flow;
  readonly config: ProxyConfig;
}

function hookContext({ packet, hook, mark, dnat, random, isLocal, flow, config }: ContextFacts): HookContext {
  const arrival = flow.sourceKind === 'node' ? 'lo' : flow.sourceKind === 'pod' ? podInterface(config) : 'eth0';
  const arrives = hook === 'PREROUTING' || hook === 'INPUT' || hook === 'FORWARD';
  return {
    packet,
    hook,
    inInterface: arrives ? arrival : null,
    outInterface: hook === 'FORWARD' || hook === 'OUTPUT' || hook === 'POSTROUTING' ? 'eth0' : null,
    physIn: null,
    physOut: null,
    mark,
    ctMark: 0,
    untracked: false,
    ct: {
      state: 'NEW',
      dnat,
      snat: false,
      direction: 'ORIGINAL',
      mark: 0,
      originalSource: flow.sourceIP,
      originalDestination: flow.destIP,
      originalDestinationPort: flow.destPort,
    },
    addressType: (address) => (isLocal(address) ? 'LOCAL' : 'UNICAST'),
    random,
    nowUs: 0,
  };
}

function podInterface({ detectLocal }: ProxyConfig): string {
  if (detectLocal.kind === 'bridgeInterface') return detectLocal.value;
  return detectLocal.kind === 'interfaceNamePrefix' ? `${detectLocal.value}0` : 'cni0';
}
