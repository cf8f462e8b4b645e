// What is broken, and what then goes wrong: a node whose kube-proxy has stopped goes by the rules of before.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('kube-proxy stops on a node, its rules grow stale, and starting it mends them', async ({ page }) => {
  const { cluster, inspector, time, send } = await openPage(page);
  await cluster.getByRole('button', { name: /^Node node-1,/ }).click();
  await inspector.getByRole('button', { name: 'Break something' }).click();
  await page.getByRole('menuitem', { name: /^Stop kube-proxy/ }).click();
  await expect(inspector.getByRole('button', { name: 'Undo node-1: systemctl stop kube-proxy' })).toBeVisible();

  await page.keyboard.press('t');
  const line = time.getByRole('textbox', { name: 'Command line' });
  await line.fill('kubectl scale deployment web --replicas=0');
  await line.press('Enter');
  await expect(cluster.getByRole('button', { name: /^Pod web-/ })).toHaveCount(0);
  await send.click();
  await page.keyboard.press('End');
  await expect(inspector).toContainText(/[Nn]o route|timed out/);

  await cluster.getByRole('button', { name: /^Node node-1,/ }).click();
  await inspector.getByRole('button', { name: 'Undo node-1: systemctl stop kube-proxy' }).click();
  await send.click();
  await page.keyboard.press('End');
  await expect(inspector).toContainText(/connection refused/i);
});

test('a packet is lost on the wire, and the sender sends again', async ({ page }) => {
  const { inspector, time } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.11.6');
  await inspector.getByRole('button', { name: 'Take this packet' }).click();
  await page.getByRole('menuitem', { name: /^Lose it/ }).click();
  await expect(inspector.getByRole('button', { name: 'Undo packet 11 at hop 6: drop' })).toBeVisible();
  await time.getByRole('tab', { name: 'Events' }).click();
  await expect(time.getByText(/^200 from web-/)).toBeVisible();
});
