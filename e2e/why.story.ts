// Why: from a verdict down to the letter of the YAML and back up from a line to the packets it has decided.

import { expect, test } from '@playwright/test';
import { openPage, partsOf, replaceWord, waitForEditor } from './page.ts';

test('a why-chain is followed to the line, and the selector is repaired', async ({ page }) => {
  const { inspector, send } = await openPage(page, '#s=no-endpoints');
  await waitForEditor(page);
  await send.click();
  await inspector.getByRole('button', { name: 'Show where' }).click();
  await expect(inspector).toContainText('Connection refused');
  const chain = inspector.getByRole('list').first();
  await chain.getByRole('button', { name: 'web', exact: true }).first().click();
  await expect(inspector).toContainText('Endpoints');
  await page.keyboard.press('Escape');
  await chain
    .getByRole('button', { name: /^line \d+/ })
    .first()
    .click();
  await expect(inspector).toContainText('Tried: 200 from web-');
  await inspector.getByRole('button', { name: 'Apply and send again' }).click();
  await page.keyboard.press('End');
  await expect(inspector).toContainText('Hostname: web-');
});

test('a port that the Service does not have: what was meant is tried, and sent instead', async ({ page }) => {
  const { inspector } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web:8080');
  await inspector.getByRole('button', { name: 'Show where' }).click();
  await expect(inspector).toContainText('Tried: 200 from web-');
  await inspector.getByRole('button', { name: 'Send this instead' }).click();
  await page.keyboard.press('End');
  await expect(inspector).toContainText('Hostname: web-');
  await expect(page.getByRole('combobox', { name: 'What to send' })).toHaveValue('curl http://web');
});

test('the same by keyboard alone', async ({ page }) => {
  const { bar, inspector } = await openPage(page, '#s=no-endpoints');
  await page.keyboard.press('s');
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('w');
  await expect(inspector).toContainText('Connection refused');
  const repair = inspector.getByRole('button', { name: 'Apply and send again' });
  await inspector
    .getByRole('button', { name: /^line \d+/ })
    .first()
    .focus();
  // Tab goes there through what lies between, and through nothing else.
  for (let stop = 0; stop < 12 && !(await repair.evaluate((button) => button === document.activeElement)); stop++)
    await page.keyboard.press('Tab');
  await expect(repair).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(inspector).not.toContainText('Connection refused');
  await page.keyboard.press('End');
  await expect(inspector).toContainText('Hostname: web-');
});

test('a line of the text leads to its rules and to a hop that it decided', async ({ page }) => {
  const { inspector, hops } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.1.1');
  await waitForEditor(page);
  await partsOf(page)
    .editorLine(/targetPort:\s8080/)
    .click();
  await page.getByRole('button', { name: /^line 10 decides/ }).click();
  await expect(inspector).toContainText('Service web');
  await expect(inspector).toContainText(/\d+ rules on node-1/);
  await expect(inspector.locator('.line-rules')).toContainText('KUBE-SVC-');
  await inspector
    .getByRole('button', { name: /^SYN of http:\/\/web, hop \d+ on node-1/ })
    .first()
    .click();
  await expect(hops).toHaveAttribute('aria-label', 'Hops of SYN');
  await expect(inspector).toContainText('A rule of Service web matched.');
});

test('undo and redo go over the text and over what was moved in the drawing', async ({ page }) => {
  const { cluster } = await openPage(page);
  await waitForEditor(page);
  await replaceWord(page, /replicas:\s3/, '3', '2');
  const pods = cluster.getByRole('button', { name: /^Pod web-/ });
  await expect(pods).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(pods).toHaveCount(3);
  await page.keyboard.press('Control+Shift+z');
  await expect(pods).toHaveCount(2);

  const service = cluster.getByRole('button', { name: /^Service web, ClusterIP/ });
  const place = async () => Math.round((await service.boundingBox())?.y ?? 0);
  const before = await place();
  await service.hover();
  await page.mouse.down();
  await page.mouse.move(700, 420, { steps: 4 });
  await page.mouse.up();
  await expect(cluster.getByRole('button', { name: 'Put back' })).toBeVisible();
  const moved = await place();
  expect(moved).not.toBe(before);
  await page.keyboard.press('Control+z');
  await expect.poll(place).toBe(before);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(place).toBe(moved);
  await cluster.getByRole('button', { name: 'Put back' }).click();
  await expect.poll(place).toBe(before);
});
