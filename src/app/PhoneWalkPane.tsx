// The Walk tab of the phone: the walk as one line, or how to begin.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { PhoneWalk } from '../topology/PhoneWalk.tsx';

export function PhoneWalkPane() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const objects = useSimulation((mirror) => mirror.objects);
  const summary = useSimulation((mirror) => mirror.scenario.summary);
  const position = useUi((ui) => ui.position);
  const isBetween = useUi((ui) => ui.moment !== null);
  const walk = lookUp(walks, position)?.walk ?? null;
  if (walk) return <PhoneWalk objects={objects} walk={walk} position={position} onMove={page.jumpTo} />;
  const last = walks.at(-1);
  return (
    <div className="phone-empty">
      <p>{summary}</p>
      <p>
        {!last
          ? 'No packet yet. Press Send.'
          : isBetween
            ? 'No packet is under way at this moment.'
            : `No packet was sent: ${last.outcome.text}.`}
      </p>
    </div>
  );
}
