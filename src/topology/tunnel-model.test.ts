import { expect, it } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { followedAt } from './followed.ts';
import { overlap } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { layoutTunnel } from './tunnel-layout.ts';
import { type TunnelModel, tunnelModel } from './tunnel-model.ts';

const text = scenarios.find(({ id }) => id === 'tunnel-between-nodes')?.text ?? '';
const [traffic] = createSimulation().run(text, 1, []).scenario.traffic;
const { objects, walks } = createSimulation().run(text, 1, traffic ? [{ type: 'send', from: traffic.from, to: traffic.to }] : []);
const [walk] = walks;
const syn = walk?.packets.find(({ label }) => label === 'SYN');
const step = (ifc: string, dir: string) => syn?.hops.find((hop) => hop.kind === 'if' && hop.ifc === ifc && hop.dir === dir)?.n ?? 0;
const [wrapped, unwrapped] = [step('flannel.1', 'tx'), step('flannel.1', 'rx')];

function at(hop: number): TunnelModel | null {
  const followed = followedAt(objects, walk ?? null, { walk: walk?.id ?? 0, packet: syn?.id ?? 0, hop });
  return followed && tunnelModel({ followed, cluster: clusterOf(objects), chains: new Map() });
}

it('makes two walks on the node that wraps, the outer one sent by the node itself', () => {
  const model = at(wrapped + 1);
  expect(model).toMatchObject({ wraps: true, isOuter: true, device: { name: 'flannel.1', n: wrapped, mtu: 1450 } });
  expect([model?.inner.hops[1], model?.outer.hops[0]]).toEqual([wrapped, wrapped + 1]);
  expect([model?.inner.model.from.kind, model?.outer.model.from.kind, model?.outer.model.to.kind]).toEqual(['pod', 'process', 'port']);
});

it('makes them in the other order on the node that unwraps', () => {
  expect(at(unwrapped - 1)).toMatchObject({ wraps: false, isOuter: true, device: { n: unwrapped, progress: 'ahead' } });
  expect(at(unwrapped)).toMatchObject({ wraps: false, isOuter: false, inner: { model: { to: { kind: 'pod', name: 'web' } } } });
});

it('says what routers read before the device and after it', () => {
  expect(at(wrapped)?.edge).toMatchObject({
    destination: { old: '10.244.2.20:80', now: '192.168.56.12:8472' },
    ttl: { old: '63', now: '64' },
    bytes: { old: '60', now: '110' },
  });
  expect(at(unwrapped)?.edge.destination).toMatchObject({ old: '192.168.56.12:8472', now: '10.244.2.20:80' });
});

it('has no second walk where the packet travels by itself', () => {
  const arp = walk?.packets.find(({ label }) => label === 'ARP');
  const followed = followedAt(objects, walk ?? null, { walk: walk?.id ?? 0, packet: arp?.id ?? 0, hop: 1 });
  expect(followed && tunnelModel({ followed, cluster: clusterOf(objects), chains: new Map() })).toBeNull();
});

it('places the parts of a staircase beside each other, at every hop', () => {
  for (const { n } of syn?.hops ?? []) {
    const model = at(n);
    if (!model) throw new Error(`hop ${n} is on no machine with a tunnel`);
    const layout = layoutTunnel(model);
    const boxes = [layout.device, layout.card, ...layout.inner.parts.map(({ box }) => box), ...layout.outer.parts.map(({ box }) => box)];
    const pairs = boxes.flatMap((box, i) => boxes.slice(i + 1).filter((other) => overlap(box, other)));
    expect(pairs, `hop ${n}`).toEqual([]);
    const onRail = layout.packet.y === layout.rail;
    expect(
      onRail || [...boxes, ...layout.columns].every((box) => !overlap(box, { ...layout.packet, width: 1, height: 1 })),
      `hop ${n}`,
    ).toBe(true);
  }
});
