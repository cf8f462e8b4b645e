// `kubectl cordon | uncordon | taint`. Follows kubectl 1.33 pkg/drain/cordon.go and pkg/cmd/taint/taint.go.

import type { KubeObject } from '../api/types.ts';
import { type Api, updateObject } from '../apiserver/api.ts';
import type { Said } from './kubectl.ts';
import type { KubectlCommand } from './kubectl-line.ts';

/** Marks the node unschedulable, or takes the mark away. */
export function cordon(api: Api, verb: 'cordon' | 'uncordon', node: KubeObject): Said {
  const unschedulable = verb === 'cordon';
  const name = `node/${node.metadata.name}`;
  if ((node.spec?.unschedulable ?? false) === unschedulable) return `${name} already ${verb}ed`;
  const { unschedulable: _before, ...spec } = node.spec ?? {};
  updateObject(api, { ...node, spec: unschedulable ? { ...spec, unschedulable } : spec });
  return `${name} ${verb}ed`;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export function taint(api: Api, { taints, overwrite }: Extract<KubectlCommand, { verb: 'taint' }>, node: KubeObject): Said {
  const { name } = node.metadata;
  let current: readonly Taint[] = node.spec?.taints ?? [];
  const isMeant = (key: string, effect: string) => (one: Taint) => one.key === key && (effect === '' || one.effect === effect);
  for (const { key, effect, removes } of taints) {
    const known = current.some(isMeant(key, effect));
    if (removes && !known) return { error: `error: taint "${key}${effect === '' ? '' : `:${effect}`}" not found` };
    if (!removes && known && !overwrite)
      return { error: `error: node ${name} already has ${key} taint(s) with same effect(s) and --overwrite is false` };
    current = current.filter((one) => !isMeant(key, effect)(one));
  }
  const added = taints
    .filter(({ removes }) => !removes)
    .map(({ key, value, effect }) => ({ key, ...(value === '' ? {} : { value }), effect }));
  updateObject(api, { ...node, spec: { ...node.spec, taints: [...current, ...added] } });
  return `node/${name} ${added.length > 0 ? 'tainted' : 'untainted'}`;
}
