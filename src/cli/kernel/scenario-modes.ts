// A scenario as the kernel is asked about it: in which pod networks, and how what came of a request is told.

import type { Scenario } from '../../engine/api/types.ts';
import { parseManifest } from '../../engine/manifest/parse-manifest.ts';
import type { CNIMode } from '../../engine/node/cluster-network.ts';
import type { ComparedFlow } from './compare-file.ts';
import { printDocuments } from './yaml-text.ts';

export const BOTH_MODES: readonly CNIMode[] = ['host-gw', 'vxlan'];

/** `wanted`, unless the scenario has no pod network: then it is about just that. */
export function modesOf(text: string, wanted: readonly CNIMode[]): readonly CNIMode[] {
  return scenarioOf(text)?.cluster?.cni === 'none' ? ['none'] : wanted;
}

/** The same documents with another pod network. */
export function withMode(text: string, cni: CNIMode): string {
  const objects = parseManifest(text).objects.map(({ object }) => object);
  const scenario = scenarioOf(text) ?? { apiVersion: 'packetwalk.dev/v1', kind: 'Scenario' as const, metadata: { name: 'scenario' } };
  const others = objects.filter((object) => object.kind !== 'Scenario');
  return printDocuments([...others, { ...scenario, cluster: { ...scenario.cluster, cni } }]);
}

function scenarioOf(text: string): Scenario | undefined {
  const objects = parseManifest(text).objects.map(({ object }) => object);
  return objects.find((object): object is Scenario => object.kind === 'Scenario');
}

/** Where the two differ, for a person. */
export function describeFlow(where: string, { kernel, differences }: ComparedFlow): string {
  const lines = differences.map(({ level, packet, at, kernel: theirs, engine: ours }) => {
    const place = [level, packet, at > 0 ? `line ${at}` : ''].filter((word) => word !== '').join(', ');
    return `  ${place}\n    kernel: ${theirs}\n    engine: ${ours}`;
  });
  return [`${where}: ${kernel.flow.title}`, ...lines].join('\n');
}
