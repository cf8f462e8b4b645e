// Where a pod may run: tolerations, affinity, topology spread. Follows ValidateTolerations, validateAffinity and
// validateTopologySpreadConstraints, and validateNodeTaints, of pkg/apis/core/validation/validation.go (Kubernetes 1.33).

import { duplicate, type FieldError, forbidden, type GoValue, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { LabelSelector, Node, PodSpec } from '../types.ts';
import { validateLabelSelector } from './metadata.ts';
import { checkDNS1123Label, checkLabelValue, checkQualifiedName } from './names.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface NodeSelectorRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
}

interface TopologySpreadConstraint {
  readonly maxSkew?: number;
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
  readonly minDomains?: number;
  readonly labelSelector?: LabelSelector;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const SPREAD_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const WEIGHT = 'must be in the range 1-100';
const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateScheduling(spec: PodSpec, path: string): FieldError[] {
  const { affinity = {}, tolerations = [], topologySpreadConstraints = [] } = spec;
  return [
    ...validateNodeAffinity(affinity.nodeAffinity, `${path}.affinity.nodeAffinity`),
    ...validatePodAffinity(affinity.podAffinity, `${path}.affinity.podAffinity`),
    ...validatePodAffinity(affinity.podAntiAffinity, `${path}.affinity.podAntiAffinity`),
    ...(tolerations as Toleration[]).flatMap((one, index) => validateToleration(one, `${path}.tolerations[${index}]`)),
    ...validateSpread(topologySpreadConstraints, `${path}.topologySpreadConstraints`),
  ];
}

function validateToleration({ key = '', operator = '', value = '', effect, tolerationSeconds }: Toleration, path: string): FieldError[] {
  const errors = key === '' ? [] : invalidEach(`${path}.key`, key, checkQualifiedName(key));
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${path}.operator`, operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    errors.push(invalid(`${path}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  if (operator === '' || operator === 'Equal') {
    const problems = checkLabelValue(value);
    if (problems.length > 0) errors.push(invalid(`${path}.operator`, value, problems.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  return [...errors, ...validateTaintEffect(effect, `${path}.effect`, true)];
}

export function validateTaintEffect(effect: string | undefined, path: string, isOptional: boolean): FieldError[] {
  if (!effect) return isOptional ? [] : [required(path)];
  return TAINT_EFFECTS.includes(effect) ? [] : [notSupported(path, effect, TAINT_EFFECTS)];
}

/** The taints of a node: well formed, and each key and effect once. The server looks for them in metadata, where they are not. */
export function validateTaints(node: Node): FieldError[] {
  const seen = new Set<string>();
  return (node.spec?.taints ?? []).flatMap(({ key = '', value = '', effect }, index) => {
    const here = `metadata.taints[${index}]`;
    const pair = `${key}:${effect}`;
    const errors = [
      ...invalidEach(`${here}.key`, key, checkQualifiedName(key)),
      ...(checkLabelValue(value).length > 0 ? [invalid(`${here}.value`, value, checkLabelValue(value).join(';'))] : []),
      ...validateTaintEffect(effect, `${here}.effect`, false),
      ...(seen.has(pair) ? [duplicate(here, goTaint({ key, value, effect }), 'taints must be unique by key and effect pair')] : []),
    ];
    seen.add(pair);
    return errors;
  });
}

function goTaint({
  key,
  value,
  effect = '',
}: {
  readonly key: string;
  readonly value: string;
  readonly effect?: string | undefined;
}): GoValue {
  const [quotedKey, quotedValue, quotedEffect] = [key, value, effect].map((text) => JSON.stringify(text));
  return { go: `core.Taint{Key:${quotedKey}, Value:${quotedValue}, Effect:${quotedEffect}, TimeAdded:<nil>}` };
}

// biome-ignore lint/suspicious/noExplicitAny: what a user wrote; the decoder has checked its types.
type Affinity = any;

function validateNodeAffinity(affinity: Affinity, path: string): FieldError[] {
  if (!affinity) return [];
  const errors: FieldError[] = [];
  if (affinity[REQUIRED]) {
    const terms: readonly NodeSelectorTerm[] = affinity[REQUIRED].nodeSelectorTerms ?? [];
    const here = `${path}.${REQUIRED}.nodeSelectorTerms`;
    if (terms.length === 0) errors.push(required(here, 'must have at least one node selector term'));
    errors.push(...terms.flatMap((term, index) => validateTerm(term, `${here}[${index}]`)));
  }
  const preferred: readonly { weight?: number; preference?: NodeSelectorTerm }[] = affinity[PREFERRED] ?? [];
  for (const [index, { weight = 0, preference = {} }] of preferred.entries()) {
    const here = `${path}.${PREFERRED}[${index}]`;
    errors.push(...validateWeight(weight, here), ...validateTerm(preference, `${here}.preference`));
  }
  return errors;
}

function validateTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, path: string): FieldError[] {
  return [
    ...matchExpressions.flatMap((one, index) => validateRequirement(one, `${path}.matchExpressions[${index}]`)),
    ...matchFields.flatMap((one, index) => validateFieldRequirement(one, `${path}.matchFields[${index}]`)),
  ];
}

function validateRequirement({ key = '', operator = '', values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  return [...errors, ...invalidEach(`${path}.key`, key, checkQualifiedName(key))];
}

function validateFieldRequirement({ key = '', operator = '', values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1)
      errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  if (key !== 'metadata.name') errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'));
  return errors;
}

function validatePodAffinity(affinity: Affinity, path: string): FieldError[] {
  if (!affinity) return [];
  const needed: readonly PodAffinityTerm[] = affinity[REQUIRED] ?? [];
  const preferred: readonly { weight?: number; podAffinityTerm?: PodAffinityTerm }[] = affinity[PREFERRED] ?? [];
  return [
    ...needed.flatMap((term, index) => validatePodAffinityTerm(term, `${path}.${REQUIRED}[${index}]`)),
    ...preferred.flatMap(({ weight = 0, podAffinityTerm = {} }, index) => {
      const here = `${path}.${PREFERRED}[${index}]`;
      return [...validateWeight(weight, here), ...validatePodAffinityTerm(podAffinityTerm, `${here}.podAffinityTerm`)];
    }),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  return [
    ...(labelSelector ? validateLabelSelector(labelSelector, `${path}.labelSelector`) : []),
    ...(namespaceSelector ? validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`) : []),
    ...namespaces.flatMap((name) => invalidEach(`${path}.namespace`, name, checkDNS1123Label(name))),
    ...(topologyKey === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...invalidEach(`${path}.topologyKey`, topologyKey, checkQualifiedName(topologyKey)),
  ];
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, WEIGHT)];
}

function validateSpread(constraints: readonly TopologySpreadConstraint[], path: string): FieldError[] {
  const seen = new Set<string>();
  return constraints.flatMap(({ maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector }, index) => {
    const here = `${path}[${index}]`;
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${here}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(required(`${here}.topologyKey`, 'can not be empty'));
    else errors.push(...invalidEach(`${here}.topologyKey`, topologyKey, checkQualifiedName(topologyKey)));
    if (!SPREAD_ACTIONS.includes(whenUnsatisfiable))
      errors.push(notSupported(`${here}.whenUnsatisfiable`, whenUnsatisfiable, SPREAD_ACTIONS));
    if (seen.has(pair)) errors.push(duplicate(`${here}.{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    if (minDomains !== undefined && minDomains <= 0) errors.push(invalid(`${here}.minDomains`, minDomains, 'must be greater than zero'));
    if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(`${here}.minDomains`, minDomains, detail));
    }
    return labelSelector ? [...errors, ...validateLabelSelector(labelSelector, `${here}.labelSelector`)] : errors;
  });
}
