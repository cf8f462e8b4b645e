// The bar: brand and scenario, what is sent and how time runs, share, present, theme.

import { usePage, useRun, useSimulation, useUi } from '../state/page.ts';
import type { Theme } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { Brand } from './Brand.tsx';
import { CommandBox } from './CommandBox.tsx';
import { PlayControls } from './PlayControls.tsx';
import { ShareButton } from './ShareButton.tsx';
import { useShell } from './shell-context.ts';

export function TopBar({ theme, hasSheet }: { theme: Theme; hasSheet: boolean }) {
  const { ui } = usePage();
  const isSheetOpen = useUi((state) => state.sheet);
  return (
    <header className="top-bar">
      <div className="bar-group">
        <Brand />
        <h1 className="brand-name">Packetwalk</h1>
        <span className="bar-rule" />
        <ScenarioButton />
      </div>
      <div className="bar-group bar-middle">
        <CommandBox />
        <PlayControls />
      </div>
      <div className="bar-group bar-end">
        {hasSheet && (
          <Button aria-expanded={isSheetOpen} onClick={() => ui.setState({ sheet: !isSheetOpen })}>
            Why
          </Button>
        )}
        <Button
          look="ghost"
          icon="search"
          aria-label="Do or go to"
          title="Do or go to (Ctrl K)"
          onClick={() => ui.setState({ dialog: 'palette' })}
        />
        <ShareButton />
        <Button look="ghost" icon="present" className="bar-present" onClick={() => ui.setState({ present: true })}>
          <span className="bar-text">Present</span>
        </Button>
        <Button
          look="ghost"
          icon={theme === 'dark' ? 'sun' : 'moon'}
          aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          onClick={() => ui.setState({ theme: theme === 'dark' ? 'light' : 'dark' })}
        />
      </div>
    </header>
  );
}

/** The scenario's title; opens the picker. */
export function ScenarioButton() {
  const { ui } = usePage();
  const title = useScenarioTitle();
  return (
    <Button
      look="ghost"
      className="scenario-button"
      trailingIcon="chevron-down"
      aria-haspopup="dialog"
      onClick={() => ui.setState({ dialog: 'scenarios' })}
    >
      <span className="scenario-title">{title}</span>
    </Button>
  );
}

export function useScenarioTitle(): string {
  const { catalogue } = useShell();
  const id = useRun((run) => run.scenario);
  const written = useSimulation((mirror) => mirror.scenario.title);
  return catalogue.find((scenario) => scenario.id === id)?.title || written || 'Your cluster';
}
