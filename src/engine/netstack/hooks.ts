// The five netfilter hooks and what is registered at each, in the order of the kernel's priorities
// (include/uapi/linux/netfilter_ipv4.h):
//
//   PREROUTING    defragment -400   raw -300   conntrack -200   mangle -150   nat (DST) -100
//   INPUT                                     mangle -150   filter 0       nat (SRC) 100   confirm
//   FORWARD                                   mangle -150   filter 0
//   OUTPUT        raw -300   conntrack -200   mangle -150   nat (DST) -100   filter 0
//   POSTROUTING                               mangle -150                  nat (SRC) 100   confirm

import { familyOf } from '../net/address.ts';
import { addrOf, destinationPortOf, isIPv6, type Packet, sourcePortOf } from '../net/packet.ts';
import { type CtAttachment, type CtEntry, printEntry } from '../netfilter/conntrack.ts';
import { type Manipulation, type NatRange, NULL_BINDING, setupNat, translate } from '../netfilter/nat.ts';
import type { Ruleset } from '../netfilter/ruleset.ts';
import type { CtStatus, CtView, HookContext, RuleListener, Verdict } from '../netfilter/types.ts';
import { addHop, pushHop } from '../sim/recorder.ts';
import type { ConntrackHop, Hook, RuleHop, TableName } from '../sim/trace.ts';
import type { NetworkNamespace } from './netns.ts';
import type { SkBuff } from './skb.ts';

export interface HookPlace {
  readonly hook: Hook;
  readonly inDevice: string | null;
  readonly outDevice: string | null;
}

type Step = 'defragment' | TableName | 'conntrack' | 'nat-dst' | 'nat-src' | 'confirm';

const STEPS: Record<Hook, readonly Step[]> = {
  PREROUTING: ['defragment', 'raw', 'conntrack', 'mangle', 'nat-dst'],
  INPUT: ['mangle', 'filter', 'nat-src', 'confirm'],
  FORWARD: ['mangle', 'filter'],
  OUTPUT: ['raw', 'conntrack', 'mangle', 'nat-dst', 'filter'],
  POSTROUTING: ['mangle', 'nat-src', 'confirm'],
};

/** Takes the packet through one hook. False: it was dropped or rejected here, and its record says so. */
export function runHook(netns: NetworkNamespace, skb: SkBuff, place: HookPlace): boolean {
  if (!rulesetFor(netns, skb.packet)) return true;
  return STEPS[place.hook].every((step) => runStep(netns, skb, place, step));
}

/** The rules that the packet's family meets here: iptables' or ip6tables'. */
export function rulesetFor(netns: NetworkNamespace, packet: Packet): Ruleset | null {
  return isIPv6(packet) ? netns.ruleset6 : netns.ruleset;
}

function runStep(netns: NetworkNamespace, skb: SkBuff, place: HookPlace, step: Step): boolean {
  switch (step) {
    case 'defragment':
      return !skb.packet.fragment || (netns.handlers?.reassemble(skb) ?? true);
    case 'conntrack':
      return trackStep(netns, skb);
    case 'nat-dst':
      return natStep(netns, skb, place, 'DST');
    case 'nat-src':
      return natStep(netns, skb, place, 'SRC');
    case 'confirm':
      return confirmStep(netns, skb);
    default:
      return settle(netns, skb, place, evaluateTable(netns, skb, place, step).verdict);
  }
}

function trackStep(netns: NetworkNamespace, skb: SkBuff): boolean {
  if (skb.ct !== null) return true; // Loopback, an attached ICMP error, or NOTRACK.
  const result = netns.conntrack.track(skb.packet, skb.timeUs);
  if (result === 'table-full') {
    netns.end(skb, 'dropped', 'nf_conntrack: table full, dropping packet');
    return false;
  }
  skb.ct = result === 'INVALID' ? null : result;
  return true;
}

function confirmStep(netns: NetworkNamespace, skb: SkBuff): boolean {
  const { ct } = skb;
  // An error or a reset that REJECT sends back is attached to the connection, but does not confirm it.
  if (!ct || ct === 'UNTRACKED' || ct.entry.confirmed || ct.direction === 'REPLY') return true;
  const entry = netns.conntrack.confirm(ct.entry, skb.timeUs);
  if (entry) {
    skb.ct = { ...ct, entry };
    return true;
  }
  netns.end(skb, 'dropped', 'nf_conntrack: insertion failed, another connection has this tuple');
  return false;
}

