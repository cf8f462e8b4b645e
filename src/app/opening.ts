// What the page opens on: a link, the reader's own draft, or the first scenario. Pure; a link never touches a draft.

import type { Drafts } from '../state/draft.ts';
import type { RunContent } from '../state/run.ts';
import type { ReadLink, Shared } from '../state/share-link.ts';
import type { UiState } from '../state/ui-store.ts';

export interface BuiltIn {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Opening {
  readonly content: RunContent;
  readonly view: Partial<UiState>;
  /** From where it came, and what to tell the reader about it. */
  readonly from: 'link' | 'draft' | 'scenario';
  readonly damaged: string | null;
}

/** `link` is what was read from the address. */
export function openingFor(link: ReadLink, drafts: Drafts, catalogue: readonly BuiltIn[]): Opening {
  if (link.kind === 'shared') {
    const content = contentOf(link.shared, catalogue);
    if (content) return { content, view: viewOf(link.shared), from: 'link', damaged: null };
  }
  const damaged = link.kind === 'damaged' ? link.message : link.kind === 'shared' ? unknownScenario(link.shared.scenario) : null;
  const draft = drafts.last();
  if (draft) return { content: draft, view: {}, from: 'draft', damaged };
  return { content: scenarioContent(catalogue[0]), view: {}, from: 'scenario', damaged };
}

/** A built-in scenario as it ships; an empty one if there is none. */
export function scenarioContent(scenario: BuiltIn | undefined): RunContent {
  return { scenario: scenario?.id ?? null, text: scenario?.text ?? '', seed: 1, actions: [] };
}

/** Whether a run's text is a built-in scenario, unchanged. */
export function isUnchanged(content: RunContent, catalogue: readonly BuiltIn[]): boolean {
  return catalogue.some(({ id, text }) => id === content.scenario && text === content.text);
}

/** What a link to this moment holds. */
export function sharedOf(content: RunContent, ui: UiState, catalogue: readonly BuiltIn[]): Shared {
  return {
    scenario: content.scenario,
    text: isUnchanged(content, catalogue) ? null : content.text,
    seed: content.seed,
    actions: content.actions,
    position: ui.position,
    moment: ui.moment,
    selection: ui.selection,
    zoom: ui.zoom,
    drawerTab: ui.drawerTab,
  };
}

function contentOf(shared: Shared, catalogue: readonly BuiltIn[]): RunContent | null {
  const text = shared.text ?? catalogue.find(({ id }) => id === shared.scenario)?.text;
  return text === undefined ? null : { scenario: shared.scenario, text, seed: shared.seed, actions: shared.actions };
}

function viewOf({ position, moment, selection, zoom, drawerTab }: Shared): Partial<UiState> {
  return { position, moment, selection, zoom, drawerTab };
}

function unknownScenario(id: string | null): string {
  return `This link names the scenario "${id}", which this version does not have.`;
}
