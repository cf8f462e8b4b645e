// The Walk tab of the phone: the walk as one line, or how to begin.

import { useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import type { Theme } from '../state/ui-store.ts';

export function PhoneWalkPane(_props: { theme: Theme }) {
  const view = lookUp(
    useSimulation((mirror) => mirror.walks),
    useUi((ui) => ui.position),
  );
  const summary = useSimulation((mirror) => mirror.scenario.summary);
  return <div className="phone-empty">{view ? '' : <p>{summary || 'No packet yet. Press Send.'}</p>}</div>;
}
