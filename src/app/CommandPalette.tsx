// The command palette, on Ctrl K: everything that can be done or gone to, by typing a part of it.

import { Command } from 'cmdk';
import { useMemo } from 'react';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { type PaletteItem, paletteItems, rankItem } from './palette-items.ts';
import { useShell } from './shell-context.ts';
import './palette.css';

const groups: readonly PaletteItem['group'][] = ['Do', 'Show', 'Go to', 'Lessons'];

export function CommandPalette() {
  const page = usePage();
  const { catalogue, openScenario, share } = useShell();
  const isOpen = useUi((state) => state.dialog === 'palette');
  const objects = useSimulation((mirror) => mirror.objects);
  const walks = useSimulation((mirror) => mirror.walks);
  const items = useMemo(
    () => paletteItems({ page, objects, walks, catalogue, openScenario, share }),
    [page, objects, walks, catalogue, openScenario, share],
  );
  const close = () => page.ui.setState({ dialog: null });
  const choose = (item: PaletteItem) => {
    close();
    item.run();
  };
  return (
    <Dialog title="Do or go to" open={isOpen} onClose={close}>
      <Command label="Do or go to" className="palette" loop filter={rankItem}>
        <Command.Input
          // Before the dialog looks for something to give the focus to.
          ref={(input) => input?.focus()}
          className="palette-input"
          placeholder="web, timeline, dark, NodePort …"
        />
        <Command.List className="palette-list">
          <Command.Empty className="palette-none">Nothing is called that.</Command.Empty>
          {groups.map((group) => (
            <Command.Group key={group} heading={group} className="palette-group">
              {items
                .filter((item) => item.group === group)
                .map((item) => (
                  <Command.Item
                    key={`${item.text} ${item.aside}`}
                    value={`${group} ${item.text} ${item.aside}`}
                    className="palette-item"
                    onSelect={() => choose(item)}
                  >
                    <span>{item.text}</span>
                    {item.aside.length === 1 || item.aside === 'Space' ? (
                      <kbd>{item.aside}</kbd>
                    ) : (
                      <span className="menu-aside">{item.aside}</span>
                    )}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