/** nf_nat_inet_fn: the table is asked for the first packet only; every packet is translated as the entry says. */
function natStep(netns: NetworkNamespace, skb: SkBuff, place: HookPlace, manipulation: Manipulation): boolean {
  const { ct } = skb;
  if (!ct || ct === 'UNTRACKED') return true;
  const done = manipulation === 'SRC' ? ct.entry.snatDone : ct.entry.dnatDone;
  let decidingHop: RuleHop | null = null;
  // A reset that REJECT sends is related, and asks like a new packet; an ICMP error is translated as its connection is.
  const asks = ct.state === 'NEW' || (ct.state === 'RELATED' && skb.packet.transport.protocol !== 'icmp');
  if (asks && !done) {
    const { verdict, lastHop } = evaluateTable(netns, skb, place, 'nat');
    if (verdict.kind === 'DROP' || verdict.kind === 'REJECT') return settle(netns, skb, place, verdict);
    const range = rangeOf(netns, skb, verdict, place);
    if (!setupNat(netns.conntrack, ct.entry, manipulation, range, netns.natPort, skb.timeUs)) {
      netns.end(skb, 'dropped', 'nf_nat: no free port for the translation');
      return false;
    }
    decidingHop = lastHop;
  }
  applyTranslation(netns, skb, place, ct, manipulation, decidingHop);
  return true;
}

function applyTranslation(
  netns: NetworkNamespace,
  skb: SkBuff,
  place: HookPlace,
  ct: CtAttachment,
  manipulation: Manipulation,
  decidingHop: RuleHop | null,
): void {
  const before = skb.packet;
  const after = translate(before, ct, manipulation);
  if (after === before) return;
  skb.packet = after;
  if (!skb.record || sameAddresses(before, after)) return;
  const facts = { addr_after: addrOf(after), conntrack: printEntry(ct.entry, skb.timeUs) };
  if (decidingHop) Object.assign(decidingHop, facts);
  else {
    const hop: Omit<ConntrackHop, 'n'> = {
      kind: 'ct-nat',
      timeUs: skb.timeUs++,
      node: netns.name,
      hook: place.hook,
      addr: addrOf(before),
      ...facts,
    };
    addHop(skb.record, hop);
  }
}

function sameAddresses(a: Packet, b: Packet): boolean {
  if (a.source !== b.source || a.destination !== b.destination) return false;
  return sourcePortOf(a) === sourcePortOf(b) && destinationPortOf(a) === destinationPortOf(b);
}

/** What a nat verdict asks for, with the address that MASQUERADE and REDIRECT look up. */
function rangeOf(netns: NetworkNamespace, skb: SkBuff, verdict: Verdict, place: HookPlace): NatRange {
  switch (verdict.kind) {
    case 'DNAT':
    case 'SNAT':
      return verdict;
    case 'MASQUERADE': {
      const device = netns.devices.get(place.outDevice ?? '');
      const nextHop = skb.route?.via ?? skb.packet.destination;
      return { ...verdict, address: device ? netns.sourceAddress(device, nextHop) : null };
    }
    case 'REDIRECT': {
      const device = place.hook === 'OUTPUT' ? null : netns.devices.get(place.inDevice ?? '');
      const family = familyOf(skb.packet.source);
      const own = device?.addresses.find(({ address }) => familyOf(address) === family);
      return { ...verdict, address: own?.address ?? (family === 4 ? '127.0.0.1' : '::1') };
    }
    default:
      return NULL_BINDING;
  }
}

