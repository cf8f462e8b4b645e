// Asks the engine what a node's or pod's tools print, again after every run.

import { useEffect, useState } from 'react';
import type { NodeInspection, PodInspection } from '../protocol/messages.ts';
import { usePage, useSimulation } from '../state/page.ts';

interface Inspections {
  node: NodeInspection;
  pod: PodInspection;
}

/** Null until the answer is there. A late answer to an older question is dropped. */
export function useInspection<K extends keyof Inspections>(kind: K, key: string): Inspections[K] | null {
  const { run } = usePage();
  const answered = useSimulation((mirror) => mirror.answered);
  const [inspection, setInspection] = useState<{ key: string; value: Inspections[K] | null } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `answered` is not read, but a new run makes the old answer stale
  useEffect(() => {
    let isCurrent = true;
    const question = kind === 'node' ? run.inspectNode(key) : run.inspectPod(key);
    question.then((value) => {
      if (isCurrent) setInspection({ key, value: value as Inspections[K] | null });
    });
    return () => {
      isCurrent = false;
    };
  }, [run, kind, key, answered]);
  return inspection?.key === key ? inspection.value : null;
}
