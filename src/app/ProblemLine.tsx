// The line under the editor: the worst problem, where it is, and the way to all of them.

import { useMemo } from 'react';
import { outcomeVerdict } from '../packet-trace/verdict.ts';
import type { Problem } from '../protocol/messages.ts';
import { usePage, useShown, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { VerdictGlyph } from '../ui/glyphs/VerdictGlyph.tsx';
import { later } from '../ui/later.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { ProblemMark } from './ProblemMark.tsx';
import { worstFirst } from './problems.ts';
import { useWhy } from './use-why.ts';

const LineMark = later(() => import('./LineMark.tsx').then((module) => module.LineMark));

export function ProblemLine() {
  const page = usePage();
  const problems = useShown((shown) => shown.problems);
  const sorted = useMemo(() => worstFirst(problems), [problems]);
  const [first] = sorted;
  return (
    <div className="problem-line" role="status">
      {first ? (
        <>
          <button
            type="button"
            className="problem-first"
            title={`${first.message}${first.hint ? ` ${first.hint}` : ''}`}
            onClick={() => page.reveal(first.range)}
          >
            <ProblemMark severity={first.severity} />
            <span className="problem-number">{first.range.startLine}</span>
            <span className="problem-text">{textOf(first)}</span>
          </button>
          {sorted.length > 1 && (
            <Menu
              align="end"
              trigger={
                <button type="button" className="problem-all">
                  all {sorted.length}
                </button>
              }
            >
              {sorted.map((problem) => (
                <MenuItem key={`${problem.path}${problem.range.startLine}${problem.message}`} onSelect={() => page.reveal(problem.range)}>
                  <span className="problem-item">
                    <ProblemMark severity={problem.severity} />
                    <span className="problem-number">{problem.range.startLine}</span>
                    <span>{textOf(problem)}</span>
                  </span>
                </MenuItem>
              ))}
            </Menu>
          )}
        </>
      ) : (
        <FailureInView />
      )}
      <LineMark />
    </div>
  );
}

/** A text without problems may still make a request fail: the line behind the failure in view. */
function FailureInView() {
  const page = usePage();
  const { steps, isBad } = useWhy();
  const walks = useSimulation((mirror) => mirror.walks);
  const walk = lookUp(
    walks,
    useUi((ui) => ui.position),
  )?.walk;
  const range = steps.findLast((step) => step.role === 'cause' && step.range)?.range;
  if (!isBad || !range || !walk) return <span className="problem-none">No problems</span>;
  return (
    <button type="button" className="problem-first" onClick={() => page.reveal(range)}>
      <VerdictGlyph verdict={outcomeVerdict(walk.outcome.kind)} size={15} />
      <span className="problem-number">{range.startLine}</span>
      <span className="problem-text">{walk.reason.title}</span>
    </button>
  );
}

function textOf(problem: Problem): string {
  return problem.hint && problem.severity === 'error' ? `${problem.message} ${problem.hint}` : problem.message;
}
