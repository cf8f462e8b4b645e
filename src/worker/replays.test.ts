import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import type { Action, ObjectView, TimelineEntry, Update } from '../protocol/messages.ts';
import { expectations } from '../scenarios/expectations.ts';
import { createSession } from './session.ts';

const FOLDER = join(import.meta.dirname, '../scenarios');
const SCENARIOS = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

vi.resetModules();
/** The same engine once more, which remembers nothing of what the first one has played. */
const other = await import('../engine/whole-simulation.ts');

const LOOK = { from: 'world', line: 'kubectl get pods,events -A -o yaml' };

type Played = readonly [text: string, actions: readonly Action[]];

/** What happens in a later second than the start. */
const RESTART: Action = { type: 'command', line: 'kubectl delete pods --all' };

/** What somebody types into a scenario, one text after the other. */
function edits(text: string): readonly string[] {
  const shorter = text.slice(0, text.lastIndexOf('\n---'));
  return [text, shorter, text.replaceAll('web', 'wob').replace(/replicas: \d/, 'replicas: 4'), text];
}

/** What a page holds after the updates that it was sent. */
class Page {
  readonly #objects = new Map<string, ObjectView>();
  #timeline: readonly TimelineEntry[] = [];

  take({ changed, removed, timeline }: Update & { type: 'state' }) {
    for (const key of removed) this.#objects.delete(key);
    for (const object of changed) this.#objects.set(object.key, object);
    const before = this.#timeline;
    this.#timeline = timeline.flatMap((piece) => ('text' in piece ? [piece] : before.slice(piece[0], piece[0] + piece[1])));
  }

  get holds() {
    const byKey = [...this.#objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return JSON.stringify({ objects: byKey, timeline: this.#timeline });
  }
}

test.each(SCENARIOS)('%s: a page that has seen every edit holds what an engine says that begins with it', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const sends = expectations.flatMap(({ scenario, from, to }): Action[] =>
    `${scenario}.yaml` === name ? [{ type: 'send', from, to }] : [],
  );
  const runs = [...edits(text).map((edit): Played => [edit, []]), [text, [...sends, RESTART]] as Played];
  // The other engine plays them in another order: nothing may depend on what was played before.
  const anew = runs.toReversed().map(playAnew).toReversed();
  const page = new Page();
  const { handle } = createSession(createSimulation, () => 0);
  for (const [place, [edit, actions]] of runs.entries()) {
    page.take(handle({ type: 'run', id: 1, text: edit, seed: 1, actions, lookUs: null }) as Update & { type: 'state' });
    const told = handle({ type: 'look', id: 2, ...LOOK });
    expect({ holds: page.holds, told: told.type === 'look' && told.shown }).toEqual(anew[place]);
  }
});

function playAnew([text, actions]: Played) {
  const simulation = other.createSimulation();
  const { objects, timeline } = simulation.run(text, 1, actions);
  const page = new Page();
  page.take({ changed: objects, removed: [], timeline } as unknown as Update & { type: 'state' });
  return { holds: page.holds, told: simulation.look(LOOK.from, LOOK.line) };
}
