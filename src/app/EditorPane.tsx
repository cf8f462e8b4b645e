// The left pane: what the text is called, the editor, and the line that names its worst problem.

import { useMemo } from 'react';
import { YamlEditor } from '../editor/YamlEditor.tsx';
import { usePage, useRun, useShown, useSimulation, useUi } from '../state/page.ts';
import type { Theme } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { ControlIcon } from '../ui/ControlIcon.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu.tsx';
import { highlightsOf } from './highlights.ts';
import { isUnchanged } from './opening.ts';
import { ProblemLine } from './ProblemLine.tsx';
import { ProblemMark } from './ProblemMark.tsx';
import { problemCounts } from './problems.ts';
import { useShell } from './shell-context.ts';
import { useWhy } from './use-why.ts';

export function EditorPane({ theme, fontSize }: { theme: Theme; fontSize?: number }) {
  const page = usePage();
  const text = useRun((state) => state.text);
  const problems = useShown((shown) => shown.problems);
  const isReady = useSimulation((mirror) => mirror.answered > 0);
  const reveal = useUi((ui) => ui.reveal);
  const why = useWhy();
  const highlights = useMemo(() => highlightsOf(why), [why]);
  return (
    <section className="pane editor-column" aria-label="YAML">
      <EditorHead />
      <div className="editor-host nokey">
        <YamlEditor
          value={text}
          onChange={page.edit}
          onCursor={(cursorLine) => page.ui.setState({ cursorLine })}
          problems={problems}
          highlights={highlights}
          {...(reveal && { reveal })}
          theme={theme}
          label="Scenario YAML"
          mayLoad={isReady}
          {...(fontSize && { fontSize })}
        />
      </div>
      <ProblemLine />
    </section>
  );
}

function EditorHead() {
  const { ui } = usePage();
  const { catalogue, openScenario, openContent } = useShell();
  const run = useRun((state) => state);
  const isEdited = !isUnchanged(run, catalogue);
  const id = run.scenario;
  return (
    <div className="tab-row editor-head">
      <span className="tab editor-name mono" aria-current="true">
        {id ?? 'cluster'}.yaml
      </span>
      {isEdited && id && <span className="edited">edited</span>}
      <span className="spacer" />
      <Menu align="end" trigger={<Button look="ghost" icon="more" className="small-icon" aria-label="More for this text" />}>
        <MenuItem disabled={!isEdited || !id} onSelect={() => id && openScenario(id, { fresh: true })}>
          Reset to the scenario as it was
        </MenuItem>
        <MenuItem onSelect={() => openContent({ content: { scenario: null, text: '', seed: 1, actions: [] }, view: {}, from: 'scenario' })}>
          Start empty, to paste your own
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => download(run.text, `${id ?? 'cluster'}.yaml`)}>Download this text</MenuItem>
        <MenuItem onSelect={() => ui.setState({ editorFolded: true })}>Fold the editor</MenuItem>
      </Menu>
    </div>
  );
}

/** The editor folded to 44 px: its name, and how many problems it has. */
export function EditorRail() {
  const { ui } = usePage();
  const problems = useShown((shown) => shown.problems);
  const id = useRun((state) => state.scenario);
  return (
    <section className="editor-rail" aria-label="YAML, folded">
      <Button
        look="ghost"
        icon="menu"
        aria-label="Open the editor"
        onClick={() => ui.setState(({ zoom }) => ({ editorFolded: false, zoom: zoom === 'objects' ? zoom : 'objects' }))}
      />
      <span className="rail-name mono">{id ?? 'cluster'}.yaml</span>
      {problemCounts(problems).map(({ severity, count }) => (
        <span key={severity} className="rail-count">
          <ProblemMark severity={severity} />
          {count}
        </span>
      ))}
      <ControlIcon name="fold" size={14} />
    </section>
  );
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
