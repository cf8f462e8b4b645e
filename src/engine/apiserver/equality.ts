// Equality and canonical text of API objects (plain JSON values). A key whose value is undefined counts as absent.

/** Whether two JSON values say the same; identical parts are not looked into. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!isEqual(a[index], b[index])) return false;
    return true;
  }
  return isEqualRecord(a as Record<string, unknown>, b as Record<string, unknown>);
}

/** JSON with sorted keys: equal values have equal text. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(record).sort())
    if (record[key] !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(record[key])}`;
  return `{${text}}`;
}

function isEqualRecord(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let present = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    present++;
    if (!isEqual(a[key], b[key])) return false;
  }
  for (const key in b) if (b[key] !== undefined) present--;
  return present === 0;
}
