// Actions as a link writes them: in words in a short link (`send=pod/default/client~http://web`, after `at=250000` where
// it has a time), as lists in a packed one. They come from strangers: whatever is not whole is refused.

import type { Action } from '../protocol/messages.ts';

/** A load of more is no lesson, and would hold the engine for long. */
const MAX_TIMES = 100_000;

/** `[name, value]` pairs of a short link, to be escaped by the caller. */
export function shortPairs(action: Action): [string, string][] {
  const at: [string, string][] = action.atUs === undefined ? [] : [['at', String(action.atUs)]];
  return [...at, shortPair(action)];
}

function shortPair(action: Action): [string, string] {
  switch (action.type) {
    case 'send':
      return ['send', [action.from, action.to, ...loadOf(action)].join('~')];
    case 'deletePod':
      return ['delete', `${action.namespace}/${action.name}`];
    case 'apply':
      return ['apply', action.text];
    case 'command':
      return ['run', action.line];
    default:
      return action satisfies never;
  }
}

/** Collects the actions among the pairs of a short link; throws where one is not whole. */
export class ShortActions {
  readonly actions: Action[] = [];
  #atUs: number | undefined;

  /** False when the pair is no part of an action. */
  take(name: string, value: string): boolean {
    if (name === 'at') {
      this.#atUs = count(value, Number.MAX_SAFE_INTEGER);
      return true;
    }
    const kind = KIND_OF.get(name);
    if (!kind) return false;
    const rest = kind === 's' ? value.split('~') : kind === 'd' ? value.split('/') : [value];
    this.actions.push(unpackAction(this.#atUs === undefined ? [kind, ...rest] : ['t', this.#atUs, kind, ...rest]));
    this.#atUs = undefined;
    return true;
  }
}

const KIND_OF: ReadonlyMap<string, string> = new Map([
  ['send', 's'],
  ['delete', 'd'],
  ['apply', 'a'],
  ['run', 'c'],
]);

export function packAction(action: Action): unknown[] {
  const packed = untimed(action);
  return action.atUs === undefined ? packed : ['t', action.atUs, ...packed];
}

function untimed(action: Action): unknown[] {
  switch (action.type) {
    case 'send':
      return ['s', action.from, action.to, ...loadOf(action)];
    case 'deletePod':
      return ['d', action.namespace, action.name];
    case 'apply':
      return ['a', action.text];
    case 'command':
      return ['c', action.line];
    default:
      return action satisfies never;
  }
}

/** Throws where it is not whole. */
export function unpackAction(packed: readonly unknown[]): Action {
  if (packed[0] === 't') return { ...unpackAction(packed.slice(2)), atUs: count(packed[1], Number.MAX_SAFE_INTEGER) };
  const [kind, ...rest] = packed;
  switch (kind) {
    case 's':
      return { type: 'send', from: asText(rest[0]), to: asText(rest[1]), ...readLoad(rest.slice(2)) };
    case 'd':
      return { type: 'deletePod', namespace: asText(rest[0]), name: asText(rest[1]) };
    case 'a':
      return { type: 'apply', text: asText(rest[0]) };
    case 'c':
      return { type: 'command', line: asText(rest[0]) };
    default:
      throw new Error('no action that is known');
  }
}

function loadOf({ times, everyUs }: Action & { type: 'send' }): number[] {
  return times === undefined ? [] : [times, everyUs ?? 0];
}

function readLoad([times, everyUs]: readonly unknown[]): { times?: number; everyUs?: number } {
  if (times === undefined) return {};
  return { times: count(times, MAX_TIMES), everyUs: count(everyUs ?? 0, 3_600_000_000) };
}

function asText(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Error('a text is missing');
  return value;
}

function count(value: unknown, max: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > max) throw new Error('a number is wrong');
  return number;
}
