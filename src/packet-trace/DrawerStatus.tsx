// Where the reader stands, in words, at the right end of the drawer's tabs.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp, stepAt, stepsOf } from '../state/stepping.ts';
import { ControlIcon } from '../ui/ControlIcon.tsx';
import { formatMs } from './place.ts';
import { packetVerdict } from './verdict.ts';

export function DrawerStatus() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const bySteps = useUi((ui) => ui.zoom === 'intent');
  const view = lookUp(walks, position);
  if (!view) return null;
  const { walk, packet, hop } = view;
  const verdict = hop.n === packet.hops.length ? packetVerdict(packet) : null;
  const steps = bySteps ? stepsOf(walk) : [];
  const place = bySteps ? `step ${stepAt(steps, position) + 1} of ${steps.length}` : `hop ${hop.n} of ${packet.hops.length}`;
  return (
    <div className="status">
      <span className="status-place">
        {packet.direction} · {place}
        {verdict && verdict !== 'delivered' ? ` · ${verdict}` : ''}
      </span>
      <span className="mono status-time">t = {formatMs(hop.timeUs - walk.startUs)}</span>
      <span className="status-keys">
        <button type="button" className="key-button" aria-label="Step back" onClick={() => page.move('previous')}>
          <kbd>
            <ControlIcon name="arrow-left" size={12} />
          </kbd>
        </button>
        <button type="button" className="key-button" aria-label="Step forward" onClick={() => page.move('next')}>
          <kbd>
            <ControlIcon name="arrow-right" size={12} />
          </kbd>
        </button>{' '}
        step
      </span>
    </div>
  );
}
