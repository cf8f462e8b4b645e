// The page on a screen: bar above; editor, drawing and inspector side by side; the drawer below. Sizes are remembered.
// Below 1180 px the inspector is a sheet over the drawing; below 900 the editor is a tab.

import { useEffect, useRef } from 'react';
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels';
import { Inspector } from '../packet-trace/Inspector.tsx';
import { usePage, useUi } from '../state/page.ts';
import type { DrawerTab, Theme } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { Drawer } from './Drawer.tsx';
import { DrawingPane } from './DrawingPane.tsx';
import { EditorPane, EditorRail } from './EditorPane.tsx';
import { TopBar } from './TopBar.tsx';
import { useMedia } from './use-media.ts';

export function Desktop({ theme }: { theme: Theme }) {
  const isSheet = useMedia('(max-width: 1179px)');
  return (
    <div className="desktop">
      <TopBar theme={theme} hasSheet={isSheet} />
      <main className="desktop-body">{isSheet ? <WithSheet theme={theme} /> : <WithInspector theme={theme} />}</main>
    </div>
  );
}

function WithInspector({ theme }: { theme: Theme }) {
  const saved = useDefaultLayout({ id: 'packetwalk.columns', panelIds: ['main', 'inspector'] });
  return (
    <Group className="desktop-body" {...saved}>
      <Panel id="main" minSize={840}>
        <MainColumn theme={theme} />
      </Panel>
      <Separator className="splitter splitter-upright" aria-label="Inspector width" />
      <Panel id="inspector" defaultSize={312} minSize={280} maxSize={640} groupResizeBehavior="preserve-pixel-size">
        <section className="pane" aria-label="Inspector">
          <Inspector />
        </section>
      </Panel>
    </Group>
  );
}

function WithSheet({ theme }: { theme: Theme }) {
  const { ui } = usePage();
  const isOpen = useUi((state) => state.sheet);
  return (
    <div className="desktop-body sheet-host">
      <MainColumn theme={theme} />
      {isOpen && (
        <section className="pane inspector-sheet" aria-label="Inspector">
          <Button
            look="ghost"
            icon="close"
            className="sheet-close"
            aria-label="Close the inspector"
            onClick={() => ui.setState({ sheet: false })}
          />
          <Inspector />
        </section>
      )}
    </div>
  );
}

function MainColumn({ theme }: { theme: Theme }) {
  const saved = useDefaultLayout({ id: 'packetwalk.rows', panelIds: ['top', 'drawer'] });
  const isTabbed = useMedia('(max-width: 899px)');
  const drawer = useRoomForTallTabs();
  return (
    <Group orientation="vertical" className="main-column" {...saved}>
      <Panel id="top" minSize={200}>
        {isTabbed ? <TabbedPanes theme={theme} /> : <SplitPanes theme={theme} />}
      </Panel>
      <Separator className="splitter splitter-level" aria-label="Drawer height" />
      <Panel id="drawer" panelRef={drawer} defaultSize={200} minSize={120} groupResizeBehavior="preserve-pixel-size">
        <Drawer />
      </Panel>
    </Group>
  );
}

const tallTabs: Partial<Record<DrawerTab, number>> = { timeline: 296, traffic: 260, terminal: 296, sequence: 430, matrix: 430 };

/** Lanes, a sequence and a matrix need height: the drawer grows for them, and goes back to what it was. */
function useRoomForTallTabs() {
  const drawer = usePanelRef();
  const before = useRef<number | null>(null);
  const wanted = useUi((ui) => tallTabs[ui.drawerTab] ?? 0);
  useEffect(() => {
    const height = drawer.current?.getSize().inPixels ?? 0;
    if (height < wanted) {
      before.current ??= height;
      drawer.current?.resize(wanted);
    } else if (wanted === 0 && before.current !== null) {
      drawer.current?.resize(before.current);
      before.current = null;
    }
  }, [drawer, wanted]);
  return drawer;
}

function SplitPanes({ theme }: { theme: Theme }) {
  const isFolded = useUi((ui) => ui.editorFolded || ui.zoom === 'wire' || ui.zoom === 'intent');
  const saved = useDefaultLayout({ id: 'packetwalk.panes', panelIds: ['editor', 'drawing'] });
  if (isFolded) {
    return (
      <div className="folded-panes">
        <EditorRail />
        <DrawingPane theme={theme} />
      </div>
    );
  }
  return (
    <Group {...saved}>
      <Panel id="editor" defaultSize={328} minSize={280} groupResizeBehavior="preserve-pixel-size">
        <EditorPane theme={theme} />
      </Panel>
      <Separator className="splitter splitter-upright" aria-label="Editor width" />
      <Panel id="drawing" minSize={480}>
        <DrawingPane theme={theme} />
      </Panel>
    </Group>
  );
}

function TabbedPanes({ theme }: { theme: Theme }) {
  const { ui } = usePage();
  const isEditor = useUi((state) => state.editorTab);
  return (
    <div className="tabbed-panes">
      <nav className="tab-row" aria-label="Cluster or YAML">
        <button type="button" className="tab" aria-current={!isEditor} onClick={() => ui.setState({ editorTab: false })}>
          Cluster
        </button>
        <button type="button" className="tab" aria-current={isEditor} onClick={() => ui.setState({ editorTab: true })}>
          YAML
        </button>
      </nav>
      {isEditor ? <EditorPane theme={theme} /> : <DrawingPane theme={theme} />}
    </div>
  );
}
