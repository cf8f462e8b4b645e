// Asks the engine what kubectl prints, again after every run.

import { useEffect, useState } from 'react';
import { usePage, useSimulation } from '../state/page.ts';

/** `networkpolicy db -n shop`, as kubectl is told of an object. */
export function placeInKubectl({ kind, name, namespace }: { kind: string; name: string; namespace: string }): string {
  return `${kind.toLowerCase()} ${name}${namespace ? ` -n ${namespace}` : ''}`;
}

/** What a line that only looks prints, again after every run; null before it is there, or where the tool refuses. */
export function useShown(line: string | null): readonly string[] | null {
  const { run } = usePage();
  const answered = useSimulation((mirror) => mirror.answered);
  const [shown, setShown] = useState<{ line: string; output: readonly string[] } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `answered` is not read, but a new run makes the old answer stale
  useEffect(() => {
    let isWanted = true;
    if (line !== null) {
      void run.lookAt('world', line).then((answer) => {
        if (isWanted) setShown(answer?.ok ? { line, output: answer.output } : null);
      });
    }
    return () => {
      isWanted = false;
    };
  }, [run, line, answered]);
  return shown && shown.line === line ? shown.output : null;
}
