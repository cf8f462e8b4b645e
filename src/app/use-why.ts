// The why-chain of the hop in view.

import { useMemo } from 'react';
import { inspectHop, inspectOutcome } from '../packet-trace/inspect-hop.ts';
import { useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import type { WhyInView } from './highlights.ts';

export function useWhy(): WhyInView {
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const isBetween = useUi((ui) => ui.position === null && ui.moment !== null);
  return useMemo(() => {
    const view = lookUp(walks, position);
    const last = isBetween ? undefined : walks.at(-1);
    const inspection = view ? inspectHop(view) : last ? inspectOutcome(last) : null;
    return { steps: inspection?.why?.steps ?? [], isBad: inspection?.tone === 'bad' };
  }, [walks, position, isBetween]);
}
