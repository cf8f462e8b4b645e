// What the page has to say about itself: a damaged link, a draft that a link must not overwrite, a lost engine.

import { useStore } from 'zustand';
import { usePage, useSimulation } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { useShell } from './shell-context.ts';

export function Notices({ damaged, onDamagedSeen }: { damaged: string | null; onDamagedSeen: () => void }) {
  const { run } = usePage();
  const shell = useShell();
  const crashed = useSimulation((mirror) => mirror.crashed);
  const { held, unsaved } = useStore(shell.autosave.store);
  return (
    <div className="notices">
      {crashed !== null && (
        <div className="notice notice-bad" role="alert">
          <p>
            <strong>The engine stopped. Your YAML is safe.</strong> {crashed}
          </p>
          <Button onClick={() => run.restart()}>Restart</Button>
        </div>
      )}
      {damaged && (
        <div className="notice notice-bad" role="alert">
          <p>
            <strong>This link cannot be opened.</strong> {damaged} Your own work is as you left it.
          </p>
          <Button onClick={onDamagedSeen}>Close</Button>
        </div>
      )}
      {held && (
        <div className="notice" role="status">
          <p>
            {unsaved
              ? 'Edits to this link are not saved yet: they would replace your own draft of this scenario.'
              : 'You opened a link. Your own draft of this scenario is kept.'}
          </p>
          <Button onClick={() => shell.openContent({ content: held, view: {}, from: 'draft' })}>Open my draft</Button>
          {unsaved && <Button onClick={() => shell.autosave.replaceDraft()}>Keep these edits instead</Button>}
        </div>
      )}
    </div>
  );
}
