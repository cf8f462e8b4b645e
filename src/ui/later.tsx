// Parts of the page that its first screen does without: each is a chunk of its own, fetched when it is first shown or,
// by `loadTheRest`, when the page has nothing better to do.

import { type ComponentType, lazy, Suspense, useState } from 'react';
import { whenIdle } from './when-idle.ts';

const loads: (() => Promise<unknown>)[] = [];

export type Later<P extends object> = ComponentType<P> & {
  /** Fetches it ahead: where it is shown next, it is there at once. */
  load(): Promise<ComponentType<P>>;
};

/** `const Present = later(() => import('./Present.tsx').then((module) => module.Present))`. Draws nothing until it is there. */
export function later<P extends object>(fetch: () => Promise<ComponentType<P>>): Later<P> {
  let loaded: ComponentType<P> | null = null;
  const load = async () => {
    loaded = await fetch();
    return loaded;
  };
  loads.push(load);
  const Part = lazy(() => load().then((component) => ({ default: component as ComponentType<object> }))) as ComponentType<object>;
  function Late(props: P) {
    // React holds back for 300 ms what it once had to wait for: what is here need not be waited for.
    const [Here] = useState(() => loaded as ComponentType<object> | null);
    if (Here) return <Here {...props} />;
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  }
  return Object.assign(Late, { load });
}

/** Fetches every part, one after the other, so that showing one later needs no waiting. */
export async function loadTheRest(): Promise<void> {
  for (const load of loads) {
    await whenIdle();
    await load().catch(() => {});
  }
}
