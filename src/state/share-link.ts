// A link to this moment. An unchanged built-in scenario is named in plain words, `#s=pod-to-service&hop=1.3.6`; anything
// else is packed behind `#v1.` by packed-link.ts, which is loaded only then. Nothing is uploaded: the hash is the
// document. A link comes from a stranger, so every field is checked.

import type { Action } from '../protocol/messages.ts';
import { packAction, ShortActions, shortPairs, unpackAction } from './action-link.ts';
import type { Position } from './position.ts';
import type { RunContent } from './run.ts';
import type { DrawerTab, Zoom } from './ui-store.ts';

/** All that a link holds. `text` is null for a built-in scenario as it ships. */
export interface Shared extends Omit<RunContent, 'text'> {
  readonly text: string | null;
  readonly position: Position | null;
  /** A virtual moment between packets, in microseconds. */
  readonly moment: number | null;
  readonly selection: string | null;
  readonly zoom: Zoom;
  readonly drawerTab: DrawerTab;
}

export type ReadLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'shared'; readonly shared: Shared }
  | { readonly kind: 'damaged'; readonly message: string };

const maxActions = 200;

/** The hash for a state, with its `#`. */
export async function writeLink(shared: Shared): Promise<string> {
  if (shared.text === null && shared.scenario !== null) return writeShort(shared, shared.scenario);
  const { packLink } = await import('./packed-link.ts');
  return `#v1.${packLink(toFields(shared))}`;
}

/** Reads a location's hash. A hash that is none of ours is no link. */
export async function readLink(hash: string): Promise<ReadLink> {
  if (hash.startsWith('#s=')) return readShort(hash.slice(1));
  const version = /^#v(\d+)\./.exec(hash)?.[1];
  if (version === undefined) return { kind: 'none' };
  if (version !== '1') return damaged('This link was made by a newer Packetwalk. Reload the page to get it, then open the link again.');
  const { unpackLink } = await import('./packed-link.ts');
  const unpacked = unpackLink(hash.slice('#v1.'.length));
  if (unpacked === 'too-large') return damaged('This link unfolds to more than 512 kB, which is more than a scenario may have.');
  return unpacked === 'damaged' ? damaged(broken) : fromFields(unpacked);
}

function writeShort(shared: Shared, scenario: string): string {
  const parts = [`s=${escapeLightly(scenario)}`];
  if (shared.seed !== 1) parts.push(`seed=${shared.seed}`);
  for (const [name, value] of shared.actions.flatMap(shortPairs)) parts.push(`${name}=${escapeLightly(value)}`);
  if (shared.position) parts.push(`hop=${shared.position.walk}.${shared.position.packet}.${shared.position.hop}`);
  if (shared.moment !== null) parts.push(`moment=${shared.moment}`);
  if (shared.selection) parts.push(`select=${escapeLightly(shared.selection)}`);
  if (shared.zoom !== 'objects') parts.push(`zoom=${shared.zoom}`);
  if (shared.drawerTab !== 'hops') parts.push(`tab=${shared.drawerTab}`);
  return `#${parts.join('&')}`;
}

/** As little escaping as keeps a link whole in chat and mail. */
function escapeLightly(value: string): string {
  return encodeURIComponent(value).replace(/%(2F|3A)/g, (code) => decodeURIComponent(code));
}

function readShort(query: string): ReadLink {
  const short = new ShortActions();
  const fields = new Map<string, string>();
  try {
    for (const part of query.split('&')) {
      const [name = '', value = ''] = part.split('=', 2).map(decodeURIComponent);
      if (!short.take(name, value)) fields.set(name, value);
    }
    return checked({
      scenario: fields.get('s'),
      text: null,
      seed: Number(fields.get('seed') ?? 1),
      actions: short.actions,
      position: fields.has('hop') ? fields.get('hop')?.split('.').map(Number) : null,
      moment: fields.has('moment') ? Number(fields.get('moment')) : null,
      selection: fields.get('select') ?? null,
      zoom: fields.get('zoom') ?? 'objects',
      drawerTab: fields.get('tab') ?? 'hops',
    });
  } catch {
    return damaged(broken);
  }
}

/** What is packed: a list, because names would cost length. Its order is part of version 1. */
function toFields({ text, scenario, seed, actions, position, moment, selection, zoom, drawerTab }: Shared): unknown[] {
  const at = position && [position.walk, position.packet, position.hop];
  return [scenario, text, seed, actions.map(packAction), at, selection, zoom, drawerTab, moment];
}

function fromFields(fields: unknown): ReadLink {
  try {
    // Links of before there were moments have none.
    const [scenario, text, seed, packed, position, selection, zoom, drawerTab, moment = null] = fields as unknown[];
    const actions = (packed as unknown[][]).map(unpackAction);
    return checked({ scenario, text, seed, actions, position, moment, selection, zoom, drawerTab });
  } catch {
    return damaged(broken);
  }
}

function checked(fields: Record<keyof Shared, unknown>): ReadLink {
  const { scenario, text, seed, actions, position, moment, selection, zoom, drawerTab } = fields;
  const isWhole =
    (scenario === null || typeof scenario === 'string') &&
    (text === null ? typeof scenario === 'string' && scenario !== '' : typeof text === 'string') &&
    isCount(seed) &&
    (actions as Action[]).length <= maxActions &&
    (position === null || (Array.isArray(position) && position.length === 3 && position.every(isCount))) &&
    (moment === null || (Number.isSafeInteger(moment) && Number(moment) >= 0)) &&
    (selection === null || typeof selection === 'string') &&
    ['intent', 'objects', 'wire'].includes(zoom as string) &&
    ['hops', 'timeline', 'traffic', 'terminal', 'sequence', 'events', 'matrix'].includes(drawerTab as string);
  if (!isWhole) return damaged(broken);
  const [walk, packet, hop] = (position as number[] | null) ?? [];
  return {
    kind: 'shared',
    shared: { ...(fields as unknown as Shared), position: position === null ? null : ({ walk, packet, hop } as Position) },
  };
}

const broken = 'This link is damaged: part of it is missing or changed. Ask for it again, or copy it as one piece.';

function damaged(message: string): ReadLink {
  return { kind: 'damaged', message };
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
