// One sentence per hop, made of what the trace says: present tense, the machine as subject, the tools' own words.

import type { Hop, InterfaceHop, RuleHop, TracedPacket } from '../sim/trace.ts';
import { type AddressBook, placeName } from './address-book.ts';
import type { RarerWords } from './rarer-words.ts';

/** Gives every hop of the packet its sentence. */
export function narrate(packet: TracedPacket, book: AddressBook, words: RarerWords): void {
  for (const hop of packet.hops) hop.say = sentence(packet, hop, book, words);
}

function sentence(packet: TracedPacket, hop: Hop, book: AddressBook, words: RarerWords): string {
  const place = placeName(hop.node);
  switch (hop.kind) {
    case 'ct-nat':
      return conntrackSentence(place, hop.addr, hop.addr_after, book);
    case 'rule':
      return words.policySentence(packet, place, hop) ?? ruleSentence(place, hop, book);
    case 'if':
      if (packet.protocol === 'arp') return arpSentence(packet, place, hop);
      return words.protocolSentence(packet, place, hop) ?? anyInterfaceSentence(packet, place, hop, book);
  }
}

function anyInterfaceSentence(packet: TracedPacket, place: string, hop: InterfaceHop, book: AddressBook): string {
  if (hop === packet.hops.find((one) => one.kind === 'if') && hop.dir === 'tx') return `${place} ${sending(packet, hop, book)}`;
  return interfaceSentence(packet, place, hop, book);
}

function sending(packet: TracedPacket, hop: InterfaceHop, book: AddressBook): string {
  const { host, port } = split(hop.addr.split('->')[1] ?? '');
  const to = book.describe(host);
  const name = to === host ? host : `${to}, ${host}`;
  switch (packet.label) {
    case 'SYN':
      return `sends a SYN to ${host}, port ${port}.`;
    case 'S·A':
      return 'accepts the connection and sends SYN-ACK.';
    case 'ACK':
      return 'acknowledges.';
    case 'DATA':
      return `sends ${JSON.stringify(packet.content.split('\r\n')[0])}.`;
    case 'TLS':
      return tlsSentence(packet.content.split('\r\n')[0] ?? '');
    case 'FIN':
      return 'has nothing more to say and sends FIN.';
    case 'RST':
      return 'refuses: it sends RST.';
    case 'echo':
      return `pings ${name}.`;
    case 'echo=':
      return 'answers the ping.';
    case 'UDP':
      return `sends a datagram to ${host}, port ${port}.`;
    default:
      return otherSending(packet, host);
  }
}

/** Only the greetings can be read on the way. */
function tlsSentence(content: string): string {
  const [, name] = /^ClientHello, server_name (.*)$/.exec(content) ?? [];
  if (name) return `greets in TLS and asks for ${name}: so far anybody can read along.`;
  const [, subject] = /^ServerHello, certificate (.*)$/.exec(content) ?? [];
  if (subject) return `shows its certificate: ${subject}.`;
  return `sends ${JSON.stringify(content.replace(/^sealed: /, ''))}, which nobody on the way can read.`;
}

function otherSending(packet: TracedPacket, host: string): string {
  const [name, type] = packet.content.split(' ') as [string, string];
  if (packet.label.endsWith('?')) return `asks ${host} for the ${type} record of ${name}`.concat(name.endsWith('.') ? '' : '.');
  if (packet.label.endsWith('=')) return `answers: ${packet.content.replace(/^\S+ /, '')}.`;
  return `answers with ICMP ${packet.label}: ${ICMP_WORDS[packet.label] ?? 'an error'}.`;
}

const ICMP_WORDS: Readonly<Record<string, string>> = {
  '3/0': 'network unreachable',
  '3/1': 'host unreachable',
  '3/2': 'protocol unreachable',
  '3/3': 'port unreachable',
  '3/4': 'fragmentation needed',
  '3/9': 'network prohibited',
  '3/10': 'host prohibited',
  '3/13': 'prohibited by the administrator',
  '11/0': 'time exceeded',
};

function arpSentence(packet: TracedPacket, place: string, hop: InterfaceHop): string {
  if (hop.n > 1) return `${place} sees it on ${hop.ifc}.`;
  return packet.direction === 'request' ? `${place} asks the link: ${packet.content}.` : `${place} answers: ${packet.content}.`;
}

