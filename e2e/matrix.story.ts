// The matrix: who may call whom, why, and the packet behind a cell.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('a cell is fired and explained', async ({ page }) => {
  const { time, hops, inspector } = await openPage(page, '#s=policy-two-gates');
  await time.getByRole('tab', { name: 'Matrix' }).click();
  await time.getByRole('gridcell', { name: /^other to web:80: dropped on the way in/ }).click();
  const words = time.getByRole('region', { name: 'The cell in words' });
  await expect(words).toContainText('Way in (ingress): shut');
  await expect(words).toContainText('Way out (egress): open');
  await page.keyboard.press('w');
  await expect(inspector).toContainText('web-from-client');
  await words
    .getByRole('button', { name: /^line \d+/ })
    .first()
    .click();
  await expect(page.locator('.monaco-editor')).toBeVisible();
  await time.getByRole('tab', { name: 'Hops' }).click();
  await expect(hops).toBeVisible();
});

test('by keyboard alone: arrows, Space for why, Enter to send', async ({ page }) => {
  const { time, bar } = await openPage(page, '#s=policy-two-gates&tab=matrix');
  const grid = time.getByRole('grid', { name: 'Who may call whom' });
  await grid.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(time.getByRole('region', { name: 'The cell in words' })).toContainText(/Way in \(ingress\): (open|shut)/);
  await page.keyboard.press('Enter');
  await expect(bar.getByRole('button', { name: 'Step forward' })).toBeEnabled();
});
