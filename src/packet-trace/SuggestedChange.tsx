// A small edit for a request that failed, as a diff. It is tried first, in a run that is thrown away: what the same request
// comes to is said before anybody applies it.

import { useEffect, useState } from 'react';
import type { Outcome, TextEdit } from '../protocol/messages.ts';
import { usePage, useRun, useSimulation } from '../state/page.ts';
import { applyTextEdit } from '../state/text-edit.ts';
import { Button } from '../ui/Button.tsx';
import { VerdictGlyph } from '../ui/glyphs/VerdictGlyph.tsx';
import { editDiff } from './change-diff.ts';
import { Section } from './Section.tsx';
import { outcomeVerdict } from './verdict.ts';

export function SuggestedChange({ edit, walk }: { edit: TextEdit; walk: number }) {
  const page = usePage();
  const text = useRun((run) => run.text);
  const isCurrent = useSimulation((mirror) => mirror.usable);
  const outcome = useTrial(edit, walk);
  return (
    <Section title={edit.title}>
      <div className="diff">
        {editDiff(text, edit).map((line) => (
          <div key={`${line.kind}${line.line}`} className={`diff-line diff-${line.kind}`}>
            <span className="diff-number">{line.line}</span>
            <span className="diff-sign">{line.kind === 'removed' ? '-' : '+'}</span>
            <span className="visually-hidden">{line.kind}: </span>
            {line.parts[0]}
            {line.parts[1] && <mark>{line.parts[1]}</mark>}
            {line.parts[2]}
          </div>
        ))}
      </div>
      <p className="diff-trial" role="status">
        {outcome && <VerdictGlyph verdict={outcomeVerdict(outcome.kind)} size={16} />}
        {trialWords(outcome)}
      </p>
      <div className="inspect-buttons">
        <Button
          look="blue"
          disabled={!isCurrent}
          title={isCurrent ? undefined : 'The text has an error first'}
          onClick={() => page.applyAndSendAgain(edit)}
        >
          Apply and send again
        </Button>
        <Button onClick={() => page.reveal(edit.range)}>Show the line</Button>
      </div>
    </Section>
  );
}

function trialWords(outcome: Outcome | null): string {
  if (!outcome) return 'Trying it…';
  return outcome.ok ? `Tried: ${outcome.text}` : `Tried, and not enough: ${outcome.text}`;
}

/** What the walk comes to in a run of its own with the edit made; null until that is known. */
function useTrial(edit: TextEdit, walk: number): Outcome | null {
  const { run } = usePage();
  const { text, seed, actions } = useRun((state) => state);
  const [found, setFound] = useState<{ readonly edit: TextEdit; readonly outcome: Outcome | null }>();
  useEffect(() => {
    let isWanted = true;
    const content = { scenario: null, text: applyTextEdit(text, edit), seed, actions };
    void run.peek(content).then((walks) => {
      if (isWanted) setFound({ edit, outcome: walks.find(({ id }) => id === walk)?.outcome ?? null });
    });
    return () => {
      isWanted = false;
    };
  }, [run, edit, walk, text, seed, actions]);
  return found?.edit === edit ? found.outcome : null;
}
