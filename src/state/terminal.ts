// What is typed into the terminal: which lines send, which change something, which only look, and what they print. The
// screen is made of the run's actions and of the lines that only looked, in the order in which they were typed.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Action, ActionView, Walk } from '../protocol/messages.ts';
import { formatCommand, parseCommand } from './command-line.ts';

/** A line that left no action behind: one that looked, or one that could not be read. */
export interface LookedLine {
  /** How many actions there were when it was typed. */
  readonly after: number;
  readonly from: string;
  readonly line: string;
  readonly output: readonly string[];
  readonly ok: boolean;
}

export interface TerminalState {
  readonly looked: readonly LookedLine[];
  /** All lines that were typed, for the arrow keys. */
  readonly history: readonly string[];
}

export type TerminalStore = StoreApi<TerminalState>;

export function createTerminalStore(): TerminalStore {
  return createStore<TerminalState>(() => ({ looked: [], history: [] }));
}

/** What a line is, as far as the page can tell: a request, a command for the cluster, or something to look at. */
export type Typed =
  | { readonly kind: 'send'; readonly target: string }
  | { readonly kind: 'command' }
  | { readonly kind: 'unreadable'; readonly message: string };

const SENDERS = new Set(['curl', 'wget', 'ping', 'nc', 'ncat', 'telnet']);

export function readTyped(line: string): Typed {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  if (first === 'nslookup' || first === 'dig' || first === 'host') {
    const name = rest.find((word) => !word.startsWith('-') && !word.startsWith('+') && !/^(A|AAAA|SRV)$/i.test(word));
    return name ? { kind: 'send', target: `dns://${name}` } : { kind: 'unreadable', message: `${first} needs a name: ${first} web` };
  }
  if (!SENDERS.has(first) && !/^[a-z]+:\/\//.test(first)) return { kind: 'command' };
  const parsed = parseCommand(line);
  return 'problem' in parsed ? { kind: 'unreadable', message: parsed.problem } : { kind: 'send', target: parsed.target };
}

/** One line on the screen, with what it printed. */
export interface TerminalLine {
  readonly from: string;
  readonly line: string;
  readonly output: readonly string[];
  readonly ok: boolean;
  /** The walk that it made, for the way there. */
  readonly walk: number | null;
}

export interface Transcript {
  readonly actions: readonly Action[];
  readonly views: readonly ActionView[];
  readonly walks: readonly Walk[];
  readonly looked: readonly LookedLine[];
}

/** The whole screen, in the order in which lines were typed. */
export function transcript({ actions, views, walks, looked }: Transcript): readonly TerminalLine[] {
  const lines: TerminalLine[] = [];
  for (let after = 0; after <= actions.length; after++) {
    lines.push(...looked.filter((one) => Math.min(one.after, actions.length) === after).map((one) => ({ ...one, walk: null })));
    const action = actions[after];
    if (action)
      lines.push(
        actionLine(
          action,
          views.find(({ index }) => index === after),
          walks,
        ),
      );
  }
  return lines;
}

function actionLine(action: Action, view: ActionView | undefined, walks: readonly Walk[]): TerminalLine {
  const made = walks.filter(({ id }) => view?.walks.includes(id));
  const [first] = made;
  const isLoad = action.type === 'send' && (action.times ?? 1) > 1;
  const output = first && !isLoad ? first.outcome.terminal : (view?.output ?? []);
  return {
    from: action.type === 'send' ? action.from : 'world',
    line: wordsOf(action),
    output: isLoad ? [`${action.times} requests: see the Traffic tab`] : output,
    ok: (view?.ok ?? true) && (first?.outcome.ok ?? true),
    walk: first?.id ?? null,
  };
}

function wordsOf(action: Action): string {
  switch (action.type) {
    case 'send':
      return action.to.startsWith('dns://') ? `nslookup ${action.to.slice('dns://'.length)}` : formatCommand(action.to);
    case 'deletePod':
      return `kubectl delete pod ${action.name}${action.namespace === 'default' ? '' : ` -n ${action.namespace}`}`;
    case 'apply':
      return 'kubectl apply -f -';
    case 'command':
      return action.line;
    default:
      return action satisfies never;
  }
}
