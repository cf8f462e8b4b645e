// One YAML document as an API object: which kind it is, its fields through the strict decoder, its name and namespace.

import { isCustomKind, isNamed, kindInfo, suggestKind } from '../api/kinds.ts';
import { structOf } from '../api/schema.ts';
import type { KubeObject } from '../api/types.ts';
import { ANY_OBJECT, decodeStruct } from './decode.ts';
import { DECODE_ADVICE } from './decode-advice.ts';
import type { Finding } from './finding.ts';
import { complete, objectKey, type ReadResult, stringField, withKey } from './plain-object.ts';
import { simulationNotes } from './simulation-notes.ts';
import type { YamlMapping, YamlNode } from './yaml-tree.ts';

const DICTIONARY = { structOf, advice: DECODE_ADVICE };

/** The object (or the objects of a List) that `root` holds. An object with an error is left out, as kubectl leaves it. */
export function readObject(root: YamlNode, text: string): ReadResult {
  if (root.kind !== 'mapping') return { objects: [], findings: [notAnObject(root, text)] };
  const apiVersion = stringField(root, 'apiVersion');
  const kind = stringField(root, 'kind');
  const missing = missingType(root, apiVersion, kind);
  if (missing.length > 0) return { objects: [], findings: missing };
  if (kind.endsWith('List') && !kindInfo(apiVersion, kind)) return readList(root, apiVersion, kind, text);
  const unmatched = noMatches(root, apiVersion, kind);
  // A slip in the version or the kind does not keep the fields from being read.
  const struct = unmatched ? (suggestKind(apiVersion, kind)?.kind ?? '') : kind;
  const known = structOf(struct) && !isCustomKind(apiVersion, kind) ? struct : ANY_OBJECT;
  const decoded = decodeStruct(DICTIONARY, root, known, text);
  const name = unmatched ? null : nameFinding(root, apiVersion, kind, decoded.value);
  const errors = [...(unmatched ? [unmatched] : []), ...(name ? [name] : []), ...decoded.findings];
  const object = complete(decoded.value, apiVersion, kind);
  const key = objectKey(object);
  if (errors.length > 0) return { objects: [], findings: withKey(errors, key) };
  return { objects: [{ object, node: root }], findings: withKey(simulationNotes(root, object), key) };
}

function notAnObject(root: YamlNode, text: string): Finding {
  const line = text.slice(root.start, root.end);
  const glued = /^([A-Za-z]+):(\S.*)$/m.exec(line);
  const kind = root.kind === 'sequence' ? 'array' : typeof (root.kind === 'scalar' ? root.value : '');
  return {
    severity: 'error',
    message: `couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type struct { APIVersion string; Kind string }`,
    hint: glued
      ? `Put a space after the colon: \`${glued[1]}: ${glued[2]}\`.`
      : 'A Kubernetes document is a list of lines `name: value` that begins with `apiVersion:` and `kind:`.',
    path: '',
    start: root.start,
    end: firstLineEnd(text, root),
    ...(glued ? { fix: spaceAfterColon(root.start + glued.index + (glued[1]?.length ?? 0) + 1) } : {}),
  };
}

function spaceAfterColon(at: number): Finding['fix'] {
  return { title: 'Put a space after the colon', start: at, end: at, newText: ' ' };
}

function missingType(root: YamlMapping, apiVersion: string, kind: string): Finding[] {
  const first = root.entries.values().next().value;
  const place = first?.keyPlace ?? root;
  const findings: Finding[] = [];
  if (apiVersion === '') {
    const known = kind === '' ? undefined : suggestKind('', kind);
    const newText = `apiVersion: ${known?.apiVersion}\n`;
    findings.push({
      severity: 'error',
      message: 'error validating data: apiVersion not set',
      hint: known ? `${known.kind} is in \`apiVersion: ${known.apiVersion}\`.` : 'Every object begins with `apiVersion:` and `kind:`.',
      path: 'apiVersion',
      start: place.start,
      end: place.end,
      ...(known && !root.entries.has('apiVersion')
        ? { fix: { title: `Add apiVersion: ${known.apiVersion}`, start: place.start, end: place.start, newText } }
        : {}),
    });
  }
  if (kind === '') {
    const hint = 'Every object says what it is: `kind: Pod`, `kind: Service` ...';
    findings.push({
      severity: 'error',
      message: 'error validating data: kind not set',
      hint,
      path: 'kind',
      start: place.start,
      end: place.end,
    });
  }
  return findings;
}

