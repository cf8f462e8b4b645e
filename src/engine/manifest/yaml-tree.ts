// YAML text as a tree in which every key and value knows its place in the text: a walk over the offsets of js-yaml's
// parser events. Duplicate keys are collected instead of ending the reading, and aliases are shared, not copied.

import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent, YAMLException } from 'js-yaml';
import { resolvePlain, resolveTagged } from './yaml-scalars.ts';

/** Offsets count from the beginning of the parsed text; `end` is exclusive. */
interface Place {
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends Place {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes. */
  readonly text: string;
}

export interface YamlSequence extends Place {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface YamlMapping extends Place {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: YamlNode;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

/** A mistake in the YAML itself, in the words of Kubernetes' YAML library. */
export interface YamlMistake extends Place {
  readonly reason: string;
  /** For a key that stands twice in one mapping. */
  readonly duplicate?: { readonly key: string; readonly depth: number };
  /** The parser gave up here. */
  readonly fatal: boolean;
}

export interface YamlParse {
  /** The content of each document that has any. */
  readonly roots: readonly YamlNode[];
  readonly mistakes: readonly YamlMistake[];
}

const MAX_DEPTH = 100;
/** How many nodes aliases may multiply a document to. */
const MAX_ALIASED_NODES = 20_000;

/** Reads YAML (one or more documents); never throws. */
export function parseYaml(text: string): YamlParse {
  try {
    const composer = new Composer(text, parseEvents(text, { maxDepth: MAX_DEPTH }));
    return { roots: composer.documents(), mistakes: composer.mistakes };
  } catch (error) {
    return { roots: [], mistakes: [fatalMistake(text, error)] };
  }
}

class Composer {
  readonly mistakes: YamlMistake[] = [];
  readonly #text: string;
  readonly #events: readonly Event[];
  #at = 0;
  /** Where the node that was read last ends. */
  #last = 0;
  #anchors = new Map<string, { node: YamlNode | null; size: number }>();
  #aliasedNodes = 0;
  #nodes = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  documents(): YamlNode[] {
    const roots: YamlNode[] = [];
    while (this.#at < this.#events.length) {
      this.#at++;
      this.#anchors.clear();
      if (this.#events[this.#at]?.type !== EVENT_ID.POP) {
        const root = this.#node(0);
        if (root.kind !== 'scalar' || root.value !== null) roots.push(root);
      }
      this.#at++;
    }
    return roots;
  }

  #node(depth: number): YamlNode {
    const event = this.#events[this.#at++];
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#anchored(event, () => this.#scalar(event));
      case EVENT_ID.SEQUENCE:
        return this.#anchored(event, () => this.#sequence(event.start, event.style === 2, depth));
      case EVENT_ID.MAPPING:
        return this.#anchored(event, () => this.#mapping(event.start, event.style === 2, depth));
      case EVENT_ID.ALIAS:
        return this.#alias(event.anchorStart, event.anchorEnd);
      default:
        throw new YAMLException('could not read the document');
    }
  }

