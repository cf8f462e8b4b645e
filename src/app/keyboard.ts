// The keyboard map: which key does what, and when a key belongs to something else.

export type KeyCommand =
  | 'play'
  | 'next'
  | 'previous'
  | 'next-packet'
  | 'previous-packet'
  | 'next-event'
  | 'previous-event'
  | 'wrong'
  | 'first'
  | 'last'
  | 'send'
  | 'present'
  | 'leave'
  | 'reveal'
  | 'intent'
  | 'objects'
  | 'wire'
  | 'command'
  | 'help'
  | 'palette'
  | 'terminal';

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The map as it is shown: keys and what they do, in the order of use. */
export const keyboardMap: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['Space'], does: 'play or pause' },
  { keys: ['←', '→'], does: 'one hop back or on; one step at intent zoom' },
  { keys: ['Shift ←', 'Shift →'], does: 'one packet back or on' },
  { keys: ['[', ']'], does: 'one event of the cluster back or on' },
  { keys: ['W'], does: 'where it went wrong' },
  { keys: ['Home', 'End'], does: 'start or end of the walk' },
  { keys: ['S'], does: 'send' },
  { keys: ['C'], does: 'write what to send' },
  { keys: ['/'], does: 'find a pod, Service or node' },
  { keys: ['0'], does: 'show the whole drawing' },
  { keys: ['Ctrl Z', 'Ctrl Y'], does: 'undo, redo: the text in the editor, moved boxes outside of it' },
  { keys: ['T'], does: 'terminal' },
  { keys: ['1', '2', '3'], does: 'intent, objects, wire' },
  { keys: ['R'], does: 'reveal the next hop, when predicting' },
  { keys: ['P'], does: 'present' },
  { keys: ['Esc'], does: 'leave, close, back to the packet' },
  { keys: ['Ctrl K'], does: 'do anything, go anywhere' },
  { keys: ['?'], does: 'this map' },
];

/** The command of a key press; null when it means nothing to the page. Present mode also takes the keys of slide remotes. */
export function keyCommand(press: KeyPress, isPresenting: boolean): KeyCommand | null {
  if (isPaletteKey(press)) return 'palette';
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (isPresenting) {
    const slide = slides[press.key];
    if (slide) return slide;
  }
  if (press.shiftKey) return shifted[press.key] ?? null;
  return plain[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}

/** Ctrl K, or Command K. */
export function isPaletteKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): boolean {
  return key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

const plain: Readonly<Record<string, KeyCommand>> = {
  ' ': 'play',
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  Home: 'first',
  End: 'last',
  '[': 'previous-event',
  ']': 'next-event',
  w: 'wrong',
  t: 'terminal',
  s: 'send',
  p: 'present',
  r: 'reveal',
  '1': 'intent',
  '2': 'objects',
  '3': 'wire',
  c: 'command',
  '?': 'help',
  Escape: 'leave',
};

const shifted: Readonly<Record<string, KeyCommand>> = { ArrowRight: 'next-packet', ArrowLeft: 'previous-packet', '?': 'help' };

const slides: Readonly<Record<string, KeyCommand>> = {
  ' ': 'next',
  PageDown: 'next',
  ArrowDown: 'next',
  PageUp: 'previous',
  ArrowUp: 'previous',
};

/** Whether the element that has the focus wants this key for itself. */
export function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (
    target.closest(
      'input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true], .monaco-editor, [role=dialog], [role=menu]',
    )
  )
    return true;
  if (key === ' ' || key === 'Enter') return target.closest('button, a, summary, label, input, [role=button], [role=tab]') !== null;
  if (key.startsWith('Arrow')) return target.closest('input[type=radio], [role=tab], [role=separator]') !== null;
  if (key === 'Home' || key === 'End') return target.closest('[role=tab], [role=separator]') !== null;
  return false;
}
