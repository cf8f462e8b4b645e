import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { dictionaryV1 } from './share-dictionary.ts';
import { readLink, type Shared, writeLink } from './share-link.ts';

const shared: Shared = {
  scenario: 'pod-to-service',
  text: null,
  seed: 1,
  actions: [{ type: 'send', from: 'pod/default/client', to: 'http://web' }],
  position: { walk: 0, packet: 3, hop: 6 },
  moment: null,
  selection: null,
  zoom: 'objects',
  drawerTab: 'hops',
};

const edited: Shared = {
  ...shared,
  text: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: wep\n  ports:\n    - port: 80\n',
  seed: 7,
  actions: [...shared.actions, { type: 'deletePod', namespace: 'default', name: 'web-7d4b9c6f5-x2x9z' }],
  selection: 'Service/default/web',
  zoom: 'wire',
  drawerTab: 'sequence',
};

describe('a built-in scenario as it ships', () => {
  test('has a short link in plain words', async () => {
    expect(await writeLink(shared)).toBe('#s=pod-to-service&send=pod/default/client~http://web&hop=0.3.6');
  });

  test('comes back whole, with everything that was set', async () => {
    for (const state of [shared, { ...edited, text: null }, { ...shared, position: null, moment: 8_123_456 }])
      expect(await readLink(await writeLink(state))).toEqual({ kind: 'shared', shared: state });
  });
});

describe('an edited text', () => {
  test('is packed into one word that comes back whole', async () => {
    const link = await writeLink(edited);
    expect(link).toMatch(/^#v1\.[A-Za-z0-9_-]+$/);
    expect(link.length).toBeLessThan(220);
    expect(await readLink(link)).toEqual({ kind: 'shared', shared: edited });
  });

  test('may hold any character and start from no scenario', async () => {
    const state = { ...edited, scenario: null, text: 'namn: Åsa 🛰\n\ttabb\r\n' };
    expect(await readLink(await writeLink(state))).toEqual({ kind: 'shared', shared: state });
  });
});

describe('a hash that is not whole', () => {
  test('is no link when it is none of ours', async () => {
    expect(await readLink('')).toEqual({ kind: 'none' });
    expect(await readLink('#section-2')).toEqual({ kind: 'none' });
  });

  test('is told as damaged, wherever it was cut or changed', async () => {
    const link = await writeLink(edited);
    for (const cut of [5, 12, link.length - 3]) expect((await readLink(link.slice(0, cut))).kind).toBe('damaged');
    expect((await readLink('#v1.!!!')).kind).toBe('damaged');
    expect((await readLink('#s=pod-to-service&hop=1.2')).kind).toBe('damaged');
    expect((await readLink('#s=pod-to-service&send=onlysource')).kind).toBe('damaged');
    expect((await readLink('#s=%E0%A4%A')).kind).toBe('damaged');
    expect((await readLink('#s=')).kind).toBe('damaged');
  });

  test('from a newer version says so', async () => {
    expect(await readLink('#v2.abc')).toMatchObject({ kind: 'damaged', message: expect.stringContaining('newer') });
  });

  test('of well-packed nonsense is damaged too', async () => {
    for (const value of [[1], ['a', 'b', -1, [], null, null, 'wire', 'hops'], ['a', 'b', 1, [['x']], null, null, 'wire', 'hops'], null]) {
      expect((await readLink(pack(JSON.stringify(value)))).kind).toBe('damaged');
    }
  });

  test('that unfolds to too much is refused', async () => {
    const bomb = pack(JSON.stringify([null, 'a'.repeat(4_000_000), 1, [], null, null, 'objects', 'hops']));
    expect(bomb.length).toBeLessThan(8_000);
    expect(await readLink(bomb)).toMatchObject({ kind: 'damaged', message: expect.stringContaining('512 kB') });
  });
});

test('the dictionary of version 1 never changes: every link ever made needs it', async () => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', strToU8(dictionaryV1).slice()));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  expect(hex).toBe('08501db30188f43ca0859e0ba869126b0b8c8d9a06e65f9e86371d18b6de5671');
});

function pack(json: string): string {
  const bytes = deflateSync(strToU8(json), { level: 9, dictionary: strToU8(dictionaryV1) });
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `#v1.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}
