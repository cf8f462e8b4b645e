// Parts of the page that its first screen does without: each is a chunk of its own, fetched when it is first shown or,
// by `loadTheRest`, when the page has nothing better to do.

import { type ComponentType, lazy, Suspense } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/** `const Present = later(() => import('./Present.tsx').then((module) => module.Present))`. Draws nothing until it is there. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  loads.push(load);
  const Part = lazy(() => load().then((component) => ({ default: component as ComponentType<object> }))) as ComponentType<object>;
  return function Later(props: P) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}

/** Fetches every part, one after the other, so that showing one later needs no waiting. */
export async function loadTheRest(): Promise<void> {
  for (const load of loads) await load().catch(() => {});
}
