import { expect, it } from 'vitest';
import { findObjects } from './find.ts';
import { isPod } from './graph.ts';
import { sampleObjects } from './testing-data.ts';

const names = (query: string) => findObjects(sampleObjects, query).map(({ kind, name }) => `${kind} ${name}`);

it('finds by name, and what begins with the word comes first', () => {
  expect(names('web')[0]).toBe('Service web');
  expect(names('node-2')).toContain('Node node-2');
});

it('finds by address, by label and by several words', () => {
  const [pod] = sampleObjects.filter(isPod);
  expect(names(pod?.address ?? '?')).toContain(`Pod ${pod?.name}`);
  expect(names('app=web').some((name) => name.startsWith('Pod web-'))).toBe(true);
  expect(names('service web')).toEqual(['Service web']);
});

it('finds nothing without a word', () => {
  expect(names(' ')).toEqual([]);
});
