// The walk as one upright line: a box for each machine, a stop for each interface, the rules of a station as one stop.

import type { Hop, NodeView, ObjectView, PodView, TracedPacket } from '../protocol/messages.ts';
import { isNode, isPod } from './graph.ts';

export interface PhoneStop {
  readonly kind: 'pod' | 'interface' | 'rules' | 'device';
  readonly name: string;
  readonly address: string;
  /** Indices into the packet's hops. */
  readonly hops: readonly number[];
}

/** A machine's box, or, with `name` null, the stretch of wire between two machines. */
export interface PhoneBox {
  readonly name: string | null;
  readonly podCIDR: string;
  readonly stops: readonly PhoneStop[];
  /** Hops on the wire before the next box. */
  readonly wire: readonly number[];
}

type Draft = { name: string; podCIDR: string; stops: (PhoneStop & { hops: number[] })[]; wire: number[] };

/** Folds a packet's hops into boxes and stops. */
export function phoneBoxes(packet: TracedPacket, objects: readonly ObjectView[]): PhoneBox[] {
  const nodes = new Map(objects.filter(isNode).map((node) => [node.name, node]));
  const pods = new Map(objects.filter(isPod).map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
  const boxes: Draft[] = [];
  packet.hops.forEach((hop, i) => {
    const last = boxes.at(-1);
    if (hop.node === 'wire') {
      last?.wire.push(i);
      return;
    }
    const pod = pods.get(hop.node);
    const machine = pod?.node ?? hop.node;
    const box = last && last.name === machine && last.wire.length === 0 ? last : open(boxes, machine, nodes.get(machine));
    const stop = stopFor(hop, pod, nodes.get(machine), box.stops.at(-1));
    const before = box.stops.at(-1);
    if (before && before.kind === stop.kind && before.name === stop.name) before.hops.push(i);
    else box.stops.push({ ...stop, hops: [i] });
  });
  return boxes;
}

function open(boxes: Draft[], name: string, node: NodeView | undefined): Draft {
  const box: Draft = { name, podCIDR: node?.podCIDR ?? '', stops: [], wire: [] };
  boxes.push(box);
  return box;
}

function stopFor(hop: Hop, pod: PodView | undefined, node: NodeView | undefined, before: PhoneStop | undefined): Omit<PhoneStop, 'hops'> {
  if (pod) return { kind: 'pod', name: pod.name, address: pod.address ?? '' };
  if (!node) return { kind: 'device', name: hop.node === 'world' ? 'laptop' : hop.node, address: '' };
  if (hop.kind !== 'if') return { kind: 'rules', name: 'iptables', address: '' };
  // A bridge port is part of its bridge; the bridge hands the packet up in the midst of the rules.
  const name = node.interfaces.find((each) => each.name === hop.ifc)?.kind === 'veth' ? 'cni0' : hop.ifc;
  if (name === 'cni0' && hop.dir === 'rx' && before?.kind === 'rules') return { kind: 'rules', name: 'iptables', address: '' };
  const address = node.interfaces.find((each) => each.name === name)?.addresses[0] ?? '';
  return { kind: 'interface', name, address: address.replace(/\/\d+$/, '') };
}
