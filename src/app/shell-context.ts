// What the shell's parts share beside the page's state: the scenario catalogue, drafts, and what was opened.

import { createContext, useContext } from 'react';
import type { Drafts } from '../state/draft.ts';
import type { Autosave } from './autosave.ts';
import type { Opening } from './opening.ts';

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly group: string;
  readonly text: string;
}

export interface Shell {
  readonly catalogue: readonly CatalogueEntry[];
  readonly drafts: Drafts;
  readonly autosave: Autosave;
  /** Null where the browser forbids it. */
  readonly storage: Storage | null;
  /** Opens a built-in scenario, in the reader's own version if there is one and `fresh` is not set. */
  openScenario(id: string, options?: { fresh?: boolean }): void;
  openContent(opening: Pick<Opening, 'content' | 'view' | 'from'>): void;
  /** Puts this moment into the address and onto the clipboard. */
  share(): Promise<void>;
}

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('useShell must be used inside a ShellContext');
  return shell;
}
