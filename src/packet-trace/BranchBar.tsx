// Above the timeline: where time stands, what can be done about it, and the branches of the run.

import type { ReactNode } from 'react';
import { momentOf } from '../state/moment.ts';
import { useBranches, usePage, useSimulation, useUi } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';

export function BranchBar({ children }: { children: ReactNode }) {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const nowUs = useSimulation((mirror) => mirror.nowUs);
  const hasEvents = useSimulation((mirror) => mirror.timeline.length > 0);
  const position = useUi((ui) => ui.position);
  const moment = useUi((ui) => ui.moment);
  const branchAtUs = useUi((ui) => ui.branchAtUs);
  const atUs = momentOf(walks, { position, moment });
  const isPast = atUs !== null && atUs < nowUs;
  return (
    <div className="branch-bar">
      <Button icon="step-back" aria-label="Previous event" disabled={!hasEvents} onClick={() => page.move('previous-event')} />
      <Button icon="step-forward" aria-label="Next event" disabled={!hasEvents} onClick={() => page.move('next-event')} />
      {walks.some(({ outcome }) => !outcome.ok) && <Button onClick={() => page.goWrong()}>Where it went wrong</Button>}
      <Button
        aria-pressed={branchAtUs !== null}
        disabled={!isPast && branchAtUs === null}
        onClick={() => page.branchAt(branchAtUs === null ? atUs : null)}
      >
        Branch from here
      </Button>
      <BranchList />
      <span className="branch-end">{children}</span>
    </div>
  );
}

function BranchList() {
  const page = usePage();
  const list = useBranches((branches) => branches.list);
  const current = useBranches((branches) => branches.current);
  if (list.length < 2) return null;
  return (
    <>
      <fieldset className="branches">
        <legend className="visually-hidden">Branches</legend>
        {list.map((branch) => (
          <span key={branch.id} className="branch" data-current={branch.id === current}>
            <button type="button" className="branch-name" aria-pressed={branch.id === current} onClick={() => page.showBranch(branch.id)}>
              {branch.name}
            </button>
            {branch.fork && (
              <Button look="ghost" icon="close" aria-label={`Delete ${branch.name}`} onClick={() => page.dropBranch(branch.id)} />
            )}
          </span>
        ))}
      </fieldset>
      <Button onClick={() => page.ui.setState({ dialog: 'compare' })}>Compare</Button>
    </>
  );
}
