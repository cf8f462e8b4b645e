// The neighbour table: which MAC an address has, found by ARP (RFC 826, net/ipv4/arp.c) or Neighbour Discovery (ndp.ts).
// Three requests a second apart, then the waiting packets are given back as unreachable. Entries do not age here: a simulated walk is short.

import { type Family, familyOf } from '../net/address.ts';
import { endPacket } from '../sim/recorder.ts';
import type { Device } from './device.ts';
import type { Neighbour, NetworkNamespace } from './netns.ts';
import type { ARPMessage, SkBuff } from './skb.ts';

const MAX_TRIES = 3; // neigh/default/mcast_solicit

/** Calls `send` with the neighbour's MAC now or when ARP has found it; if it does not, the packet is unreachable. */
export function resolveNeighbour(
  netns: NetworkNamespace,
  device: Device,
  address: string,
  skb: SkBuff,
  send: (mac: string, skb: SkBuff) => void,
  sendARP: (request: ARPMessage) => void,
): void {
  const key = `${device.name} ${address}`;
  const known = netns.neighbours.get(key);
  if (known?.mac) return send(known.mac, skb);
  if (known) {
    known.waiting.push({ skb, send });
    return;
  }
  const neighbour: Neighbour = {
    address,
    device: device.name,
    mac: null,
    state: 'INCOMPLETE',
    tries: 0,
    requests: [],
    waiting: [{ skb, send }],
  };
  netns.neighbours.set(key, neighbour);
  solicit(netns, device, neighbour, sendARP);
}

/** Enters a MAC that somebody else knows for certain: a tunnel's peers, a switch's own ports. */
export function learnNeighbour(netns: NetworkNamespace, device: Device, address: string, mac: string): void {
  const key = `${device.name} ${address}`;
  netns.neighbours.set(key, { address, device: device.name, mac, state: 'PERMANENT', tries: 0, requests: [], waiting: [] });
}

/** An ARP message arrived: learn from it, and answer a request for an address of ours. */
export function receiveARP(netns: NetworkNamespace, device: Device, arp: ARPMessage, reply: (message: ARPMessage) => void): void {
  const forMe = netns.isLocal(arp.targetAddress) || netns.proxyARP.has(arp.targetAddress);
  hearOfNeighbour(netns, device, { address: arp.senderAddress, mac: arp.senderMac }, forMe && arp.operation === 'request');
  if (!forMe) return;
  const isRequest = arp.operation === 'request';
  const text = isRequest ? `${arp.targetAddress} is here` : `${arp.senderAddress} is at ${arp.senderMac}`;
  endPacket(arp.record, { kind: 'delivered', node: netns.name, timeUs: netns.context.clock.nowUs, text });
  if (isRequest) reply(answerTo(netns, device, arp));
}

/** Somebody said who has an address: whoever waits for it goes on. `isNew`: worth an entry where there was none. */
export function hearOfNeighbour(
  netns: NetworkNamespace,
  device: Device,
  { address, mac }: { readonly address: string; readonly mac: string },
  isNew: boolean,
): Neighbour | null {
  const key = `${device.name} ${address}`;
  const known = netns.neighbours.get(key);
  if (known && known.state !== 'PERMANENT') settle(netns, known, mac);
  if (known || !isNew) return known ?? null;
  const learnt: Neighbour = { address, device: device.name, mac, state: 'REACHABLE', tries: 0, requests: [], waiting: [] };
  netns.neighbours.set(key, learnt);
  return learnt;
}

/** `ip neigh`, or `ip -6 neigh`, for the namespace. */
export function printNeighbours(netns: NetworkNamespace, family: Family = 4): string {
  const listed = [...netns.neighbours.values()].filter(({ address }) => familyOf(address) === family);
  const lines = listed.map(({ address, device, mac, state, isRouter }) => {
    const lladdr = mac ? `lladdr ${mac} ${isRouter ? 'router ' : ''}` : '';
    return `${address} dev ${device} ${lladdr}${state}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

function settle(netns: NetworkNamespace, neighbour: Neighbour, mac: string): void {
  neighbour.mac = mac;
  neighbour.state = 'REACHABLE';
  const { nowUs } = netns.context.clock;
  for (const { skb, send } of neighbour.waiting.splice(0)) {
    skb.timeUs = Math.max(skb.timeUs, nowUs);
    send(mac, skb);
  }
}

function solicit(netns: NetworkNamespace, device: Device, neighbour: Neighbour, sendARP: (request: ARPMessage) => void): void {
  if (neighbour.mac) return;
  if (neighbour.tries >= MAX_TRIES) return giveUp(netns, neighbour);
  neighbour.tries++;
  if (familyOf(neighbour.address) === 6) netns.protocols?.solicitNeighbour(netns, device, neighbour);
  else {
    const request = requestFor(netns, device, neighbour);
    if (request.record) neighbour.requests.push(request.record);
    sendARP(request);
  }
  netns.context.clock.after(netns.sysctls.retrans_time_ms * 1000, () => solicit(netns, device, neighbour, sendARP));
}

function giveUp(netns: NetworkNamespace, neighbour: Neighbour): void {
  neighbour.state = 'FAILED';
  for (const record of neighbour.requests)
    endPacket(record, {
      kind: 'unreachable',
      node: netns.name,
      timeUs: netns.context.clock.nowUs,
      text: `nobody has ${neighbour.address}`,
    });
  netns.neighbours.delete(`${neighbour.device} ${neighbour.address}`);
  for (const { skb } of neighbour.waiting.splice(0)) {
    skb.timeUs = Math.max(skb.timeUs, netns.context.clock.nowUs);
    netns.end(skb, 'unreachable', `${neighbour.address} dev ${neighbour.device} FAILED`);
    netns.handlers?.hostUnreachable(skb);
  }
}

function requestFor(netns: NetworkNamespace, device: Device, neighbour: Neighbour): ARPMessage {
  const senderAddress = netns.sourceAddress(device, neighbour.address) ?? '0.0.0.0';
  const tag = neighbour.waiting[0]?.skb.tag ?? 0;
  const record = recordARP(
    netns,
    tag,
    'request',
    `${senderAddress}->${neighbour.address}`,
    `who has ${neighbour.address}? tell ${senderAddress}`,
  );
  return {
    operation: 'request',
    senderMac: device.mac,
    senderAddress,
    targetMac: '00:00:00:00:00:00',
    targetAddress: neighbour.address,
    tag,
    record,
  };
}

function answerTo(netns: NetworkNamespace, device: Device, arp: ARPMessage): ARPMessage {
  const record = recordARP(
    netns,
    arp.tag,
    'reply',
    `${arp.targetAddress}->${arp.senderAddress}`,
    `${arp.targetAddress} is at ${device.mac}`,
  );
  return {
    operation: 'reply',
    senderMac: device.mac,
    senderAddress: arp.targetAddress,
    targetMac: arp.senderMac,
    targetAddress: arp.senderAddress,
    tag: arp.tag,
    record,
  };
}

function recordARP(netns: NetworkNamespace, tag: number, direction: 'request' | 'reply', addr: string, content: string) {
  const { context } = netns;
  const origin = { tag, from: netns.name, direction, timeUs: context.clock.nowUs };
  return context.recorder.beginARP(context.newPacketId(), addr, content, origin);
}
