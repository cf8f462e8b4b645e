// One cell in words: the verdict, what has to be known beside the policies, and the way out and the way in apart, each
// with the policies that select its pod and the rule that admits or that none does. Steps lead to their lines.

import { useEffect, useState } from 'react';
import type { MatrixExplanation, MatrixSide, MatrixWay, WhyStep } from '../protocol/messages.ts';
import { usePage, useSimulation } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { CodeText } from '../ui/CodeText.tsx';
import { CellGlyph } from './CellGlyph.tsx';

export function CellExplanation({ row, column, onSend }: { row: string; column: string; onSend: () => void }) {
  const said = useExplanation(row, column);
  if (!said) return null;
  return (
    <div className="cell-said" aria-live="polite">
      <h2>
        <CellGlyph state={said.state} />
        <span>{said.title}</span>
      </h2>
      <Button onClick={onSend}>Send this packet</Button>
      {said.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {said.ways.map((way) => (
        <WayWords key={way.endpoint} way={way} isAlone={said.ways.length === 1} />
      ))}
    </div>
  );
}

/** Asked again for every run; what is known of the cell before stays until then. */
function useExplanation(row: string, column: string): MatrixExplanation | null {
  const { run } = usePage();
  const answered = useSimulation((mirror) => mirror.answered);
  const [said, setSaid] = useState<MatrixExplanation | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answered run may say something else of the cell
  useEffect(() => {
    let isCurrent = true;
    run.matrixCell(row, column).then((explanation) => isCurrent && setSaid(explanation));
    return () => {
      isCurrent = false;
    };
  }, [run, row, column, answered]);
  return said?.row === row && said.column === column ? said : null;
}

function WayWords({ way, isAlone }: { way: MatrixWay; isAlone: boolean }) {
  return (
    <>
      {!isAlone && <h3 className="cell-way">To {way.endpoint}</h3>}
      <SideWords heading="Way out (egress)" side={way.egress} />
      <SideWords heading="Way in (ingress)" side={way.ingress} />
    </>
  );
}

function SideWords({ heading, side }: { heading: string; side: MatrixSide }) {
  return (
    <section className={`cell-side ${side.open ? '' : 'cell-side-shut'}`}>
      <h3>
        <CellGlyph state={side.open ? 'o' : heading.startsWith('Way out') ? 'e' : 'i'} />
        {heading}: {side.open ? 'open' : 'shut'}
      </h3>
      <p>{side.title}</p>
      {side.steps.length > 0 && (
        <ul>
          {side.steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
            <li key={index}>
              <StepWords step={step} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function StepWords({ step: { text, object, range } }: { step: WhyStep }) {
  const page = usePage();
  const link = object === undefined ? undefined : { name: object.slice(object.lastIndexOf('/') + 1), onOpen: () => page.select(object) };
  return (
    <>
      <CodeText text={text} link={link} />{' '}
      {range && (
        <button type="button" className="link mono" onClick={() => page.reveal(range)}>
          line {range.startLine}
        </button>
      )}
    </>
  );
}
