// Cuts a drawn cluster down to what still fails: objects, then fields, then rules are taken away as long as it does.

import type { KubeObject } from '../../engine/api/types.ts';
import type { DrawnCluster } from './random-cluster.ts';

const MOST_TRIALS = 120;
/** Without these an object says nothing. */
const NEEDED_FIELDS = /^(type|selector|ports|nodeName|containers|podSelector)$/;

export async function shrinkWhile(drawn: DrawnCluster, fails: (candidate: DrawnCluster) => Promise<boolean>): Promise<DrawnCluster> {
  let smallest = drawn;
  let trials = 0;
  for (let shrunk = true; shrunk && trials < MOST_TRIALS; ) {
    shrunk = false;
    for (const candidate of smaller(smallest)) {
      if (trials++ >= MOST_TRIALS) break;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      shrunk = true;
      break;
    }
  }
  return smallest;
}

function* smaller(drawn: DrawnCluster): Generator<DrawnCluster> {
  for (const objects of fewerObjects(drawn.objects)) yield { ...drawn, objects };
  for (const [node, text] of drawn.rules) {
    yield { ...drawn, rules: new Map([...drawn.rules].filter(([other]) => other !== node)) };
    for (const shorter of fewerRules(text)) yield { ...drawn, rules: new Map([...drawn.rules, [node, shorter]]) };
  }
}

function* fewerObjects(objects: readonly KubeObject[]): Generator<readonly KubeObject[]> {
  for (const [i, object] of objects.entries()) if (object.kind !== 'Scenario') yield objects.filter((_, other) => other !== i);
  for (const [i, { cluster, ...object }] of objects.entries()) {
    const { nodes, ...rest } = cluster ?? {};
    if (nodes) yield objects.map((other, place) => (place === i ? ({ ...object, cluster: rest } as KubeObject) : other));
  }
  for (const [i, object] of objects.entries()) {
    for (const spec of fewerFields(object.spec ?? {})) yield objects.map((other, place) => (place === i ? { ...object, spec } : other));
  }
}

function* fewerFields(spec: Readonly<Record<string, unknown>>): Generator<object> {
  for (const field of Object.keys(spec)) {
    const { [field]: left, ...rest } = spec;
    if (!NEEDED_FIELDS.test(field)) yield rest;
    else if (field === 'ports' && Array.isArray(left) && left.length > 1) yield { ...spec, ports: left.slice(0, 1) };
  }
}

/** Without half of the rules, a quarter, and so on to one. */
function* fewerRules(text: string): Generator<string> {
  const lines = text.split('\n');
  const places = lines.flatMap((line, i) => (line.startsWith('-') ? [i] : []));
  for (let size = Math.ceil(places.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < places.length; start += size) {
      const left = new Set(places.slice(start, start + size));
      yield lines.filter((_, i) => !left.has(i)).join('\n');
    }
  }
}
