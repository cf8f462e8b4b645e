// What a visitor gets before doing anything, and before the large editor has been loaded.

import { expect, test } from '@playwright/test';

test('the cluster is drawn and a packet can be sent while Monaco is still on its way', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  let letMonacoCome = () => {};
  const held = new Promise<void>((resolve) => {
    letMonacoCome = resolve;
  });
  await page.route('**/MonacoEditor-*.js', async (route) => {
    await held;
    await route.continue();
  });

  await page.goto('./');
  await expect(page).toHaveTitle(/Packetwalk/);
  await expect(page.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Scenario YAML' })).toHaveValue(/kind: Service/);
  await page.getByRole('form', { name: 'Send a request' }).getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Step forward' })).toBeEnabled();

  letMonacoCome();
  await expect(page.locator('.monaco-editor')).toBeVisible();
  expect(errors).toEqual([]);
});
