import { expect, test } from 'vitest';
import { connectInProcess } from '../state/connection.ts';
import { createPage } from '../state/page.ts';
import { refusedWalk } from '../state/testing-walks.ts';
import { createSession } from '../worker/session.ts';
import { paletteItems, rankItem } from './palette-items.ts';

function sources() {
  const connection = connectInProcess(
    createSession(
      () => {
        throw new Error('nothing is run here');
      },
      () => 0,
    ),
  );
  const page = createPage({ connection, storage: null });
  const opened: string[] = [];
  const catalogue = [{ id: 'pod-to-service', title: 'Pod to Service', summary: '', group: 'Services', text: '' }];
  const base = { key: 'Pod/shop/api', kind: 'Pod', name: 'api', namespace: 'shop', labels: {}, source: null, simulated: true, summary: '' };
  return { page, objects: [base], walks: [], catalogue, openScenario: (id: string) => void opened.push(id), share: () => {}, opened };
}

test('an object is gone to, a lesson is opened, a view is shown', () => {
  const given = sources();
  const items = paletteItems(given);
  items.find(({ text }) => text === 'api')?.run();
  items.find(({ text }) => text === 'Pod to Service')?.run();
  items.find(({ text }) => text === 'Timeline')?.run();
  expect(given.page.ui.getState()).toMatchObject({ selection: 'Pod/shop/api', drawerTab: 'timeline' });
  expect(given.opened).toEqual(['pod-to-service']);
  expect(items.find(({ text }) => text === 'api')?.aside).toBe('Pod, shop');
});

test('where it went wrong is offered when something did', () => {
  const given = sources();
  const offers = (walks: ReturnType<typeof refusedWalk>[]) =>
    paletteItems({ ...given, walks }).some(({ text }) => text === 'Go to where it went wrong');
  expect([offers([]), offers([refusedWalk(1)])]).toEqual([false, true]);
});

test('no two lines of a group read the same', () => {
  const lines = paletteItems(sources()).map(({ group, text, aside }) => `${group} ${text} ${aside}`);
  expect(new Set(lines).size).toBe(lines.length);
});

test('lines are found by words as they are written, those that begin with them first', () => {
  expect(rankItem('Go to node-2 Node', 'node-2')).toBe(1);
  expect(rankItem('Show Objects: nodes, pods, Services 2', 'node-2')).toBe(0);
  expect(rankItem('Go to kube-dns Service, kube-system', 'service DNS')).toBe(0.5);
  expect(rankItem('Do Send S', '')).toBe(1);
});