  #anchored(event: { anchorStart: number; anchorEnd: number }, read: () => YamlNode): YamlNode {
    if (event.anchorStart < 0) return read();
    const name = this.#text.slice(event.anchorStart, event.anchorEnd);
    const before = this.#nodes + this.#aliasedNodes;
    this.#anchors.set(name, { node: null, size: 0 });
    const node = read();
    this.#anchors.set(name, { node, size: this.#nodes + this.#aliasedNodes - before });
    return node;
  }

  #alias(anchorStart: number, anchorEnd: number): YamlNode {
    const name = this.#text.slice(anchorStart, anchorEnd);
    const target = this.#anchors.get(name);
    const place = { start: anchorStart - 1, end: anchorEnd };
    this.#last = anchorEnd;
    if (!target?.node) {
      const reason = target ? `anchor '${name}' value contains itself` : `unknown anchor '${name}' referenced`;
      this.mistakes.push({ ...place, reason, fatal: false });
      return { kind: 'scalar', value: null, text: '', ...place };
    }
    this.#aliasedNodes += target.size;
    if (this.#aliasedNodes > MAX_ALIASED_NODES) YAMLException.throwAt(this.#text, place.start, 'document contains excessive aliasing');
    return { ...target.node, ...place };
  }

  #scalar(event: ScalarEvent): YamlScalar {
    this.#nodes++;
    const text = getScalarValue(this.#text, event);
    const quote = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    const absent = event.valueStart < 0;
    const start = absent ? this.#last : event.valueStart - quote;
    const end = absent ? this.#last : this.#withoutTrailingBreak(event.valueEnd + quote, start);
    if (!absent) this.#last = end;
    return { kind: 'scalar', value: this.#scalarValue(event, text, { start, end }), text, start, end };
  }

  #scalarValue(event: ScalarEvent, text: string, place: Place): YamlScalar['value'] {
    if (event.tagStart >= 0) {
      const tag = this.#text.slice(event.tagStart, event.tagEnd);
      const tagged = resolveTagged(tag, text);
      if (tagged) return tagged.value;
      this.mistakes.push({ ...place, reason: `cannot decode !!str \`${text}\` as a ${tag}`, fatal: false });
      return null;
    }
    return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
  }

  #sequence(start: number, flow: boolean, depth: number): YamlSequence {
    this.#nodes++;
    const items: YamlNode[] = [];
    this.#last = start;
    while (this.#events[this.#at]?.type !== EVENT_ID.POP) {
      // A block entry without a value stands at its dash, not at the end of the entry before it.
      const dash = flow ? -1 : this.#text.indexOf('-', this.#last);
      if (dash >= 0) this.#last = dash + 1;
      items.push(this.#node(depth + 1));
    }
    return { kind: 'sequence', items, start, end: this.#close(flow, ']') };
  }

  #mapping(start: number, flow: boolean, depth: number): YamlMapping {
    this.#nodes++;
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    this.#last = start;
    while (this.#events[this.#at]?.type !== EVENT_ID.POP) {
      const keyEvent = this.#events[this.#at];
      const keyNode = this.#node(depth + 1);
      const key = keyNode.kind === 'scalar' ? keyText(keyNode) : '';
      if (keyNode.kind !== 'scalar')
        this.mistakes.push({ start: keyNode.start, end: keyNode.end, reason: 'invalid map key', fatal: false });
      const colon = this.#text.indexOf(':', this.#last);
      if (colon >= 0) this.#last = colon + 1;
      const value = this.#node(depth + 1);
      const isMerge = key === '<<' && keyEvent?.type === EVENT_ID.SCALAR && keyEvent.style === SCALAR_STYLE.PLAIN;
      const entry = { key, keyPlace: { start: keyNode.start, end: keyNode.end }, value };
      if (isMerge) merged.push(value);
      else if (entries.has(key)) this.#duplicate(entry, depth);
      else entries.set(key, entry);
    }
    for (const source of merged) this.#merge(entries, source);
    return { kind: 'mapping', entries, start, end: this.#close(flow, '}') };
  }

  #duplicate(entry: YamlEntry, depth: number): void {
    const { key, keyPlace } = entry;
    this.mistakes.push({ ...keyPlace, reason: `key "${key}" already set in map`, duplicate: { key, depth }, fatal: false });
  }

  /** `<<`: the keys of the merged mappings count where the mapping itself has none; earlier sources win. */
  #merge(entries: Map<string, YamlEntry>, source: YamlNode): void {
    if (source.kind === 'mapping') {
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    } else if (source.kind === 'sequence') {
      for (const item of source.items) this.#merge(entries, item);
    } else {
      this.mistakes.push({
        start: source.start,
        end: source.end,
        reason: 'map merge requires map or sequence of maps as the value',
        fatal: false,
      });
    }
  }

  #close(flow: boolean, bracket: string): number {
    this.#at++;
    if (flow) this.#last = this.#text.indexOf(bracket, this.#last) + 1;
    return this.#last;
  }

  #withoutTrailingBreak(end: number, start: number): number {
    let last = end;
    while (last > start && /[\r\n]/.test(this.#text.charAt(last - 1))) last--;
    return last;
  }
}

/** Keys are strings in JSON: a number or boolean key becomes its text. */
function keyText(node: YamlScalar): string {
  return node.value === null ? 'null' : String(node.value);
}

function fatalMistake(text: string, error: unknown): YamlMistake {
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const position = error instanceof YAMLException ? (error.mark?.position ?? 0) : 0;
  const at = Math.min(Math.max(0, position), Math.max(0, text.length - 1));
  return { start: at, end: at, reason: goReason(reason, text, at), fatal: true };
}

/** What Kubernetes' YAML library says where js-yaml says something else. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/tab characters must not be used/, 'found character that cannot start any token'],
  [/bad indentation of a sequence entry/, "did not find expected '-' indicator"],
  [/(double|single) quoted scalar/, 'found unexpected end of stream'],
  [/within a flow collection|missed comma|expected the node content/, "did not find expected ',' or '}'"],
  [/implicit key|expected ':'|a whitespace character is expected/, "could not find expected ':'"],
  [/unknown escape|hexadecimal/, 'found unknown escape character'],
  [/non-printable|null byte/, 'control characters are not allowed'],
  [/document separator is expected/, 'did not find expected <document start>'],
  [/directives end mark/, 'did not find expected <document start>'],
  [/deficient indentation/, 'did not find expected key'],
];

function goReason(reason: string, text: string, at: number): string {
  if (/nesting exceeded/.test(reason)) return `exceeded max depth of ${MAX_DEPTH}`;
  if (/bad indentation of a mapping entry/.test(reason)) {
    const next = text.slice(at).trimStart().charAt(0);
    const lineStart = text.lastIndexOf('\n', at) + 1;
    if (/[@`%]/.test(next)) return 'found character that cannot start any token';
    const line = text.slice(lineStart, text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at));
    return /:(\s|$)/.test(line) ? 'mapping values are not allowed in this context' : 'did not find expected key';
  }
  return REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}
