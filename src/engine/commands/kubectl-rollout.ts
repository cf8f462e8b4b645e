// `kubectl rollout restart | undo | pause | resume`. Follows kubectl 1.33 pkg/cmd/rollout and
// pkg/polymorphichelpers/{objectrestarter,rollback,objectpauser}.go.

import type { ControllerRevision, KubeObject, ReplicaSet } from '../api/types.ts';
import { type Api, updateObject } from '../apiserver/api.ts';
import { isEqual } from '../apiserver/equality.ts';
import { printedName } from '../apiserver/patch.ts';
import { resourceOf } from '../apiserver/resources.ts';
import { formatTimestamp } from '../apiserver/timestamp.ts';
import type { Said, TimedApi } from './kubectl.ts';
import type { KubectlCommand } from './kubectl-line.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE_HASH = 'pod-template-hash';

export function rollout(api: TimedApi, { deed, toRevision }: Extract<KubectlCommand, { verb: 'rollout' }>, object: KubeObject): Said {
  const isKnown = ['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind);
  const { plural, group } = resourceOf(object.kind);
  const name = `${plural}${group === '' ? '' : `.${group}`} "${object.metadata.name}"`;
  switch (deed) {
    case 'restart':
      if (!isKnown) return { error: `error: ${name} restarting is not supported` };
      if (object.spec.paused) return { error: `error: ${name} can't restart paused deployment (run rollout resume first)` };
      return restart(api, object);
    case 'pause':
    case 'resume': {
      const paused = deed === 'pause';
      if (object.kind !== 'Deployment') return { error: `error: ${name} ${paused ? 'pausing' : 'resuming'} is not supported` };
      if ((object.spec.paused ?? false) === paused) return { error: `error: ${name} is ${paused ? 'already' : 'not'} paused` };
      updateObject(api, { ...object, spec: { ...object.spec, paused } });
      return `${printedName(object)} ${deed}d`;
    }
    case 'undo':
      return isKnown ? undo(api, object, toRevision) : { error: `error: no rollbacker has been implemented for "${object.kind}"` };
    default:
      return deed satisfies never;
  }
}

/** All it does is to write the time on the template. */
function restart(api: TimedApi, object: KubeObject): Said {
  const { template } = object.spec;
  const annotations = { ...template.metadata?.annotations, [RESTARTED_AT]: formatTimestamp(api.clock.nowUs) };
  updateObject(api, withTemplate(object, { ...template, metadata: { ...template.metadata, annotations } }));
  return `${printedName(object)} restarted`;
}

interface Revision {
  readonly number: number;
  readonly template: KubeObject['spec'];
}

function undo(api: Api, object: KubeObject, toRevision: number): Said {
  if (object.spec.paused)
    return {
      error: `error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${object.metadata.name}' and try again`,
    };
  const revisions = revisionsOf(api, object).toSorted((a, b) => b.number - a.number);
  const wanted = toRevision > 0 ? revisions.find(({ number }) => number === toRevision) : revisions[1];
  if (!wanted) {
    if (toRevision > 0) return { error: `error: unable to find specified revision ${toRevision} in history` };
    return { error: `error: no rollout history found for ${object.kind.toLowerCase()} "${object.metadata.name}"` };
  }
  if (isEqual(wanted.template, object.spec.template))
    return `${printedName(object)} skipped rollback (current template already matches revision ${wanted.number})`;
  updateObject(api, withTemplate(object, wanted.template));
  return `${printedName(object)} rolled back`;
}

function withTemplate(object: KubeObject, template: KubeObject['spec']): KubeObject {
  return { ...object, spec: { ...object.spec, template } };
}

/** A Deployment's history are its ReplicaSets; those of the others are ControllerRevisions. */
function revisionsOf({ store }: Api, { kind, metadata }: KubeObject): Revision[] {
  const uid = metadata.uid ?? '';
  if (kind !== 'Deployment')
    return store
      .listOwned<ControllerRevision>(uid, 'ControllerRevision')
      .map(({ revision, data }) => ({ number: revision, template: data.spec.template }));
  return store.listOwned<ReplicaSet>(uid, 'ReplicaSet').map(({ metadata: own, spec }) => {
    const { [TEMPLATE_HASH]: _hash, ...labels } = spec.template?.metadata?.labels ?? {};
    const template = { ...spec.template, metadata: { ...spec.template?.metadata, labels } };
    return { number: Number(own.annotations?.[REVISION] ?? 0), template };
  });
}
