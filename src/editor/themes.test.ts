// The one place where colours are written twice, held together.

import { expect, test } from 'vitest';
import css from '../ui/tokens.css?raw';
import { TOKENS } from './themes.ts';

test.each(['light', 'dark'] as const)("the editor has the page's colours, %s", (theme) => {
  const block = css.slice(css.indexOf(`[data-theme="${theme}"]`));
  const colours = Object.keys(TOKENS[theme]).map((name) => [name, block.match(new RegExp(`--${name}: (#\\w+);`))?.[1]]);
  expect(TOKENS[theme]).toEqual(Object.fromEntries(colours));
});
