// Saves the reader's edits as drafts. After a link was opened over an existing draft of the same scenario, saving waits
// until the reader has said which of the two to keep.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Drafts } from '../state/draft.ts';
import type { Page } from '../state/page.ts';
import type { RunContent } from '../state/run.ts';
import { type BuiltIn, isUnchanged, type Opening } from './opening.ts';

export interface AutosaveState {
  /** The draft that a link's run would overwrite. */
  readonly held: RunContent | null;
  /** The reader has edited the link's run, so there is something that is not saved. */
  readonly unsaved: boolean;
}

export interface Autosave {
  readonly store: StoreApi<AutosaveState>;
  /** Tells what was opened; edits from here on are the reader's own. */
  opened(opening: Pick<Opening, 'content' | 'from'>): void;
  /** Keeps the link's run as the draft from now on. */
  replaceDraft(): void;
  stop(): void;
}

export const saveAfterMs = 400;

export function createAutosave(page: Page, drafts: Drafts, catalogue: readonly BuiltIn[]): Autosave {
  const store = createStore<AutosaveState>(() => ({ held: null, unsaved: false }));
  let openedText = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const content = page.run.store.getState();
    if (isUnchanged(content, catalogue)) drafts.forget(content.scenario);
    else drafts.save(content);
  };
  const unsubscribe = page.run.store.subscribe((run, before) => {
    const isEdited = run.text !== openedText || timer !== undefined;
    if (!isEdited || (run.text === before.text && run.actions === before.actions)) return;
    if (store.getState().held) {
      store.setState({ unsaved: true });
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(save, saveAfterMs);
  });

  return {
    store,
    opened({ content, from }) {
      if (timer !== undefined) clearTimeout(timer);
      timer = undefined;
      openedText = content.text;
      const draft = drafts.get(content.scenario);
      store.setState({ held: from === 'link' && draft && draft.text !== content.text ? draft : null, unsaved: false });
    },
    replaceDraft() {
      store.setState({ held: null, unsaved: false });
      save();
    },
    stop() {
      if (timer !== undefined) save();
      unsubscribe();
    },
  };
}
