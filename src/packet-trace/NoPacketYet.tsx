// The inspector before anything was sent: how to begin.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';

export function NoPacketYet() {
  const page = usePage();
  const line = useUi((ui) => ui.line);
  const hasLesson = useSimulation((mirror) => mirror.scenario.timeline.length > 0);
  return (
    <>
      <header className="inspect-head">
        <strong>No packet yet</strong>
      </header>
      <div className="inspect-body">
        <p className="inspect-title">Send one and follow it.</p>
        <p className="inspect-detail">
          {line ? (
            <>
              <code>{line}</code> is ready. Every hop will say here which rule decided, what changed, and why.
            </>
          ) : (
            'Choose who sends and what, in the bar above.'
          )}
        </p>
        {line && (
          <div className="inspect-buttons">
            <Button look="blue" onClick={() => page.send()}>
              Send
            </Button>
            {hasLesson && <Button onClick={() => page.playLesson()}>Play the lesson</Button>}
          </div>
        )}
        <p className="inspect-detail">Or select a pod, a Service or a node in the drawing to see inside it.</p>
        <p className="inspect-detail">
          New here?{' '}
          <button type="button" className="link" onClick={() => page.ui.setState({ dialog: 'tour' })}>
            Take the tour
          </button>
          , a minute long.
        </p>
      </div>
    </>
  );
}
