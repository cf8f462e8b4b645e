// What a visitor gets before doing anything, and before anything has come that the first screen does without.

import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { measureSite } from '../src/cli/bundle-size.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

test('the cluster is drawn and a packet can be sent while Monaco and all else is still on its way', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const early = new Set(measureSite(DIST).flatMap(({ part, file }) => (part === 'later' ? [] : [file])));
  let letTheRestCome = () => {};
  const held = new Promise<void>((resolve) => {
    letTheRestCome = resolve;
  });
  await page.route('**/assets/*.js', async (route) => {
    if (!early.has(new URL(route.request().url()).pathname.split('/').at(-1) ?? '')) await held;
    await route.continue();
  });

  await page.goto('./');
  await expect(page).toHaveTitle(/Packetwalk/);
  await expect(page.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Scenario YAML' })).toHaveValue(/kind: Service/);
  await page.getByRole('form', { name: 'Send a request' }).getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Step forward' })).toBeEnabled();

  letTheRestCome();
  await expect(page.locator('.monaco-editor')).toBeVisible();
  expect(errors).toEqual([]);
});
