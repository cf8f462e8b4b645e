import { expect, test } from 'vitest';
import { TextExchange } from './text-exchange.ts';

test('what the reader types is told once, and its echo is not written back', () => {
  const exchange = new TextExchange('kind:');
  expect(exchange.isTyped('kind: P')).toBe(true);
  expect(exchange.isNews('kind: P')).toBe(false);
});

test('an echo that comes late does not undo what was typed since', () => {
  const exchange = new TextExchange('kind:');
  exchange.isTyped('kind: P');
  exchange.isTyped('kind: Po');
  expect(exchange.isNews('kind: P')).toBe(false);
  expect(exchange.isNews('kind: Po')).toBe(false);
});

test('a text from elsewhere is taken, and its arrival in the editor is not typing', () => {
  const exchange = new TextExchange('app: wep');
  expect(exchange.isNews('app: web')).toBe(true);
  expect(exchange.isTyped('app: web')).toBe(false);
  expect(exchange.isNews('app: web')).toBe(false);
});
