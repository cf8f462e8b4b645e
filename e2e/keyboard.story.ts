// The whole walk without a pointer, and read rather than seen.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('send, pause, step, jump and present with keys alone', async ({ page }) => {
  const { bar, hops } = await openPage(page);
  await page.keyboard.press('s');
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('Space');
  await expect(bar.getByRole('button', { name: 'Play' })).toBeVisible();
  await page.keyboard.press('Home');
  await expect(hops).toHaveAttribute('aria-valuenow', '1');
  await page.keyboard.press('ArrowRight');
  await expect(hops).toHaveAttribute('aria-valuenow', '2');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(hops).toHaveAttribute('aria-label', 'Hops of A=');
  await expect(page.getByRole('log', { name: 'Narration' })).toContainText(/^Hop 1 of \d+, A=/);
  await page.keyboard.press('End');
  await page.keyboard.press('Home');

  await page.keyboard.press('p');
  await expect(page.getByRole('main')).toContainText('Hop 1 of');
  await page.keyboard.press('PageDown');
  await expect(page.getByRole('main')).toContainText('Hop 2 of');
  await page.keyboard.press('PageUp');
  await expect(page.getByRole('main')).toContainText('Hop 1 of');
  await page.keyboard.press('Escape');
  await expect(hops).toBeVisible();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('what to send is chosen from suggestions, and a line that is no command is refused in words', async ({ page }) => {
  const { bar } = await openPage(page);
  await page.keyboard.press('c');
  const line = page.getByRole('combobox', { name: 'What to send' });
  await expect(line).toBeFocused();
  await line.fill('ping');
  await expect(page.getByRole('option', { name: /^ping web/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(line).toHaveValue('ping web');
  await page.keyboard.press('Enter');
  await expect(bar.getByRole('button', { name: /Pause|Play/ })).toBeEnabled();

  await line.fill('dance now');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'dance is not simulated here' })).toBeVisible();
});

test('the table of hops moves with the arrows and says what the drawing shows', async ({ page }) => {
  const { time } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.11.5');
  const table = time.getByRole('region', { name: 'Hops of SYN' });
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await expect(table.locator('[aria-current=step]')).toContainText(/DNAT.*becomes.*:8080/);
});
