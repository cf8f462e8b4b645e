// metadata, labels and label selectors. Follows apimachinery api/validation/objectmeta.go and meta/v1/validation
// (Kubernetes 1.33).

import { type FieldError, forbidden, type GoValue, goList, goMap, invalid, invalidEach, required, tooLong } from '../field-error.ts';
import type { KubeObject, LabelSelector } from '../types.ts';
import { checkDNS1123Label, checkLabelValue, checkQualifiedName, maskTrailingDash } from './names.ts';

type CheckName = (name: string) => string[];

const MAX_ANNOTATIONS_BYTES = 256 * 1024;
/** The finalizers that need no domain in front. */
const STANDARD_FINALIZERS = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** metadata of a new or changed object; `checkName` is the kind's own rule for names. */
export function validateObjectMeta(object: KubeObject, namespaced: boolean, checkName: CheckName): FieldError[] {
  const { metadata } = object;
  const errors: FieldError[] = [];
  if (metadata.generateName) {
    errors.push(...invalidEach('metadata.generateName', metadata.generateName, checkName(maskTrailingDash(metadata.generateName))));
  }
  if (metadata.name) errors.push(...invalidEach('metadata.name', metadata.name, checkName(metadata.name)));
  else if (!metadata.generateName) errors.push(required('metadata.name', 'name or generateName is required'));
  if (namespaced && !metadata.namespace) errors.push(required('metadata.namespace'));
  else if (namespaced)
    errors.push(...invalidEach('metadata.namespace', metadata.namespace ?? '', checkDNS1123Label(metadata.namespace ?? '')));
  else if (metadata.namespace) errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  errors.push(...validateLabels(metadata.labels, 'metadata.labels'));
  errors.push(...validateAnnotations(metadata.annotations, 'metadata.annotations'));
  errors.push(...validateOwners(metadata.ownerReferences));
  errors.push(...validateFinalizers(metadata.finalizers));
  return errors;
}

/** Every name is judged twice: by what all kinds ask for, and by what the kinds of Kubernetes itself ask for. */
function validateFinalizers(finalizers: readonly string[] = []): FieldError[] {
  const path = 'metadata.finalizers';
  const isBoth = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  const isBare = (name: string) => !name.includes('/') && !STANDARD_FINALIZERS.includes(name);
  return [
    ...finalizers.flatMap((name) => invalidEach(path, name, checkQualifiedName(name))),
    ...(isBoth ? [invalid(path, goList('string', finalizers), 'finalizer orphan and foregroundDeletion cannot be both set')] : []),
    ...finalizers.flatMap((name, index) =>
      isBare(name) ? [invalid(`${path}[${index}]`, name, 'name is neither a standard finalizer name nor is it fully qualified')] : [],
    ),
  ];
}

/** The server's paths have no index here. */
function validateOwners(owners: KubeObject['metadata']['ownerReferences'] = []): FieldError[] {
  const path = 'metadata.ownerReferences';
  const words = { apiVersion: 'version', kind: 'kind', name: 'name', uid: 'uid' } as const;
  const fields = Object.keys(words) as (keyof typeof words)[];
  const controllers = owners.filter(({ controller }) => controller).map(({ kind, name }) => `${kind}/${name}`);
  const found = (other: string) => `Found "true" in references for ${controllers[0]} and ${other}`;
  return [
    ...owners.flatMap((owner) =>
      fields.filter((field) => !owner[field]).map((field) => invalid(`${path}.${field}`, '', `${words[field]} must not be empty`)),
    ),
    ...controllers
      .slice(1)
      .map((other) => invalid(path, goOwners(owners), `Only one reference can have Controller set to true. ${found(other)}`)),
  ];
}

/** As Go prints the list, with the two fields that tell the owners apart. */
function goOwners(owners: readonly { readonly kind: string; readonly name: string }[]): GoValue {
  return { go: `[]v1.OwnerReference{${owners.map(({ kind, name }) => `v1.OwnerReference{Kind:"${kind}", Name:"${name}"}`).join(', ')}}` };
}

/** What an update may not change in metadata. */
export function validateObjectMetaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const fields = ['name', 'namespace', 'uid', 'creationTimestamp'] as const;
  const known = old.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter((finalizer) => !known.includes(finalizer));
  const isTooLate = old.metadata.deletionTimestamp !== undefined && added.length > 0;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${goList('string', added).go}`;
  const changed = fields.flatMap((field) => {
    const before = old.metadata[field];
    const after = object.metadata[field];
    if (after === undefined || before === undefined || after === before) return [];
    return [invalid(`metadata.${field}`, after, 'field is immutable')];
  });
  return isTooLate ? [forbidden('metadata.finalizers', detail), ...changed] : changed;
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidEach(path, key, checkQualifiedName(key)),
    ...invalidEach(path, value, checkLabelValue(value)),
  ]);
}

export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => invalidEach(path, key, checkQualifiedName(key.toLowerCase())));
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return size > MAX_ANNOTATIONS_BYTES ? [...errors, tooLong(path, MAX_ANNOTATIONS_BYTES)] : errors;
}

export function validateLabelSelector(selector: LabelSelector, path: string): FieldError[] {
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  for (const [index, term] of (selector.matchExpressions ?? []).entries()) {
    const here = `${path}.matchExpressions[${index}]`;
    const values = term.values ?? [];
    if (term.operator === 'In' || term.operator === 'NotIn') {
      if (values.length === 0) errors.push(required(`${here}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (term.operator === 'Exists' || term.operator === 'DoesNotExist') {
      if (values.length > 0) errors.push(forbidden(`${here}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else errors.push(invalid(`${here}.operator`, term.operator ?? '', 'not a valid selector operator'));
    errors.push(...invalidEach(`${here}.key`, term.key ?? '', checkQualifiedName(term.key ?? '')));
    for (const [at, value] of values.entries()) errors.push(...invalidEach(`${here}.values[${at}]`, value, checkLabelValue(value)));
  }
  return errors;
}

/** A LabelSelector as `%#v` prints it. */
export function goLabelSelector(selector: LabelSelector): GoValue {
  const terms = selector.matchExpressions?.map((term) => {
    const values = term.values ? `[]string{${term.values.map((value) => JSON.stringify(value)).join(', ')}}` : '[]string(nil)';
    return `v1.LabelSelectorRequirement{Key:${JSON.stringify(term.key)}, Operator:${JSON.stringify(term.operator)}, Values:${values}}`;
  });
  const expressions = terms ? `[]v1.LabelSelectorRequirement{${terms.join(', ')}}` : '[]v1.LabelSelectorRequirement(nil)';
  return { go: `v1.LabelSelector{MatchLabels:${goMap(selector.matchLabels).go}, MatchExpressions:${expressions}}` };
}
