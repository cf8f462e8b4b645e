// Strategic merge: a patch laid over an object, and the three-way merge of kubectl apply. Follows apimachinery
// pkg/util/strategicpatch/patch.go, Kubernetes 1.33. The order of a merged list is that of the object, new entries last,
// unless the patch orders it by `$setElementOrder`.

import { isEqual } from './equality.ts';
import { mergeKeyOf, retainsKeys, type StructName, structBelow } from './merge-keys.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape.
type Json = any;
type JsonObject = Record<string, Json>;

/** `target` with the patch laid over it. Null takes a field out; `$patch`, `$retainKeys` and the like are heeded. */
export function strategicMerge(target: Json, patch: Json, struct: StructName): Json {
  if (!isObject(patch)) return patch;
  const { $patch: directive, $retainKeys: retained, ...fields } = patch;
  if (directive === 'replace') return fields;
  if (directive === 'delete') return {};
  const result: JsonObject = isObject(target) ? { ...target } : {};
  if (Array.isArray(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith('$setElementOrder/')) continue;
    const deletedFrom = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
    if (deletedFrom !== undefined) result[deletedFrom] = listOf(result[deletedFrom]).filter((item) => !listOf(value).includes(item));
    else if (value === null) delete result[key];
    else result[key] = mergeField(result[key], value, struct, key, patch[`$setElementOrder/${key}`]);
  }
  return result;
}

function mergeField(before: Json, value: Json, struct: StructName, key: string, order: Json): Json {
  const inner = structBelow(struct, key);
  if (!Array.isArray(value)) return isObject(value) ? strategicMerge(before, value, inner) : value;
  const mergeKey = mergeKeyOf(struct, key);
  if (mergeKey === null || value.some((item) => item?.$patch === 'replace')) return value.filter((item) => item?.$patch !== 'replace');
  const merged = mergeKey === '' ? [...new Set([...listOf(before), ...value])] : mergeEntries(listOf(before), value, mergeKey, inner);
  return Array.isArray(order) ? inOrder(merged, order, mergeKey) : merged;
}

function mergeEntries(before: Json[], patch: Json[], mergeKey: string, struct: StructName): Json[] {
  const result = [...before];
  for (const entry of patch) {
    const at = result.findIndex((one) => isEqual(one?.[mergeKey], entry?.[mergeKey]));
    if (entry?.$patch === 'delete') {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = strategicMerge(result[at], entry, struct);
    else result.push(strategicMerge({}, entry, struct));
  }
  return result;
}

function inOrder(list: Json[], order: Json[], mergeKey: string): Json[] {
  const place = (item: Json) => order.findIndex((one) => (mergeKey === '' ? one === item : isEqual(one?.[mergeKey], item?.[mergeKey])));
  const named = list.filter((item) => place(item) >= 0).toSorted((a, b) => place(a) - place(b));
  return [...named, ...list.filter((item) => place(item) < 0)];
}

/**
 * What kubectl apply makes of an object: `modified` laid over `current`; what `original` had and `modified` has no longer
 * goes; what others have added stays.
 */
export function threeWayMerge(original: Json, modified: Json, current: Json, struct: StructName): Json {
  if (!isObject(modified) || !isObject(current)) return modified;
  const before: JsonObject = isObject(original) ? original : {};
  const result: JsonObject = { ...current };
  for (const key of Object.keys(before)) if (!(key in modified)) delete result[key];
  for (const [key, value] of Object.entries(modified)) {
    if (value === null) delete result[key];
    else result[key] = threeWayField(before[key], value, current[key], { struct, key });
  }
  if (retainsKeys(struct) && !isEqual(pick(result, modified), pick(current, modified)))
    for (const key of Object.keys(result)) if (!(key in modified)) delete result[key];
  return result;
}

function threeWayField(original: Json, modified: Json, current: Json, { struct, key }: { struct: StructName; key: string }): Json {
  const inner = structBelow(struct, key);
  if (isObject(modified)) return isObject(current) ? threeWayMerge(original, modified, current, inner) : withoutNulls(modified);
  if (!Array.isArray(modified) || !Array.isArray(current)) return modified;
  const mergeKey = mergeKeyOf(struct, key);
  if (mergeKey === null) return modified;
  if (mergeKey === '') {
    const dropped = listOf(original).filter((item) => !modified.includes(item));
    return [...new Set([...current.filter((item) => !dropped.includes(item)), ...modified])];
  }
  return threeWayEntries(listOf(original), modified, current, { mergeKey, inner });
}

/** Entries keep their places as long as the manifest has them in the same order; else the manifest's order counts. */
function threeWayEntries(
  original: Json[],
  modified: Json[],
  current: Json[],
  { mergeKey, inner }: { mergeKey: string; inner: StructName },
): Json[] {
  const find = (list: Json[], entry: Json) => list.find((one) => isEqual(one?.[mergeKey], entry?.[mergeKey]));
  const kept = current.filter((entry) => find(modified, entry) || !find(original, entry));
  const merged = kept.map((entry) => {
    const wanted = find(modified, entry);
    return wanted ? threeWayMerge(find(original, entry), wanted, entry, inner) : entry;
  });
  const added = modified.filter((entry) => !find(current, entry)).map(withoutNulls);
  const all = [...merged, ...added];
  const keys = (list: Json[]) => list.map((entry) => entry?.[mergeKey]);
  const shared = keys(kept.filter((entry) => find(modified, entry)));
  const isInOrder = isEqual(shared, keys(modified.filter((entry) => find(kept, entry)))) && added.length === 0;
  return isInOrder ? all : inOrder(all, modified, mergeKey);
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}

function pick(from: JsonObject, like: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key in like));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}
