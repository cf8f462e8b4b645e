// The open half of a menu comes after the first screen: when the page is idle, or when somebody asks for it.

import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';

export type DropdownParts = typeof import('./dropdown-parts.ts');

let parts: DropdownParts | null = null;
const waiting = new Set<() => void>();

/** Starts loading. Safe to call again; a load that failed is tried anew. */
export function loadDropdown(): void {
  if (parts) return;
  import('./dropdown-parts.ts').then(
    (loaded) => {
      parts = loaded;
      for (const tell of waiting) tell();
    },
    () => {},
  );
}

/** The parts of a menu, or null while they are on their way. */
export function useLoadedDropdown(): DropdownParts | null {
  useEffect(() => {
    const timer = setTimeout(loadDropdown, 500);
    return () => clearTimeout(timer);
  }, []);
  return useSyncExternalStore(subscribe, () => parts);
}

/** Given to what stands in an open menu. */
export const DropdownContext = createContext<DropdownParts | null>(null);

export function useDropdown(): DropdownParts {
  const dropdown = useContext(DropdownContext);
  if (!dropdown) throw new Error('this stands in a Menu only');
  return dropdown;
}

function subscribe(tell: () => void): () => void {
  waiting.add(tell);
  return () => waiting.delete(tell);
}
