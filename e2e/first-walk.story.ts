// The first walk: open, see, send, step, break the selector, read why, repair, share, reopen.

import { expect, test } from '@playwright/test';
import { openPage, partsOf, replaceWord, waitForEditor } from './page.ts';

test('a learner sends, steps, breaks, reads why, repairs, and shares the moment', async ({ page, context }, testInfo) => {
  const shot = (name: string) => page.screenshot({ path: testInfo.outputPath(`${name}.png`), animations: 'disabled' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { bar, send, inspector, time, hops } = await openPage(page);
  await waitForEditor(page);
  await expect(page.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible();
  await shot('1-open');

  await send.click();
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.keyboard.press('Space');
  await expect(bar.getByRole('button', { name: 'Play' })).toBeVisible();

  await time.getByRole('button', { name: /^TCP SYN/ }).click();
  await expect(hops).toHaveAttribute('aria-valuenow', '1');
  for (let hop = 2; hop <= 6; hop++) await bar.getByRole('button', { name: 'Step forward' }).click();
  await expect(hops).toHaveAttribute('aria-valuenow', '6');
  await expect(inspector).toContainText('-j DNAT');
  await expect(inspector).toContainText('Why this pod');
  await shot('2-rewrite');

  await replaceWord(page, /^\s*app:\sweb$/, 'web', 'wep');
  await expect(inspector).toContainText('Connection refused');
  await expect(inspector).toContainText('--reject-with icmp-port-unreachable');
  await expect(inspector.getByRole('list')).toContainText('has no endpoints');
  await shot('3-refused');

  await inspector.getByRole('button', { name: 'Apply and send again' }).click();
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(partsOf(page).editorLine(/app:\swep/)).toHaveCount(0);
  await page.keyboard.press('End');
  await expect(inspector).toContainText('Hostname: web-');

  await time.getByRole('button', { name: /^TCP SYN/ }).click();
  for (let hop = 2; hop <= 6; hop++) await page.keyboard.press('ArrowRight');
  await bar.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#');

  const reader = await context.newPage();
  await reader.goto(link);
  const reopened = partsOf(reader);
  await expect(reopened.hops).toHaveAttribute('aria-valuenow', '6');
  await expect(reopened.inspector).toContainText('-j DNAT');
});

test('a link to an edited text opens on the same hop of the same walk', async ({ page, context }) => {
  const { bar, send, hops } = await openPage(page);
  await waitForEditor(page);
  await replaceWord(page, /replicas:\s3/, '3', '2');
  await expect(page.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible();
  await expect(page.getByText('edited')).toBeVisible();
  await send.click();
  await bar.getByRole('button', { name: 'Pause' }).click();
  await expect(bar.getByRole('button', { name: 'Play' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(hops).toHaveAttribute('aria-valuenow', /\d+/);
  const at = await hops.getAttribute('aria-valuetext');
  await bar.getByRole('button', { name: 'Share' }).click();
  await expect(page).toHaveURL(/#v1\./);

  const reader = await context.newPage();
  await reader.goto(page.url());
  await expect(partsOf(reader).hops).toHaveAttribute('aria-valuetext', at ?? '');
});

test('a damaged link says so and leaves the reader’s own draft alone', async ({ page }) => {
  await openPage(page);
  await waitForEditor(page);
  await replaceWord(page, /replicas:\s3/, '3', '5');
  await expect(page.getByText('edited')).toBeVisible();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('packetwalk.drafts.v1') ?? '')).toContain('replicas: 5');

  await page.goto('about:blank');
  await openPage(page, '#v1.thisIsNotALink');
  await expect(page.getByRole('alert').filter({ hasText: 'This link cannot be opened' })).toBeVisible();
  await expect(page.getByText('edited')).toBeVisible();
  await waitForEditor(page);
  await expect(partsOf(page).editorLine(/replicas:\s5/)).toBeVisible();
});

test('a link does not overwrite a draft without asking', async ({ page }) => {
  await openPage(page);
  await waitForEditor(page);
  await replaceWord(page, /replicas:\s3/, '3', '5');
  await expect.poll(() => page.evaluate(() => localStorage.getItem('packetwalk.drafts.v1') ?? '')).toContain('replicas: 5');

  await page.goto('about:blank');
  await openPage(page, '#s=pod-to-service');
  await waitForEditor(page);
  await expect(partsOf(page).editorLine(/replicas:\s3/)).toBeVisible();
  await replaceWord(page, /replicas:\s3/, '3', '1');
  await expect(page.getByText('Edits to this link are not saved yet')).toBeVisible();
  await page.getByRole('button', { name: 'Open my draft' }).click();
  await expect(partsOf(page).editorLine(/replicas:\s5/)).toBeVisible();
});

test('typing never blanks the drawing: the last good cluster stays until the text can be read again', async ({ page }) => {
  const { cluster } = await openPage(page);
  await waitForEditor(page);
  await replaceWord(page, /kind:\sService/, 'Service', 'Service: twice');
  await expect(cluster.getByText(/Showing the cluster before/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible();
  for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z');
  await expect(cluster.getByText(/Showing the cluster before/)).toHaveCount(0);
});