function interfaceSentence(packet: TracedPacket, place: string, hop: InterfaceHop, book: AddressBook): string {
  const isLast = hop.n === packet.hops.length;
  if (isLast && packet.fate && packet.fate.kind !== 'delivered') return `${place}: ${packet.fate.text}.`;
  if (isLast && hop.dir === 'rx') return `${place} takes it: ${packet.fate?.text ?? 'it has arrived'}.`;
  if (hop.dir === 'rx') return receiving(place, hop);
  if (hop.route) return leaving(place, hop, hop.route, book);
  return `${place} sends it out of ${hop.ifc}.`;
}

function receiving(place: string, hop: InterfaceHop): string {
  if (hop.ifc.startsWith('veth')) return `${place} receives it on ${hop.ifc}, its end of the pod's cable.`;
  if (hop.ifc === 'cni0') return `The bridge cni0 hands it up to ${place}'s IP layer.`;
  if (hop.ifc.startsWith('flannel')) return `${place} unwraps it: the packet comes out of ${hop.ifc}.`;
  if (place === 'wire') return `The node network carries it from ${hop.ifc.slice(3)}.`;
  return `${place} receives it on ${hop.ifc}.`;
}

function leaving(place: string, hop: InterfaceHop, route: string, book: AddressBook): string {
  const [target, via, gateway] = route.split(' ');
  if (target === 'default') return `${place} knows no closer route: default, via ${gateway}.`;
  if (via === 'via' && gateway) return `${place} finds a route: ${target} is behind ${book.describe(gateway)}.`;
  return `${place} finds a route: ${target} is on ${hop.ifc}.`;
}

function ruleSentence(place: string, hop: RuleHop, book: AddressBook): string {
  if (hop.addr_after) return rewriteSentence(place, hop.addr, hop.addr_after, book);
  const [verb, target = ''] = hop.verdict.split(' ');
  if (hop.rule === 'policy') return `${hop.table} ${hop.chain} ends: its policy says ${verb}.`;
  switch (verb) {
    case 'JUMP':
    case 'GOTO':
      return `${place} ${jumpWords(hop, target)}.`;
    case 'REJECT':
      return `${place} refuses: rule ${hop.rule} of ${shortChain(hop.chain)} says REJECT.`;
    case 'DROP':
      return `${place} drops it by rule ${hop.rule} of ${shortChain(hop.chain)}; nobody is told.`;
    case 'NOT':
      return `Whether rule ${hop.rule} of ${shortChain(hop.chain)} matches cannot be told: a part of it is not simulated. Taken as no.`;
    case 'RETURN':
      return `${shortChain(hop.chain)} has nothing to do here: back to the caller.`;
    case 'CONTINUE':
      return hop.text.includes('-j MARK') ? `${place} sets the packet's mark to ${hop.mark}.` : `${place} notes it and goes on.`;
    default:
      return `${place} accepts it by rule ${hop.rule} of ${shortChain(hop.chain)}.`;
  }
}

