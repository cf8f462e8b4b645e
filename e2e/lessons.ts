// The built-in scenarios as the stories walk them: each one's first request, and the hop of it that the lesson is about,
// computed by the engine itself, so that a link to it stays right when a packet or a rule more comes before it.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import type { TracedPacket, Walk } from '../src/engine/index.ts';
import { createSimulation } from '../src/engine/whole-simulation.ts';
import { firstPosition, packetsOf } from '../src/state/stepping.ts';
import { carriedAt } from '../src/state/tunnel.ts';

const FOLDER = fileURLToPath(new URL('../src/scenarios/', import.meta.url));

/** The ids of all built-in scenarios; a test holds that each file is in the picker. */
export const lessons: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

/** The link to the decisive hop of a scenario's first request, already sent. */
export function decisiveMoment(scenario: string): string {
  const text = readFileSync(`${FOLDER}${scenario}.yaml`, 'utf8');
  const [first] = trafficOf(text);
  if (!first) throw new Error(`${scenario} sends nothing`);
  const [walk] = createSimulation().run(text, 1, [{ type: 'send', ...first }]).walks;
  if (!walk) throw new Error(`${scenario}: its first request is no walk`);
  const { packet, hop } = decisiveHop(walk);
  return `#s=${scenario}&send=${first.from}~${encodeURIComponent(first.to)}&hop=${walk.id}.${packet}.${hop}`;
}

/**
 * Where it went wrong; else, behind a proxy, what the proxy does; else the first rewrite by a rule on the way of the request;
 * else where its first packet travels inside of another; else where it arrives.
 */
function decisiveHop(walk: Walk): { packet: number; hop: number } {
  if (!walk.outcome.ok && walk.reason.at) return walk.reason.at;
  const shown = packetsOf(walk, { showFolded: false });
  // A name is asked for first, and localhost by two addresses: the lesson is about what came of it.
  const arrived = shown.filter(
    ({ label, direction, fate }) =>
      !/^A+[?=]/.test(label) &&
      (!walk.outcome.ok || (direction === 'request' && (fate?.kind === 'delivered' || fate?.kind === 'forwarded'))),
  );
  const told = arrived.length > 0 ? arrived : shown;
  const proxied = whatTheProxyDoes(told, shown);
  if (proxied) return proxied;
  for (const { id, hops } of told) {
    const rewrite = hops.find(({ addr_after }) => addr_after !== undefined);
    if (rewrite) return { packet: id, hop: rewrite.n };
  }
  const [packet] = told;
  const wrapped = packet?.hops.find(({ n }) => carriedAt(packet, n) !== null);
  if (packet) return { packet: packet.id, hop: wrapped?.n ?? packet.hops.length };
  const start = firstPosition(walk, { showFolded: true });
  if (!start) throw new Error('a walk without a packet');
  return start;
}

/** It dials an endpoint: the packet on its way to another machine. Or it answers by itself that there is none. */
function whatTheProxyDoes(told: readonly TracedPacket[], shown: readonly TracedPacket[]): { packet: number; hop: number } | null {
  const [first] = told;
  if (first?.label !== 'SYN') return null;
  const dialled = told.find(({ label, from }) => label === 'SYN' && from !== first.from);
  const refused = shown.find(({ content, direction }) => direction === 'reply' && /^HTTP\/1.1 50\d/.test(content));
  const packet = dialled ?? (refused?.from.includes('ingress') ? refused : undefined);
  const hop = packet?.hops.find(({ kind, node }) => kind !== 'if' && !node.includes('/'));
  return packet && hop ? { packet: packet.id, hop: hop.n } : null;
}

function trafficOf(text: string): readonly { from: string; to: string }[] {
  const documents = loadAll(text) as { kind?: string; traffic?: { from: string; to: string }[] }[];
  return documents.find((document) => document?.kind === 'Scenario')?.traffic ?? [];
}
