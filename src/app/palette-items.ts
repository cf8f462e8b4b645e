// Everything that can be done or gone to, as lines of the command palette. What a line does is a closure over the page.

import type { ObjectView, Walk } from '../protocol/messages.ts';
import type { Page } from '../state/page.ts';
import type { DrawerTab, UiState, Zoom } from '../state/ui-store.ts';
import type { CatalogueEntry } from './shell-context.ts';

export interface PaletteItem {
  readonly group: 'Do' | 'Show' | 'Go to' | 'Lessons';
  readonly text: string;
  /** Its key, or what it is about. */
  readonly aside: string;
  run(): void;
}

export interface PaletteSources {
  readonly page: Page;
  readonly objects: readonly ObjectView[];
  readonly walks: readonly Walk[];
  readonly catalogue: readonly CatalogueEntry[];
  openScenario(id: string): void;
  share(): unknown;
}

const zooms: readonly { zoom: Zoom; text: string; key: string }[] = [
  { zoom: 'intent', text: 'Intent: what was asked for', key: '1' },
  { zoom: 'objects', text: 'Objects: nodes, pods, Services', key: '2' },
  { zoom: 'wire', text: 'Wire: interfaces, hooks, rules', key: '3' },
];

const tabs: readonly { tab: DrawerTab; text: string }[] = [
  { tab: 'hops', text: 'Hops' },
  { tab: 'timeline', text: 'Timeline' },
  { tab: 'traffic', text: 'Traffic' },
  { tab: 'sequence', text: 'Sequence diagram' },
  { tab: 'events', text: 'Events' },
  { tab: 'terminal', text: 'Terminal' },
  { tab: 'matrix', text: 'Connectivity matrix' },
];

const kindsToGoTo = new Set(['Pod', 'Service', 'Node', 'Ingress', 'Gateway', 'NetworkPolicy', 'Deployment', 'StatefulSet', 'DaemonSet']);

export function paletteItems({ page, objects, walks, catalogue, openScenario, share }: PaletteSources): readonly PaletteItem[] {
  const show = (state: Partial<UiState>) => () => page.ui.setState(state);
  const toggle = (name: 'predict' | 'showFolded') => () => page.ui.setState((state) => ({ [name]: !state[name] }));
  return [
    item('Do', 'Send', 'S', () => page.send()),
    item('Do', 'Play or pause', 'Space', () => page.togglePlay()),
    ...(walks.some(({ outcome }) => !outcome.ok) ? [item('Do', 'Go to where it went wrong', 'W', () => page.goWrong())] : []),
    ...(page.simulation.getState().scenario.timeline.length > 0 ? [item('Do', 'Play the lesson', '', () => page.playLesson())] : []),
    item('Do', 'Next event of the cluster', ']', () => page.move('next-event')),
    item('Do', 'Previous event of the cluster', '[', () => page.move('previous-event')),
    item('Do', 'Forget all that was sent', '', () => page.run.setActions([])),
    item('Do', 'Copy a link to this moment', '', share),
    item('Do', 'Take the tour', '', show({ dialog: 'tour' })),
    ...zooms.map(({ zoom, text, key }) => item('Show', text, key, show({ zoom }))),
    ...tabs.map(({ tab, text }) => item('Show', text, '', show({ drawerTab: tab }))),
    item('Show', 'Present', 'P', show({ present: true })),
    item('Show', 'Light theme', '', show({ theme: 'light' })),
    item('Show', 'Dark theme', '', show({ theme: 'dark' })),
    item('Show', 'Predict first: hide what comes next, or not', '', toggle('predict')),
    item('Show', 'Stop at ARP and TCP bookkeeping, or not', '', toggle('showFolded')),
    item('Show', 'What is simpler here than on a real machine', '', show({ dialog: 'simplifications' })),
    item('Show', 'Keys', '?', show({ dialog: 'keyboard' })),
    ...objects
      .filter(({ kind }) => kindsToGoTo.has(kind))
      .map(({ kind, namespace, name, key }) =>
        item('Go to', name, namespace === '' || namespace === 'default' ? kind : `${kind}, ${namespace}`, () => page.select(key)),
      ),
    ...catalogue.map(({ id, title, group }) => item('Lessons', title, group, () => openScenario(id))),
  ];
}

/** How well a line answers what was typed, for the palette's order: every word of it as it is written, or not at all. */
export function rankItem(line: string, typed: string): number {
  const [text, words] = [line.toLowerCase(), typed.toLowerCase().split(/\s+/).filter(Boolean)];
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => ` ${text}`.includes(` ${word}`)) ? 1 : 0.5;
}

function item(group: PaletteItem['group'], text: string, aside: string, run: () => unknown): PaletteItem {
  return { group, text, aside, run: () => void run() };
}
