// The Hops tab: the ruler over the table, or an invitation to send.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { Button } from '../ui/Button.tsx';
import { later } from '../ui/later.tsx';
import './trace.css';

const HopRows = later(() => import('./HopRows.tsx').then((module) => module.HopRows));
const StepCards = later(() => import('./StepCards.tsx').then((module) => module.StepCards));

export function HopsView() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const view = lookUp(
    walks,
    useUi((ui) => ui.position),
  );
  const bySteps = useUi((ui) => ui.zoom === 'intent');
  if (view && bySteps) return <StepCards />;
  if (view) return <HopRows view={view} />;
  const last = walks.at(-1);
  return (
    <div className="no-packet">
      <p>{last ? `No packet was sent: ${last.outcome.text}.` : 'No packet yet. Press Send.'}</p>
      {!last && <Button onClick={() => page.send()}>Send</Button>}
    </div>
  );
}
