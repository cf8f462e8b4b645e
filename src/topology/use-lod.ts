// The level of detail of a view, for React: it changes only when the level does.

import { useMemo, useSyncExternalStore } from 'react';
import { type Lod, lodAt } from './lod.ts';
import type { DrawingView } from './view.ts';

export function useLod(view: DrawingView): Lod {
  const key = useSyncExternalStore(view.subscribe, () => JSON.stringify(lodAt(view.transform()[2])));
  return useMemo(() => JSON.parse(key) as Lod, [key]);
}
