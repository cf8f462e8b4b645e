// Narrates each step to a screen reader. While playing it speaks of what changes and how it ends, not of every rule.

import { announce } from '../packet-trace/narrate.ts';
import { useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';

export function LiveRegion() {
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const playing = useUi((ui) => ui.playing);
  const view = lookUp(walks, position);
  const isQuiet = playing && view !== null && view.hop.addr_after === undefined && view.hop.n < view.packet.hops.length;
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-label="Narration">
      {view && !isQuiet && announce(view.packet, view.hop)}
    </div>
  );
}
