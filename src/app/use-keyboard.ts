// Listens to the page's keys and carries them out.

import { useEffect } from 'react';
import { type Page, usePage } from '../state/page.ts';
import { isPaletteKey, isTaken, type KeyCommand, keyCommand } from './keyboard.ts';

export function useKeyboard(): void {
  const page = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || (isTaken(event.target, event.key) && !opensPalette(event))) return;
      const command = keyCommand(event, page.ui.getState().present);
      if (!command) return;
      event.preventDefault();
      carryOut(page, command);
    };
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('click', giveKeysBack);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('click', giveKeysBack);
    };
  }, [page]);
}

function carryOut(page: Page, command: KeyCommand): void {
  const { ui } = page;
  switch (command) {
    case 'play':
      page.togglePlay();
      break;
    case 'send':
      page.send();
      break;
    case 'wrong':
      page.goWrong();
      break;
    case 'present':
      ui.setState(({ present }) => ({ present: !present }));
      break;
    case 'leave':
      ui.setState(({ present, sheet }) =>
        present ? { present: false } : { selection: null, lineInView: null, sheet: sheet && !isNarrow() },
      );
      break;
    case 'reveal':
      ui.setState({ revealed: true });
      break;
    case 'intent':
    case 'objects':
    case 'wire':
      ui.setState({ zoom: command });
      break;
    case 'command':
      document.getElementById('command-line')?.focus();
      break;
    case 'terminal':
      ui.setState({ drawerTab: 'terminal' });
      focusSoon('terminal-line');
      break;
    case 'palette':
      ui.setState({ dialog: 'palette' });
      break;
    case 'help':
      ui.setState({ dialog: 'keyboard' });
      break;
    default:
      page.move(command);
  }
}

/** Gives the focus to what comes with one of the next frames, or with its chunk. */
function focusSoon(id: string, frames = 120): void {
  requestAnimationFrame(() => {
    const element = document.getElementById(id);
    if (element) element.focus();
    else if (frames > 0) focusSoon(id, frames - 1);
  });
}

/** From everywhere but the editor, where the key begins commands of its own. */
function opensPalette(event: KeyboardEvent): boolean {
  return isPaletteKey(event) && event.target instanceof Element && event.target.closest('.monaco-editor, [role=dialog]') === null;
}

/** A control that was used by pointer gives the keyboard back to the walk: space plays, arrows step. */
function giveKeysBack(event: MouseEvent): void {
  const focused = document.activeElement;
  const isPointer = event.detail > 0;
  const isControl = focused instanceof HTMLElement && focused.matches('button, [role=tab], input[type=radio]');
  if (isPointer && isControl && !focused.closest('[role=dialog], [role=menu]')) focused.blur();
}

function isNarrow(): boolean {
  return window.innerWidth < 1180;
}
