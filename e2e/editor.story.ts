// The YAML pane with Monaco in it: what it knows of Kubernetes, and what it shows of the engine's problems.

import { expect, type Page, test } from '@playwright/test';

test('fields are suggested and explained', async ({ page }) => {
  await openEditor(page);
  await page.locator('.view-line', { hasText: 'targetPort' }).click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('n');
  const suggestions = page.locator('.suggest-widget .monaco-list-row');
  await expect(suggestions).toHaveText([/^name/, /^nodePort/]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');

  await page.locator('.view-line', { hasText: 'targetPort' }).getByText('targetPort').hover();
  await expect(page.locator('.monaco-hover').getByText('Number or name of the port')).toBeVisible();
});

test('a misspelt field is marked where it stands, and the quick fix mends it', async ({ page }) => {
  await openEditor(page);
  await page.locator('.view-line', { hasText: 'targetPort' }).getByText('targetPort').dblclick();
  await page.keyboard.type('targetprt');
  await expect(page.locator('.squiggly-error')).toHaveCount(1);
  await expect(page.locator('.gutter-error')).toHaveCount(1);
  await page.keyboard.press('Control+.');
  await expect(page.getByText('Change to targetPort')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line', { hasText: 'targetPort: 8080' })).toBeVisible();
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
});

test('every key that is typed arrives, the space among them', async ({ page }) => {
  await openEditor(page);
  await page.locator('.view-line', { hasText: 'kind: Service' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' # typed with spaces');
  await expect(page.locator('.view-line', { hasText: 'kind: Service # typed with spaces' })).toBeVisible();
});

async function openEditor(page: Page): Promise<void> {
  await page.goto('./');
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
}
