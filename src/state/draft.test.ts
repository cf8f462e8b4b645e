import { expect, test } from 'vitest';
import { createDrafts } from './draft.ts';

function memory(initial: Record<string, string> = {}): Storage {
  const items = new Map(Object.entries(initial));
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

const draft = (scenario: string | null, text: string) => ({ scenario, text, seed: 1, actions: [] });

test('each scenario keeps its own draft; the one edited last comes first', () => {
  const drafts = createDrafts(memory());
  drafts.save(draft('pod-to-service', 'a'));
  drafts.save(draft(null, 'mine'));
  drafts.save(draft('pod-to-service', 'b'));
  expect(drafts.last()?.text).toBe('b');
  expect(drafts.get(null)?.text).toBe('mine');
  drafts.forget('pod-to-service');
  expect(drafts.get('pod-to-service')).toBeNull();
  expect(drafts.last()?.text).toBe('mine');
});

test('a storage that is damaged, or not there, only means that there are no drafts', () => {
  expect(createDrafts(memory({ 'packetwalk.drafts.v1': '{"not": "a list"}' })).last()).toBeNull();
  expect(createDrafts(memory({ 'packetwalk.drafts.v1': 'half a' })).last()).toBeNull();
  const none = createDrafts(null);
  none.save(draft(null, 'x'));
  expect(none.last()).toBeNull();
});
