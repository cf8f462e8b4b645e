// Something is broken from an inspector, what is broken is listed, and undone with one click; a lesson plays by itself.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('a node’s kube-proxy is stopped and started from its inspector', async ({ page }) => {
  const { cluster, inspector } = await openPage(page);
  await cluster
    .getByRole('button', { name: /node-2/ })
    .first()
    .click();
  await inspector.getByRole('button', { name: 'Break something' }).click();
  await page.getByRole('menuitem', { name: /Stop kube-proxy/ }).click();
  await expect(inspector.getByText('kube-proxy is stopped')).toBeVisible();
  await inspector.getByRole('button', { name: 'Undo node-2: systemctl stop kube-proxy' }).click();
  await expect(inspector.getByText('kube-proxy is stopped')).toBeHidden();
});

test('a lesson with a timeline plays, and its load is counted', async ({ page }) => {
  const { inspector, time } = await openPage(page, '#s=rolling-update');
  await inspector.getByRole('button', { name: 'Play the lesson' }).click();
  await expect(time.getByText('600 × client to')).toBeVisible();
  await expect(time.getByText('connection refused')).toBeVisible();
});
