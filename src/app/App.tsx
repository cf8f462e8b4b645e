// The page: makes its state once, opens what the address or the reader's drafts say, and picks the layout that fits.

import { useEffect, useState } from 'react';
import { scenarios } from '../scenarios/catalogue.ts';
import { connectWorker } from '../state/connection.ts';
import { createDrafts, type Drafts } from '../state/draft.ts';
import { createPage, type Page, PageContext, useSimulation, useUi } from '../state/page.ts';
import { readLink, writeLink } from '../state/share-link.ts';
import { loadLargeDrawing } from '../topology/ClusterDrawing.tsx';
import { ErrorBoundary } from '../ui/ErrorBoundary.tsx';
import { later, loadTheRest } from '../ui/later.tsx';
import { type Autosave, createAutosave } from './autosave.ts';
import { Desktop } from './Desktop.tsx';
import { LiveRegion } from './LiveRegion.tsx';
import { Notices } from './Notices.tsx';
import { openingFor, scenarioContent, sharedOf } from './opening.ts';
import { type Shell, ShellContext } from './shell-context.ts';
import { useScenarioTitle } from './TopBar.tsx';
import { useKeyboard } from './use-keyboard.ts';
import { useMedia } from './use-media.ts';
import { useTheme } from './use-theme.ts';
import '../ui/tokens.css';
import '../ui/controls.css';
import './app.css';

// Not on the first screen of a desktop.
const CompareBranches = later(() => import('../packet-trace/CompareBranches.tsx').then((module) => module.CompareBranches));
const CommandPalette = later(() => import('./CommandPalette.tsx').then((module) => module.CommandPalette));
const Simplifications = later(() => import('./Simplifications.tsx').then((module) => module.Simplifications));
const Tour = later(() => import('./Tour.tsx').then((module) => module.Tour));
const KeyboardMap = later(() => import('./KeyboardMap.tsx').then((module) => module.KeyboardMap));
const Phone = later(() => import('./Phone.tsx').then((module) => module.Phone));
const Present = later(() => import('./Present.tsx').then((module) => module.Present));
const ScenarioPicker = later(() => import('./ScenarioPicker.tsx').then((module) => module.ScenarioPicker));

/** No lesson is as long. */
const longText = 8000;

interface Root {
  readonly page: Page;
  readonly shell: Shell;
}

export function App() {
  const [root] = useState(createRoot);
  const [damaged, setDamaged] = useState<string | null>(null);
  useEffect(() => {
    const onHash = () => {
      if (location.hash) void openAddress();
    };
    const openAddress = async () => {
      const opening = openingFor(await readLink(location.hash), root.shell.drafts, scenarios);
      setDamaged(opening.damaged);
      if (opening.from === 'link' || root.page.run.store.getState().text === '') root.shell.openContent(opening);
    };
    onHash();
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [root]);
  return (
    <PageContext value={root.page}>
      <ShellContext value={root.shell}>
        <Layout damaged={damaged} onDamagedSeen={() => setDamaged(null)} />
      </ShellContext>
    </PageContext>
  );
}

/** Once the first answer is on the screen, the rest of the page is fetched, so that it is there when it is asked for. */
function useTheRest(): void {
  const isReady = useSimulation((mirror) => mirror.answered > 0);
  useEffect(() => {
    if (isReady) void loadTheRest();
  }, [isReady]);
}

/** The tab's name: the scenario first, because tabs are narrow. */
function useTitle(): void {
  const title = useScenarioTitle();
  useEffect(() => {
    document.title = `${title} · Packetwalk`;
  }, [title]);
}

function Layout({ damaged, onDamagedSeen }: { damaged: string | null; onDamagedSeen: () => void }) {
  useKeyboard();
  useTheRest();
  useTitle();
  const theme = useTheme();
  const isPhone = useMedia('(max-width: 599px)');
  const isPresenting = useUi((ui) => ui.present);
  const dialog = useUi((ui) => ui.dialog);
  return (
    <>
      <ErrorBoundary message="The page stopped. Your YAML is safe.">
        {isPresenting ? <Present theme={theme} /> : isPhone ? <Phone theme={theme} /> : <Desktop theme={theme} />}
      </ErrorBoundary>
      <Notices damaged={damaged} onDamagedSeen={onDamagedSeen} />
      {dialog === 'scenarios' && <ScenarioPicker />}
      {dialog === 'keyboard' && <KeyboardMap />}
      {dialog === 'compare' && <CompareBranches />}
      {dialog === 'palette' && <CommandPalette />}
      {dialog === 'simplifications' && <Simplifications />}
      {dialog === 'tour' && <Tour />}
      <LiveRegion />
    </>
  );
}

function createRoot(): Root {
  const storage = localStorageOrNone();
  const drafts = createDrafts(storage);
  const page = createPage({ connection: connectWorker(), storage });
  const autosave = createAutosave(page, drafts, scenarios);
  const shell = createShell(page, drafts, autosave, storage);
  // A link is opened once it has been read; without one, nothing is waited for.
  if (!location.hash) shell.openContent(openingFor({ kind: 'none' }, drafts, scenarios));
  forgetHashOnChange(page);
  return { page, shell };
}

function createShell(page: Page, drafts: Drafts, autosave: Autosave, storage: Storage | null): Shell {
  const openContent: Shell['openContent'] = ({ content, view, from }) => {
    // The engine will take a while over it, and the drawing will be that of a large cluster.
    if (content.text.length > longText) void loadLargeDrawing().catch(() => undefined);
    autosave.opened({ content, from });
    page.open(content, view);
  };
  return {
    catalogue: scenarios,
    drafts,
    autosave,
    storage,
    openContent,
    openScenario(id, { fresh = false } = {}) {
      if (fresh) drafts.forget(id);
      const draft = drafts.get(id);
      const content = draft ?? scenarioContent(scenarios.find((scenario) => scenario.id === id));
      if (location.hash) history.replaceState(null, '', location.pathname + location.search);
      openContent({ content, view: {}, from: draft ? 'draft' : 'scenario' });
    },
    async share() {
      const hash = await writeLink(sharedOf(page.run.store.getState(), page.ui.getState(), scenarios));
      history.replaceState(null, '', hash);
      await navigator.clipboard?.writeText(location.href).catch(() => undefined);
    },
  };
}

/** Once the reader changes the run, the address no longer says what is on the screen. */
function forgetHashOnChange(page: Page): void {
  page.run.store.subscribe((run, before) => {
    const isChanged = before.text !== '' && (run.text !== before.text || run.actions !== before.actions);
    if (isChanged && location.hash) history.replaceState(null, '', location.pathname + location.search);
  });
}

/** Private windows may forbid storage: the page works without. */
function localStorageOrNone(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
