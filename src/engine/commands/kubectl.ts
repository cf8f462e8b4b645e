// kubectl's verbs that change something, carried out against the API in kubectl's words. Follows pkg/cmd of kubectl 1.33.

import type { KubeObject } from '../api/types.ts';
import { type Api, deleteObject, updateObject } from '../apiserver/api.ts';
import { answerOf, errorText } from '../apiserver/api-error.ts';
import { isEqual } from '../apiserver/equality.ts';
import { patchObject, printedName, scaleObject } from '../apiserver/patch.ts';
import type { Clock } from '../sim/clock.ts';
import type { KeyChange, KubectlCommand } from './kubectl-line.ts';
import { cordon, taint } from './kubectl-node.ts';
import { rollout } from './kubectl-rollout.ts';
import { findTargets, quotedName, refOf } from './kubectl-targets.ts';

/** The API, and what time it is. */
export interface TimedApi extends Api {
  readonly clock: Clock;
}

/** What kubectl prints: lines, and after them what went wrong; with an error it fails. */
export interface Printed {
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

type Command<Verb extends KubectlCommand['verb']> = Extract<KubectlCommand, { verb: Verb }>;

/** Carries out a command on all objects that it names; one that cannot be changed does not keep it from the others. */
export function runKubectl(api: TimedApi, command: Exclude<KubectlCommand, { verb: 'drain' }>): Printed {
  const { objects, errors } = findTargets(api, command);
  const results = objects.map((object) => change(api, command, object));
  const lines = results.flatMap((result) => result.lines);
  const isNothing = objects.length === 0 && errors.length === 0;
  return { lines: isNothing ? ['No resources found'] : lines, errors: [...errors, ...results.flatMap((result) => result.errors)] };
}

function change(api: TimedApi, command: Exclude<KubectlCommand, { verb: 'drain' }>, object: KubeObject): Printed {
  const answer = answerOf(() => changed(api, command, object));
  if ('status' in answer) return { lines: [], errors: [errorText(answer.status)] };
  if (typeof answer.value !== 'string') return { lines: [], errors: [answer.value.error] };
  return { lines: answer.value === '' ? [] : answer.value.split('\n'), errors: [] };
}

/** What is printed for one object; '' nothing. */
export type Said = string | { readonly error: string };

function changed(api: TimedApi, command: Exclude<KubectlCommand, { verb: 'drain' }>, object: KubeObject): Said {
  switch (command.verb) {
    case 'delete':
      return remove(api, command, object);
    case 'scale':
      return scale(api, command, object);
    case 'rollout':
      return rollout(api, command, object);
    case 'set image':
      return setImages(api, command, object);
    case 'label':
    case 'annotate':
      return setKeys(api, command, object);
    case 'patch':
      return patch(api, command, object);
    case 'taint':
      return taint(api, command, object);
    case 'cordon':
    case 'uncordon':
      return cordon(api, command.verb, object);
    default:
      return command satisfies never;
  }
}

const FORCED =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.';

function remove(api: Api, { gracePeriodSeconds, force, cascade }: Command<'delete'>, object: KubeObject): Said {
  const seconds = force ? (gracePeriodSeconds ?? 0) : gracePeriodSeconds;
  const isForced = force && seconds === 0;
  // kubectl keeps a grace period of zero from harm: without --force it asks for one second.
  const grace = seconds === null || seconds < 0 ? {} : { gracePeriodSeconds: seconds === 0 && !isForced ? 1 : seconds };
  const propagationPolicy = cascade === 'orphan' ? 'Orphan' : cascade === 'foreground' ? 'Foreground' : 'Background';
  deleteObject(api, refOf(object), { ...grace, propagationPolicy });
  return isForced ? `${FORCED}\n${quotedName(object)} force deleted` : `${quotedName(object)} deleted`;
}

function scale(api: Api, { replicas, currentReplicas }: Command<'scale'>, object: KubeObject): Said {
  if (currentReplicas !== null && (object.spec?.replicas ?? 1) !== currentReplicas)
    return { error: `error: Expected replicas to be ${currentReplicas}, was ${object.spec?.replicas ?? 1}` };
  scaleObject(api, refOf(object), replicas);
  return `${printedName(object)} scaled`;
}

function setImages(api: Api, { images }: Command<'set image'>, object: KubeObject): Said {
  const inTemplate = object.spec?.template?.spec !== undefined;
  const spec = inTemplate ? object.spec.template.spec : object.spec;
  const missing = images.find(({ container }) => container !== '*' && !allContainers(spec).some(({ name }) => name === container));
  if (missing) return { error: `error: unable to find container named "${missing.container}"` };
  const imageOf = (name: string, before: string | undefined) =>
    images.findLast(({ container }) => container === '*' || container === name)?.image ?? before;
  const withImages = (containers: readonly NamedContainer[]) => containers.map((one) => ({ ...one, image: imageOf(one.name, one.image) }));
  const changedSpec = { ...spec, containers: withImages(spec.containers ?? []) };
  if (spec.initContainers) changedSpec.initContainers = withImages(spec.initContainers);
  if (isEqual(changedSpec, spec)) return '';
  const nextSpec = inTemplate ? { ...object.spec, template: { ...object.spec.template, spec: changedSpec } } : changedSpec;
  updateObject(api, { ...object, spec: nextSpec });
  return `${printedName(object)} image updated`;
}

interface NamedContainer {
  readonly name: string;
  readonly image?: string;
}

function allContainers(spec: { containers?: NamedContainer[]; initContainers?: NamedContainer[] }): readonly NamedContainer[] {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
}

function setKeys(api: Api, { verb, changes, overwrite }: Command<'label' | 'annotate'>, object: KubeObject): Said {
  const field = verb === 'label' ? 'labels' : 'annotations';
  const before: Readonly<Record<string, string>> = object.metadata[field] ?? {};
  const taken = overwrite ? [] : changes.filter(({ key, value }) => value !== null && before[key] !== undefined && before[key] !== value);
  if (taken.length > 0) return { error: takenWords(verb, taken, before) };
  const after: Record<string, string> = { ...before };
  for (const { key, value } of changes) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  const name = printedName(object);
  if (isEqual(after, before)) return verb === 'label' ? `${name} not labeled` : `${name} annotated`;
  updateObject(api, { ...object, metadata: { ...object.metadata, [field]: after } });
  if (verb === 'annotate') return `${name} annotated`;
  return `${name} ${changes.every(({ value }) => value === null) ? 'unlabeled' : 'labeled'}`;
}

function takenWords(verb: 'label' | 'annotate', taken: readonly KeyChange[], before: Readonly<Record<string, string>>): string {
  const words = taken.map(({ key }) => `'${key}' already has a value (${before[key]})`);
  if (verb === 'label') return `error: ${words[0]}, and --overwrite is false`;
  return `error: --overwrite is false but found the following declared annotation(s): ${words.join('; ')}`;
}

function patch(api: Api, { patch: text, type }: Command<'patch'>, object: KubeObject): Said {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: `error: unable to parse "${text}": yaml: a JSON document is expected` };
  }
  const warnings: string[] = [];
  const after = patchObject(api, refOf(object), type, value, { warn: (warning) => warnings.push(`Warning: ${warning}`) });
  const isSame = after.metadata.resourceVersion === object.metadata.resourceVersion;
  return [...warnings, `${printedName(object)} patched${isSame ? ' (no change)' : ''}`].join('\n');
}
