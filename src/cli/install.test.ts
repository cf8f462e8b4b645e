import { expect, test } from 'vitest';
// @ts-expect-error: plain JavaScript, because it runs before anything is installed.
import { isInstalled, isNodeEnough } from './install.mjs';

const wanted = {
  '': {},
  'node_modules/react': { version: '19.3.1' },
  'node_modules/lightningcss-darwin-arm64': { version: '1.3.0', optional: true },
};

test('Node 20.19 is enough, 20.18 is not', () => {
  expect(['18.20.8', '20.18.3', '20.19.0', '21.0.0', '24.1.0'].filter((version) => isNodeEnough(version))).toEqual([
    '20.19.0',
    '21.0.0',
    '24.1.0',
  ]);
});

test('installed means: every package in its version; those of other systems may be missing', () => {
  expect(isInstalled(wanted, { 'node_modules/react': { version: '19.3.1' } })).toBe(true);
  expect(isInstalled(wanted, { 'node_modules/react': { version: '19.3.0' } })).toBe(false);
  expect(isInstalled(wanted, {})).toBe(false);
});

test('an installation that was cut off is none', () => {
  expect(isInstalled(wanted, null)).toBe(false);
});
