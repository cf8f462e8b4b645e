// The drawing for the back of the room: only the machines that this packet passes, large, and one Service. It is a
// layout like the other, so packets are routed over it by the same code.

import type { Followed } from './followed.ts';
import type { Box } from './geometry.ts';
import type { Cluster } from './graph.ts';
import { type Layout, type NodePlace, type PodPlace, type ServicePlace, type WorldDevice, worldDevices } from './layout.ts';

export const presentWidth = 1280;
const node = { x: 420, width: 820, height: 220, gap: 16 } as const;
const parts = {
  eth0: { x: 2, y: 136, width: 84, height: 40 },
  station: { x: 112, y: 64, width: 300, height: 132 },
  cni0: { x: 436, y: 64, width: 64, height: 132 },
  pod: { x: 536, y: 64, width: 260, height: 132 },
  track: 156,
} as const;
export const virtualLane: Box = { x: 40, y: 0, width: 316, height: 456 };

/** The machines of this packet's way, in the order in which it meets them. */
export function machinesOf(followed: Followed, cluster: Cluster): string[] {
  const pods = new Map<string, string>(
    [...cluster.podsByNode].flatMap(([name, views]) => views.map((pod) => [`${pod.namespace}/${pod.name}`, name] as const)),
  );
  const met = followed.packet.hops.map((hop) => pods.get(hop.node) ?? hop.node);
  const names = new Set(cluster.nodes.map((each) => each.name));
  // The machine of the client stays on top when the answer comes back.
  const order = [...new Set(met)].filter((name) => names.has(name));
  return followed.packet.direction === 'reply' ? order.reverse() : order;
}

/** Places the machines, the pods at the packet's ends, and its Service. */
export function presentLayout(followed: Followed, cluster: Cluster): Layout {
  const machines = machinesOf(followed, cluster);
  const nodes = new Map<string, NodePlace>();
  const pods = new Map<string, PodPlace>();
  for (const [row, name] of machines.entries()) {
    const view = cluster.nodes.find((each) => each.name === name);
    if (!view) continue;
    const box = { x: node.x, y: 2 + row * (node.height + node.gap), width: node.width, height: node.height };
    const at = (part: Box): Box => ({ ...part, x: box.x + part.x, y: box.y + part.y });
    nodes.set(name, {
      view,
      box,
      eth0: at(parts.eth0),
      station: at(parts.station),
      cni0: at(parts.cni0),
      density: 'full',
      trackY: box.y + parts.track,
      railX: node.x - 28,
      channelY: box.y - 8,
      overflow: 0,
    });
    const ends = new Set([...followed.packet.hops.map((hop) => `Pod/${hop.node}`), followed.source, followed.destination]);
    const own = (cluster.podsByNode.get(name) ?? []).filter((pod) => ends.has(pod.key));
    const height = own.length > 1 ? 62 : parts.pod.height;
    for (const [i, pod] of own.slice(0, 2).entries()) {
      const cell = at({ ...parts.pod, y: parts.pod.y + i * 70, height });
      pods.set(pod.key, { view: pod, node: name, box: cell, density: 'full', raised: false });
    }
  }
  const height = Math.max(virtualLane.height, machines.length * (node.height + node.gap) - node.gap);
  const devices = worldDevices.filter((device) => followed.packet.hops.some((hop) => hop.node === device));
  const service = cluster.services.find((each) => each.key === followed.service?.key);
  // A way from the world leads along the lane's foot: the Service stands above it.
  const serviceY = height - 124 - (devices.length > 0 ? 96 : 0);
  const services = new Map<string, ServicePlace>();
  if (service) services.set(service.key, { view: service, box: { x: 56, y: serviceY, width: 284, height: 108 }, form: 'line' });
  const wireY = height - 40;
  return {
    width: presentWidth,
    height,
    wireY,
    rails: [{ x: node.x - 28, top: 16, bottom: height }],
    nodes,
    pods,
    services,
    world: worldAt(wireY),
    devices,
    unscheduled: null,
  };
}

function worldAt(wireY: number): Record<WorldDevice, { x: number; y: number }> {
  const at = (x: number) => ({ x, y: wireY });
  return { world: at(90), router: at(200), internet: at(300), 'load-balancer': at(200), 'control-plane': at(250) };
}
