import { expect, test } from 'vitest';
import { createDrafts } from '../state/draft.ts';
import { readLink, writeLink } from '../state/share-link.ts';
import { initialUi } from '../state/ui-store.ts';
import { isUnchanged, openingFor, scenarioContent, sharedOf } from './opening.ts';

const catalogue = [
  { id: 'pod-to-service', title: 'Pod to Service', text: 'kind: Service' },
  { id: 'no-endpoints', title: 'No endpoints', text: 'kind: Pod' },
];
const noDrafts = createDrafts(null);
const mine = { scenario: 'no-endpoints', text: 'kind: Pod # mine', seed: 1, actions: [] };
const withDraft = { ...noDrafts, last: () => mine, get: () => mine };

test('without link or draft the first scenario opens', () => {
  expect(openingFor({ kind: 'none' }, noDrafts, catalogue)).toMatchObject({
    from: 'scenario',
    content: { scenario: 'pod-to-service', text: 'kind: Service' },
  });
});

test('the reader’s own draft comes before that', () => {
  expect(openingFor({ kind: 'none' }, withDraft, catalogue)).toMatchObject({ from: 'draft', content: mine });
});

test('a link comes before the draft and lands on its hop', async () => {
  const position = { walk: 0, packet: 3, hop: 6 };
  const hash = await writeLink(sharedOf(scenarioContent(catalogue[1]), { ...initialUi, position, zoom: 'wire' }, catalogue));
  expect(hash).toBe('#s=no-endpoints&hop=0.3.6&zoom=wire');
  expect(openingFor(await readLink(hash), withDraft, catalogue)).toMatchObject({
    from: 'link',
    content: { text: 'kind: Pod' },
    view: { position, zoom: 'wire' },
  });
});

test('a damaged link says so and opens the draft', async () => {
  expect(openingFor(await readLink('#v1.abc'), withDraft, catalogue)).toMatchObject({
    from: 'draft',
    damaged: expect.stringContaining('damaged'),
  });
});

test('a link to a scenario that is gone says which', async () => {
  expect(openingFor(await readLink('#s=vanished'), noDrafts, catalogue)).toMatchObject({
    from: 'scenario',
    damaged: expect.stringContaining('vanished'),
  });
});

test('a text is unchanged only as the built-in scenario that it names', () => {
  expect(isUnchanged(scenarioContent(catalogue[0]), catalogue)).toBe(true);
  expect(isUnchanged({ ...mine, scenario: null }, catalogue)).toBe(false);
});
