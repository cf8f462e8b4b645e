// Back, play, on, and the pace.

import { usePage, useRun, useSimulation, useUi } from '../state/page.ts';
import { speeds } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuCheck, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '../ui/Menu.tsx';

export function PlayControls() {
  const page = usePage();
  const playing = useUi((ui) => ui.playing);
  const isEmpty = useSimulation((mirror) => mirror.walks.length === 0);
  return (
    <div className="play-controls">
      <Button icon="step-back" aria-label="Step back" disabled={isEmpty} onClick={() => page.move('previous')} />
      <Button look="ink" icon={playing ? 'pause' : 'play'} className="play-button" disabled={isEmpty} onClick={() => page.togglePlay()}>
        {playing ? 'Pause' : 'Play'}
      </Button>
      <Button icon="step-forward" aria-label="Step forward" disabled={isEmpty} onClick={() => page.move('next')} />
      <PaceMenu />
    </div>
  );
}

function PaceMenu() {
  const { ui, run } = usePage();
  const isEmpty = useRun((state) => state.actions.length === 0);
  const speed = useUi((state) => state.speed);
  const predict = useUi((state) => state.predict);
  const showFolded = useUi((state) => state.showFolded);
  return (
    <Menu
      trigger={
        <Button className="pace-button" trailingIcon="chevron-down" aria-label={`Speed ${speed} times`}>
          {speed}×
        </Button>
      }
    >
      <MenuLabel>Speed</MenuLabel>
      <MenuChoices
        value={String(speed)}
        onChange={(value) => ui.setState({ speed: Number(value) })}
        options={speeds.map((value) => ({ value: String(value), text: value === speeds[0] ? 'One rule a second' : `${value}×` }))}
      />
      <MenuSeparator />
      <MenuCheck checked={predict} onChange={(checked) => ui.setState({ predict: checked, revealed: false })}>
        Predict first: hide what comes next
      </MenuCheck>
      <MenuCheck checked={showFolded} onChange={(checked) => ui.setState({ showFolded: checked })}>
        Stop at ARP and TCP bookkeeping too
      </MenuCheck>
      <MenuSeparator />
      <MenuItem disabled={isEmpty} onSelect={() => run.setActions([])}>
        Forget all that was sent
      </MenuItem>
    </Menu>
  );
}
