// The page in the hand: Walk, Cluster, YAML and Why as tabs; below, fixed, the narration, one big key, and Send.

import { Inspector } from '../packet-trace/Inspector.tsx';
import { narrate } from '../packet-trace/narrate.ts';
import { PacketStrip } from '../packet-trace/PacketStrip.tsx';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import type { PhoneTab, Theme } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { CodeText } from '../ui/CodeText.tsx';
import { later } from '../ui/later.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { Brand } from './Brand.tsx';
import { CommandBox } from './CommandBox.tsx';
import { DrawingPane } from './DrawingPane.tsx';
import { EditorPane } from './EditorPane.tsx';
import { PhoneWalkPane } from './PhoneWalkPane.tsx';
import { ShareButton } from './ShareButton.tsx';
import { ScenarioButton } from './TopBar.tsx';

const MatrixPane = later(() => import('../matrix/MatrixPane.tsx').then((module) => module.MatrixPane));

export function Phone({ theme }: { theme: Theme }) {
  const { ui } = usePage();
  const tab = useUi((state) => state.phoneTab);
  return (
    <div className="phone">
      <header className="phone-bar">
        <Brand size={24} />
        <h1 className="visually-hidden">Packetwalk</h1>
        <ScenarioButton />
        <span className="spacer" />
        <ShareButton isIcon />
        <Menu align="end" trigger={<Button look="ghost" icon="more" aria-label="More" />}>
          <MenuItem onSelect={() => ui.setState({ theme: theme === 'dark' ? 'light' : 'dark' })}>
            {theme === 'dark' ? 'Light theme' : 'Dark theme'}
          </MenuItem>
          <MenuItem onSelect={() => ui.setState({ present: true })}>Present</MenuItem>
          <MenuItem onSelect={() => ui.setState(({ predict }) => ({ predict: !predict }))}>Predict first, on or off</MenuItem>
        </Menu>
      </header>
      <main className="phone-main">
        <Tabs<PhoneTab>
          label="Views"
          value={tab}
          onChange={(phoneTab) => ui.setState({ phoneTab })}
          tabs={[
            { value: 'walk', text: 'Walk', content: <PhoneWalkPane /> },
            { value: 'cluster', text: 'Cluster', content: <DrawingPane theme={theme} /> },
            { value: 'matrix', text: 'Matrix', content: <MatrixPane /> },
            { value: 'yaml', text: 'YAML', content: <EditorPane theme={theme} fontSize={14} /> },
            { value: 'why', text: 'Why', content: <Inspector /> },
          ]}
        />
      </main>
      <PhoneFoot />
    </div>
  );
}

function PhoneFoot() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const playing = useUi((ui) => ui.playing);
  // Why says it itself, and the YAML needs the room.
  const hasSentence = useUi((ui) => ui.phoneTab === 'walk' || ui.phoneTab === 'cluster');
  const view = lookUp(
    walks,
    useUi((ui) => ui.position),
  );
  return (
    <footer className="phone-foot">
      {view && (
        <div className="phone-say">
          <div className="phone-place">
            <span>
              Hop {view.hop.n} of {view.packet.hops.length}, {view.packet.direction}
            </span>
            <PacketStrip />
          </div>
          {hasSentence && (
            <p>
              <CodeText text={narrate(view.packet, view.hop)} />
            </p>
          )}
        </div>
      )}
      {walks.length > 0 && (
        <div className="phone-controls">
          <Button icon="step-back" aria-label="Step back" onClick={() => page.move('previous')} />
          <Button icon={playing ? 'pause' : 'play'} aria-label={playing ? 'Pause' : 'Play'} onClick={() => page.togglePlay()} />
          <Button look="ink" trailingIcon="arrow-right" onClick={() => page.move('next')}>
            Next hop
          </Button>
        </div>
      )}
      <CommandBox isLarge />
    </footer>
  );
}