function noMatches(root: YamlMapping, apiVersion: string, kind: string): Finding | null {
  if (kindInfo(apiVersion, kind) || isCustomKind(apiVersion, kind)) return null;
  const suggestion = suggestKind(apiVersion, kind);
  const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
  const versionNode = root.entries.get('apiVersion')?.value;
  const kindNode = root.entries.get('kind')?.value;
  if (!versionNode || !kindNode) return null;
  const kindIsRight = suggestion?.kind === kind;
  const place = kindIsRight || !suggestion ? versionNode : kindNode;
  const base = {
    severity: 'error' as const,
    message,
    path: place === versionNode ? 'apiVersion' : 'kind',
    start: place.start,
    end: place.end,
  };
  if (!suggestion) return { ...base, message: `${message}\nensure CRDs are installed first`, hint: 'No kind of that name is known here.' };
  if (kindIsRight) {
    const wanted = suggestion.apiVersion;
    const letter = apiVersion.replace(/\bvl\b/, 'v1') === wanted ? ' with the digit 1, not the letter l' : '';
    const fix = { title: `Change to ${wanted}`, start: place.start, end: place.end, newText: wanted };
    return { ...base, hint: `${kind} is in \`apiVersion: ${wanted}\`${letter}.`, fix };
  }
  const fix = { title: `Change to ${suggestion.kind}`, start: place.start, end: place.end, newText: suggestion.kind };
  const version = suggestion.apiVersion === apiVersion ? '' : ` in \`apiVersion: ${suggestion.apiVersion}\``;
  return { ...base, hint: `Did you mean \`${suggestion.kind}\`${version}?`, fix };
}

function nameFinding(root: YamlMapping, apiVersion: string, kind: string, value: KubeObject): Finding | null {
  if (!isNamed(apiVersion) || value.metadata?.name || value.metadata?.generateName) return null;
  // The name that lost its indentation is reported where it stands.
  if (root.entries.has('name') && structOf(kind) && !structOf(kind)?.has('name')) return null;
  const metadata = root.entries.get('metadata');
  const nameNode = metadata?.value.kind === 'mapping' ? metadata.value.entries.get('name')?.keyPlace : undefined;
  const place = nameNode ?? metadata?.keyPlace ?? root.entries.get('kind')?.keyPlace ?? root;
  return {
    severity: 'error',
    message: 'metadata.name: Required value: name or generateName is required',
    hint: 'Give the object a name: `name: ...` under `metadata:`, two spaces further in.',
    path: 'metadata.name',
    start: place.start,
    end: place.end,
  };
}

function readList(root: YamlMapping, apiVersion: string, kind: string, text: string): ReadResult {
  const items = root.entries.get('items')?.value;
  if (items?.kind !== 'sequence') {
    const place = root.entries.get('items')?.value ?? root.entries.get('kind')?.value ?? root;
    const message = `${kind} has no list of items`;
    const hint = 'A List holds its objects under `items:`, each in an entry that begins with `- `.';
    return { objects: [], findings: [{ severity: 'error', message, hint, path: 'items', start: place.start, end: place.end }] };
  }
  const results = items.items.map((item) => readObject(typedItem(item, root, apiVersion, kind), text));
  return { objects: results.flatMap((result) => result.objects), findings: results.flatMap((result) => result.findings) };
}

/** The items of a `ServiceList` need not say that they are Services. */
function typedItem(item: YamlNode, list: YamlMapping, apiVersion: string, kind: string): YamlNode {
  if (item.kind !== 'mapping' || kind === 'List') return item;
  const entries = new Map(item.entries);
  const listVersion = list.entries.get('apiVersion');
  const listKind = list.entries.get('kind');
  if (!listVersion || !listKind) return item;
  const itemKind = { kind: 'scalar' as const, value: kind.slice(0, -'List'.length), text: kind.slice(0, -'List'.length) };
  const place = { start: item.start, end: item.start };
  if (!entries.has('apiVersion'))
    entries.set('apiVersion', {
      ...listVersion,
      keyPlace: place,
      value: { kind: 'scalar', value: apiVersion, text: apiVersion, ...place },
    });
  if (!entries.has('kind')) entries.set('kind', { ...listKind, keyPlace: place, value: { ...itemKind, ...place } });
  return { ...item, entries };
}

function firstLineEnd(text: string, node: YamlNode): number {
  const end = text.indexOf('\n', node.start);
  return end < 0 ? node.end : Math.min(node.end, end);
}
