import { describe, expect, test } from 'vitest';
import { keyCommand } from './keyboard.ts';

const press = (key: string, more = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

test('space plays, arrows step, shift and arrows go by packet', () => {
  expect(keyCommand(press(' '), false)).toBe('play');
  expect(keyCommand(press('ArrowRight'), false)).toBe('next');
  expect(keyCommand(press('ArrowLeft', { shiftKey: true }), false)).toBe('previous-packet');
  expect(keyCommand(press('S'), false)).toBe('send');
  expect(keyCommand(press('?', { shiftKey: true }), false)).toBe('help');
});

describe('presenting', () => {
  test('takes the keys of slide remotes', () => {
    for (const key of [' ', 'PageDown', 'ArrowRight']) expect(keyCommand(press(key), true)).toBe('next');
    for (const key of ['PageUp', 'ArrowLeft']) expect(keyCommand(press(key), true)).toBe('previous');
    expect(keyCommand(press('PageDown'), false)).toBeNull();
  });
});

test('Ctrl K, or Command K, opens the palette', () => {
  expect(keyCommand(press('k', { ctrlKey: true }), false)).toBe('palette');
  expect(keyCommand(press('k', { metaKey: true }), true)).toBe('palette');
  expect(keyCommand(press('k'), false)).toBeNull();
});

test('the browser keeps its own shortcuts', () => {
  expect(keyCommand(press('s', { ctrlKey: true }), false)).toBeNull();
  expect(keyCommand(press('p', { metaKey: true }), false)).toBeNull();
});
