// Where NetworkPolicies stood in the followed packet's way, read from the chains of kube-router that it met: one gate for
// each bound pod's chain, up if its policies let the packet pass, down if none did.

import type { RuleHop } from '../protocol/messages.ts';
import type { Followed } from './followed.ts';
import { type Point, pointAt } from './geometry.ts';
import type { Layout } from './layout.ts';
import type { Route } from './routing.ts';

export interface Gate {
  readonly node: string;
  readonly state: 'open' | 'closed';
  /** Index of the hop that decided. */
  readonly index: number;
  /** View keys of the policies that were asked. */
  readonly policies: readonly string[];
}

/** The gates that the packet has come to, in their order. */
export function gatesOf({ packet, index }: Followed): readonly Gate[] {
  const gates = new Map<string, { hops: RuleHop[]; policies: Set<string>; index: number }>();
  packet.hops.slice(0, index + 1).forEach((hop, i) => {
    if (hop.kind !== 'rule' || !hop.chain.startsWith('KUBE-POD-FW-')) return;
    const key = `${hop.node} ${hop.chain}`;
    const gate = gates.get(key) ?? { hops: [], policies: new Set<string>(), index: i };
    gate.hops.push(hop);
    gate.index = i;
    const [, policy] = hop.text.match(/--comment "policy ([^, ]+),/) ?? [];
    if (policy) gate.policies.add(`NetworkPolicy/${policy}`);
    gates.set(key, gate);
  });
  return [...gates.values()].flatMap(({ hops, policies, index: at }): Gate[] => {
    const last = hops.at(-1) as RuleHop;
    if (last.verdict === 'DROP') return [{ node: last.node, state: 'closed', index: at, policies: [...policies] }];
    const isDecided = !last.verdict.startsWith('JUMP ') && policies.size > 0;
    return isDecided ? [{ node: last.node, state: 'open', index: at, policies: [...policies] }] : [];
  });
}

const gateGap = 26;

/** A gate that is down stands before the end of the way; one that is up where the way leaves the station. */
export function gatePlaces(gates: readonly Gate[], { track, stops }: Route, layout: Layout): readonly (Gate & Point)[] {
  return gates.flatMap((gate, i) => {
    const station = layout.nodes.get(gate.node)?.station;
    if (!station) return [];
    if (gate.state === 'closed') return [{ ...gate, ...pointAt(track, track.length - 31) }];
    const isInside = (at: number) => Math.abs(pointAt(track, at).x - station.x - station.width / 2) < station.width / 2 - 16;
    let at = stops[gate.index] ?? 0;
    while (at < track.length && isInside(at)) at += 2;
    const behind = gates.slice(i + 1).filter((each) => each.node === gate.node).length;
    return [{ ...gate, ...pointAt(track, at - behind * gateGap) }];
  });
}
