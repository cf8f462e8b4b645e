// Present mode: the drawing, one sentence, and the question of the next step. No chrome; one key a hop.

import { narrate } from '../packet-trace/narrate.ts';
import { nextQuestion } from '../packet-trace/next-question.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import type { Theme } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { CodeText } from '../ui/CodeText.tsx';
import { ControlIcon } from '../ui/ControlIcon.tsx';
import { DrawingPane } from './DrawingPane.tsx';
import { TinyRuler } from './TinyRuler.tsx';
import { useScenarioTitle } from './TopBar.tsx';

export function Present({ theme }: { theme: Theme }) {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const view = lookUp(
    walks,
    useUi((ui) => ui.position),
  );
  const title = useScenarioTitle();
  return (
    <main className="present">
      <header className="present-head">
        <h1>{title}</h1>
        <span>
          {view && `Hop ${view.hop.n} of ${view.packet.hops.length}`}
          <Button
            look="ghost"
            icon="close"
            aria-label="Leave present mode"
            title="Leave (Esc)"
            onClick={() => page.ui.setState({ present: false })}
          />
        </span>
      </header>
      <DrawingPane theme={theme} isPresenting />
      <footer className="present-band">
        {view ? (
          <>
            <p className="present-sentence">
              <CodeText text={narrate(view.packet, view.hop)} />
            </p>
            <div className="present-next">
              <button type="button" className="present-key" aria-label="Next hop" onClick={() => page.move('next')}>
                <ControlIcon name="arrow-right" size={26} />
              </button>
              <span>{nextQuestion(view)}</span>
              <TinyRuler view={view} />
            </div>
          </>
        ) : (
          <>
            <p className="present-sentence">No packet yet.</p>
            <div className="present-next">
              <button type="button" className="present-key" onClick={() => page.send()}>
                S
              </button>
              <span>Send it.</span>
            </div>
          </>
        )}
      </footer>
    </main>
  );
}