/** What a jump means, for the chains that a node of a cluster has; first fit. `from` and `to` are chain names. */
const JUMPS: readonly { readonly from: RegExp; readonly to: RegExp; readonly say: (hop: RuleHop, service: string) => string }[] = [
  { from: /^KUBE-SERVICES$/, to: /^KUBE-NODEPORTS$/, say: () => 'sees an address of its own: on to the node ports' },
  { from: /^KUBE-SERVICES$/, to: /^KUBE-(SVC|SVL)-/, say: (_hop, service) => `knows this address: it is Service ${service}` },
  { from: /^KUBE-SERVICES$/, to: /^KUBE-EXT-/, say: (_hop, service) => `knows this address: it is an outer one of Service ${service}` },
  { from: /^KUBE-SERVICES$/, to: /^KUBE-FW-/, say: (_hop, service) => `asks who may use the balancer of Service ${service}` },
  { from: /^KUBE-NODEPORTS$/, to: /^KUBE-EXT-/, say: (_hop, service) => `knows this node port: it is Service ${service}` },
  { from: /^KUBE-EXT-/, to: /^KUBE-MARK-MASQ$/, say: () => 'will masquerade it: the reply must come back this way' },
  {
    from: /^KUBE-EXT-/,
    to: /^KUBE-(SVC|SVL)-/,
    say: (_hop, service) => (service ? `goes on to the endpoints of ${service}` : 'goes on to the endpoints'),
  },
  { from: /^KUBE-(SVC|SVL)-/, to: /^KUBE-MARK-MASQ$/, say: () => 'will masquerade it: the sender is no pod' },
  { from: /^KUBE-(SVC|SVL)-/, to: /^KUBE-SEP-/, say: (hop, service) => `picks an endpoint of Service ${service}: ${chanceWords(hop)}` },
  { from: /^KUBE-SEP-/, to: /^KUBE-MARK-MASQ$/, say: () => 'will masquerade it: the pod calls itself' },
  { from: /^(PREROUTING|OUTPUT)$/, to: /^KUBE-SERVICES$/, say: () => 'asks whether the address belongs to a Service' },
  { from: /./, to: /^KUBE-PROXY-FIREWALL$/, say: () => 'asks whether a load balancer shuts this sender out' },
  { from: /./, to: /^KUBE-EXTERNAL-SERVICES$/, say: () => 'asks whether an outer Service address has no endpoint' },
  { from: /./, to: /^KUBE-SERVICES$/, say: () => 'asks whether a Service without endpoints is meant' },
  { from: /./, to: /^KUBE-FORWARD$/, say: () => "asks kube-proxy's forwarding rules" },
  { from: /./, to: /^KUBE-NODEPORTS$/, say: () => 'asks whether it is a health check' },
  { from: /./, to: /^KUBE-FIREWALL$/, say: () => 'asks whether 127.0.0.1 is being abused' },
  { from: /./, to: /^KUBE-POSTROUTING$/, say: () => 'asks whether kube-proxy wants it masqueraded' },
  { from: /./, to: /^FLANNEL-FWD$/, say: () => 'asks flannel whether pods may be reached' },
  { from: /./, to: /^FLANNEL-POSTRTG$/, say: () => 'asks flannel whether it leaves the pod network' },
];

function jumpWords(hop: RuleHop, target: string): string {
  const known = JUMPS.find(({ from, to }) => from.test(hop.chain) && to.test(target));
  if (!known) return `matches rule ${hop.rule} of ${shortChain(hop.chain)}: on to ${shortChain(target)}`;
  return known.say(hop, hop.text.match(/--comment "?[a-z0-9-]+\/([a-z0-9.-]+)/)?.[1] ?? '');
}

function chanceWords(hop: RuleHop): string {
  if (hop.text.includes('-m recent')) return 'the one this client had before';
  if (hop.text.includes('-m statistic')) return `rule ${hop.rule}, by chance`;
  return hop.missed > 1 ? `rule ${hop.rule}, the last one left` : 'it has only this one';
}

/** `KUBE-SVC-LOLE…`: hashed chain names as short as they can still be told apart. */
function shortChain(name: string): string {
  return name.replace(/^(.*-[A-Z2-7]{4})[A-Z2-7]{12}$/, '$1…');
}

function rewriteSentence(place: string, before: string, after: string, book: AddressBook): string {
  const [oldSource, oldDestination] = before.split('->') as [string, string];
  const [newSource, newDestination] = after.split('->') as [string, string];
  if (oldDestination !== newDestination) {
    const from = book.owner(split(oldDestination).host);
    const what = from?.kind === 'service' ? 'from the Service to one pod' : `to ${newDestination}`;
    return `${place} rewrites the destination: ${what}.`;
  }
  return `${place} puts its own address on the packet: ${split(oldSource).host} becomes ${split(newSource).host}.`;
}

function conntrackSentence(place: string, before: string, after: string, book: AddressBook): string {
  const [oldSource] = before.split('->') as [string, string];
  const [newSource] = after.split('->') as [string, string];
  if (oldSource === newSource) return `${place} remembers the connection and rewrites the destination again.`;
  const owner = book.owner(split(newSource).host);
  const what =
    owner?.kind === 'service' ? 'puts the Service address back on the reply' : `puts ${split(newSource).host} back on the packet`;
  return `${place} ${what}.`;
}

/** `10.0.0.1:80`, `[fd00::1]:80` or a bare address. */
export function split(endpoint: string): { host: string; port: string } {
  const bracket = endpoint.match(/^\[(.*)\](?::(\d+))?$/);
  if (bracket) return { host: bracket[1] as string, port: bracket[2] ?? '' };
  const [host, port, ...more] = endpoint.split(':') as [string, string | undefined];
  return more.length > 0 ? { host: endpoint, port: '' } : { host, port: port ?? '' };
}
