// All scenarios, by group, each with what it teaches.

import { usePage, useRun, useUi } from '../state/page.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { type CatalogueEntry, useShell } from './shell-context.ts';

export function ScenarioPicker() {
  const { ui } = usePage();
  const { catalogue } = useShell();
  const isOpen = useUi((state) => state.dialog === 'scenarios');
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  return (
    <Dialog title="Scenarios" shape="wide" open={isOpen} onClose={() => ui.setState({ dialog: null })}>
      {groups.map((group) => (
        <section key={group} className="scenario-group">
          <h3>{group}</h3>
          <ul>
            {catalogue
              .filter((scenario) => scenario.group === group)
              .map((scenario) => (
                <ScenarioCard key={scenario.id} scenario={scenario} />
              ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

function ScenarioCard({ scenario }: { scenario: CatalogueEntry }) {
  const { ui } = usePage();
  const { openScenario, drafts } = useShell();
  const isCurrent = useRun((run) => run.scenario === scenario.id);
  const hasDraft = drafts.get(scenario.id) !== null;
  return (
    <li>
      <button
        type="button"
        className="scenario-card"
        aria-current={isCurrent}
        onClick={() => {
          openScenario(scenario.id);
          ui.setState({ dialog: null });
        }}
      >
        <strong>{scenario.title}</strong>
        {hasDraft && <span className="edited">edited</span>}
        <span>{scenario.summary}</span>
      </button>
    </li>
  );
}
