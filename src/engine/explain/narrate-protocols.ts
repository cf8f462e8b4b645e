// Sentences for what not every cluster speaks: Neighbour Discovery, ICMPv6, SCTP.

import type { InterfaceHop, TracedPacket } from '../sim/trace.ts';

/** The sentence of an interface's hop, or null where the everyday words will do. */
export function protocolSentence(packet: TracedPacket, place: string, hop: InterfaceHop): string | null {
  const isSent = hop.dir === 'tx' && hop === packet.hops.find(({ kind }) => kind === 'if');
  if (packet.protocol === 'ndp') return neighbourSentence(packet, place, hop, isSent);
  if (!isSent) return null;
  if (packet.protocol === 'sctp') return `${place} ${SCTP_WORDS[packet.label] ?? `sends ${JSON.stringify(packet.content.trim())}.`}`;
  const words = packet.protocol === 'icmp' && packet.addr.includes(':') ? ICMPV6_WORDS[packet.label] : undefined;
  return words ? `${place} answers with ICMPv6 ${packet.label}: ${words}.` : null;
}

function neighbourSentence(packet: TracedPacket, place: string, hop: InterfaceHop, isSent: boolean): string {
  if (!isSent) return `${place} sees it on ${hop.ifc}.`;
  return packet.direction === 'request' ? `${place} asks the link: ${packet.content}.` : `${place} answers: ${packet.content}.`;
}

const ICMPV6_WORDS: Readonly<Record<string, string>> = {
  '1/0': 'no route to destination',
  '1/1': 'prohibited by the administrator',
  '1/3': 'address unreachable',
  '1/4': 'port unreachable',
  '1/5': 'source address failed policy',
  '1/6': 'reject route to destination',
  '2/0': 'packet too big',
  '3/0': 'hop limit exceeded',
  '4/1': 'unrecognized next header',
};

const SCTP_WORDS: Readonly<Record<string, string>> = {
  INIT: 'asks for an association: INIT.',
  I·A: 'answers with a cookie and remembers nothing: INIT ACK.',
  C·E: 'brings the cookie back: COOKIE ECHO.',
  C·A: 'begins the association: COOKIE ACK.',
  SACK: 'acknowledges: SACK.',
  SHUT: 'has nothing more to say: SHUTDOWN.',
  SH·A: 'agrees to end: SHUTDOWN ACK.',
  SH·C: 'ends the association: SHUTDOWN COMPLETE.',
  ABORT: 'refuses: it sends ABORT.',
};
