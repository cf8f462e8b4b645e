// What would mend a request that failed, as a diff: a small edit of the text, or the request that was probably meant. It
// is tried first, in a run that is thrown away: what comes of it is said before anybody takes it.

import { useEffect, useMemo, useState } from 'react';
import type { Outcome, TextEdit, Walk } from '../protocol/messages.ts';
import { formatCommand } from '../state/command-line.ts';
import { usePage, useRun, useSimulation } from '../state/page.ts';
import type { RunContent } from '../state/run.ts';
import { applyTextEdit } from '../state/text-edit.ts';
import { Button } from '../ui/Button.tsx';
import { VerdictGlyph } from '../ui/glyphs/VerdictGlyph.tsx';
import { type DiffLine, editDiff, lineDiff } from './change-diff.ts';
import { Section } from './Section.tsx';
import { outcomeVerdict } from './verdict.ts';

export function SuggestedChange({ edit, walk }: { edit: TextEdit; walk: Walk }) {
  const page = usePage();
  const { text, seed, actions } = useRun((run) => run);
  const isCurrent = useSimulation((mirror) => mirror.usable);
  const content = useMemo(() => ({ scenario: null, text: applyTextEdit(text, edit), seed, actions }), [text, edit, seed, actions]);
  return (
    <Section title={edit.title}>
      <Diff lines={editDiff(text, edit)} />
      <Trial content={content} pick={(walks) => walks.find(({ id }) => id === walk.id)} />
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

/** Where the cluster is right and the request is not: another line to send. */
export function SuggestedRequest({ to, walk }: { to: string; walk: Walk }) {
  const page = usePage();
  const { text, seed, actions } = useRun((run) => run);
  const content = useMemo(
    () => ({ scenario: null, text, seed, actions: [...actions, { type: 'send' as const, from: walk.from, to }] }),
    [text, seed, actions, walk.from, to],
  );
  const line = formatCommand(to);
  return (
    <Section title="Perhaps meant">
      <Diff lines={lineDiff(formatCommand(walk.to), line)} />
      <Trial content={content} pick={(walks) => walks.at(-1)} />
      <div className="inspect-buttons">
        <Button look="blue" onClick={() => page.sendLine(walk.from, line)}>
          Send this instead
        </Button>
      </div>
    </Section>
  );
}

function Diff({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <div className="diff">
      {lines.map((line) => (
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
  );
}

function Trial({ content, pick }: { content: RunContent; pick: (walks: readonly Walk[]) => Walk | undefined }) {
  const walks = usePeek(content);
  const outcome = walks && pick(walks)?.outcome;
  return (
    <p className="diff-trial" role="status">
      {outcome && <VerdictGlyph verdict={outcomeVerdict(outcome.kind)} size={16} />}
      {trialWords(outcome)}
    </p>
  );
}

function trialWords(outcome: Outcome | null | undefined): string {
  if (!outcome) return 'Trying it…';
  return outcome.ok ? `Tried: ${outcome.text}` : `Tried, and not enough: ${outcome.text}`;
}

/** The walks of another run, which changes nothing here; null until they have come. */
function usePeek(content: RunContent): readonly Walk[] | null {
  const { run } = usePage();
  const [found, setFound] = useState<{ readonly content: RunContent; readonly walks: readonly Walk[] }>();
  useEffect(() => {
    let isWanted = true;
    void run.peek(content).then((walks) => isWanted && setFound({ content, walks }));
    return () => {
      isWanted = false;
    };
  }, [run, content]);
  return found?.content === content ? found.walks : null;
}
