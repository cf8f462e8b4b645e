// The reader's own work, kept in this browser: one draft per scenario, and which one was touched last. A link never
// overwrites a draft by itself; `Drafts` only stores what it is told to.

import type { RunContent } from './run.ts';

export interface Drafts {
  /** The draft that was edited last, if any. */
  last(): RunContent | null;
  /** The draft of a scenario (null: of a text that started from none). */
  get(scenario: string | null): RunContent | null;
  save(content: RunContent): void;
  forget(scenario: string | null): void;
}

const key = 'packetwalk.drafts.v1';
const maxDrafts = 30;

/** Drafts in a storage. Without one (private windows may forbid it) nothing is kept and nothing fails. */
export function createDrafts(storage: Storage | null): Drafts {
  const read = (): RunContent[] => {
    try {
      const saved: unknown = JSON.parse(storage?.getItem(key) ?? '[]');
      return Array.isArray(saved) ? saved.filter(isContent) : [];
    } catch {
      return [];
    }
  };
  const write = (drafts: RunContent[]) => {
    try {
      storage?.setItem(key, JSON.stringify(drafts.slice(0, maxDrafts)));
    } catch {
      // A full storage keeps the drafts it has.
    }
  };
  const others = (scenario: string | null) => read().filter((draft) => draft.scenario !== scenario);
  return {
    last: () => read()[0] ?? null,
    get: (scenario) => read().find((draft) => draft.scenario === scenario) ?? null,
    save: ({ scenario, text, seed, actions }) => write([{ scenario, text, seed, actions }, ...others(scenario)]),
    forget: (scenario) => write(others(scenario)),
  };
}

function isContent(value: unknown): value is RunContent {
  const draft = value as Partial<RunContent> | null;
  return (
    (draft?.scenario === null || typeof draft?.scenario === 'string') &&
    typeof draft.text === 'string' &&
    typeof draft.seed === 'number' &&
    Array.isArray(draft.actions)
  );
}
