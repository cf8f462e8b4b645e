// Change: a pod is deleted, its replacement has another address, and the Service heals.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('a deleted pod comes back under another name, and the Service still answers', async ({ page }) => {
  const { inspector, send, time } = await openPage(page);
  await page.getByRole('button', { name: /^Service web, ClusterIP/ }).click();
  await expect(inspector).toContainText('Endpoints, 3 ready');
  const first = inspector.getByRole('button', { name: /^web-/ }).first();
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(inspector).toContainText('listens on');
  await inspector.getByRole('button', { name: 'Delete pod' }).click();

  await page.getByRole('button', { name: /^Service web, ClusterIP/ }).click();
  await expect(inspector).toContainText('Endpoints, 3 ready');
  await expect(inspector.getByRole('button', { name })).toHaveCount(0);

  await send.click();
  await page.keyboard.press('Space');
  await time.getByRole('tab', { name: 'Events' }).click();
  await expect(time.getByText(/^200 from web-/)).toBeVisible();
});

test('a node shows its iptables-save with the packet’s rules lit', async ({ page }) => {
  const { inspector } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.11.6&select=Node//node-1');
  const rules = inspector.getByRole('region', { name: 'iptables-save on node-1' });
  await expect(rules.locator('.rule-line-deciding')).toContainText('-j DNAT');
  await inspector.getByRole('searchbox', { name: 'Search rules' }).fill('masquerade');
  await expect(rules).toContainText('MASQUERADE');
  await expect(rules).not.toContainText('KUBE-SEP');
  await inspector.getByRole('tab', { name: 'Conntrack' }).click();
  await expect(inspector).toContainText('sport=');
});