function evaluateTable(
  netns: NetworkNamespace,
  skb: SkBuff,
  place: HookPlace,
  table: TableName,
): { verdict: Verdict; lastHop: RuleHop | null } {
  const ruleset = rulesetFor(netns, skb.packet);
  if (!ruleset?.hasTable(table)) return { verdict: { kind: 'ACCEPT', rule: null }, lastHop: null };
  skb.timeUs++;
  let lastHop: RuleHop | null = null;
  const context = hookContext(netns, skb, place);
  const { record } = skb;
  const iif = place.hook === 'POSTROUTING' ? skb.device : place.inDevice;
  const { timeUs } = skb;
  const addr = record ? addrOf(skb.packet) : '';
  const listener: RuleListener | undefined = record
    ? (event) => {
        lastHop = pushHop<RuleHop>(record, {
          n: record.hops.length + 1,
          timeUs,
          node: netns.name,
          kind: 'rule',
          hook: place.hook,
          table,
          iif,
          oif: place.outDevice,
          chain: event.chain,
          rule: event.rule,
          verdict: event.verdict,
          mark: `0x${event.mark.toString(16)}`,
          text: event.text,
          missed: event.missed,
          packets: event.packets,
          bytes: event.bytes,
          addr,
        });
      }
    : undefined;
  const verdict = ruleset.evaluate(table, place.hook, context, listener);
  skb.packet = context.packet;
  skb.mark = context.mark;
  if (skb.ct && skb.ct !== 'UNTRACKED') skb.ct.entry.mark = context.ctMark;
  // A packet that has its connection already, over loopback or as an error, keeps it (xt_CT).
  if (context.untracked && skb.ct === null) skb.ct = 'UNTRACKED';
  return { verdict, lastHop };
}

function hookContext(netns: NetworkNamespace, skb: SkBuff, place: HookPlace): HookContext {
  return {
    packet: skb.packet,
    hook: place.hook,
    inInterface: place.inDevice,
    outInterface: place.outDevice,
    physIn: skb.physIn,
    physOut: skb.physOut,
    mark: skb.mark,
    ctMark: skb.ct && skb.ct !== 'UNTRACKED' ? skb.ct.entry.mark : 0,
    untracked: false,
    ct: ctView(skb),
    addressType: (address, device) => netns.addressType(address, device),
    random: netns.statistic,
    nowUs: skb.timeUs,
    ...(netns.facts ? { machine: netns.facts(netns, skb, place) } : {}),
  };
}

function ctView(skb: SkBuff): CtView {
  const { packet, ct } = skb;
  if (ct && ct !== 'UNTRACKED') {
    const { entry, direction, state } = ct;
    return {
      state,
      dnat: entry.dnat,
      snat: entry.snat,
      direction,
      mark: entry.mark,
      originalSource: entry.original.source,
      originalDestination: entry.original.destination,
      originalDestinationPort: entry.original.destinationPort,
      originalSourcePort: entry.original.sourcePort,
      replySource: entry.reply.source,
      replyDestination: entry.reply.destination,
      replySourcePort: entry.reply.sourcePort,
      replyDestinationPort: entry.reply.destinationPort,
      status: statusOf(entry),
      expiresInSeconds: Math.max(0, Math.floor((entry.expiresUs - skb.timeUs) / 1_000_000)),
    };
  }
  return {
    state: ct === 'UNTRACKED' ? 'UNTRACKED' : 'INVALID',
    dnat: false,
    snat: false,
    direction: 'ORIGINAL',
    mark: 0,
    originalSource: packet.source,
    originalDestination: packet.destination,
    originalDestinationPort: destinationPortOf(packet),
  };
}

function statusOf(entry: CtEntry): CtStatus[] {
  const bits: readonly [boolean, CtStatus][] = [
    [entry.seenReply, 'SEEN_REPLY'],
    [entry.assured, 'ASSURED'],
    [entry.confirmed, 'CONFIRMED'],
  ];
  return bits.flatMap(([isSet, name]) => (isSet ? [name] : []));
}

/** Acts on a filter verdict: false when the packet ends here. */
function settle(netns: NetworkNamespace, skb: SkBuff, place: HookPlace, verdict: Verdict): boolean {
  switch (verdict.kind) {
    case 'DROP':
      netns.end(skb, 'dropped', verdict.rule?.text ?? `policy DROP of ${place.hook}`);
      return false;
    case 'REJECT':
      netns.end(skb, 'refused', verdict.rule.text);
      netns.handlers?.reject(skb, verdict.rejectWith, place.hook);
      return false;
    default:
      return true;
  }
}
