// A cluster too large for boxes: tiles with a map, a walk among its own machines; and what is hidden in a small one.

import { expect, test } from '@playwright/test';
import { expectNoViolation } from './axe.ts';
import { openPage, partsOf, waitForEditor } from './page.ts';

const NODES = 30;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const text = [
  ...numbers(NODES).map((n) => `{apiVersion: v1, kind: Node, metadata: {name: node-${n}}}`),
  ...numbers(4).flatMap((n) => [
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: shop-${n}}, spec: {replicas: 30, selector: {matchLabels: {a: s${n}}}, template: {metadata: {labels: {a: s${n}}}, spec: {containers: [{name: c, image: nginx}]}}}}`,
    `{apiVersion: v1, kind: Service, metadata: {name: shop-${n}}, spec: {selector: {a: s${n}}, ports: [{port: 80}]}}`,
  ]),
  '{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: [{name: c, image: curlimages/curl}]}}',
].join('\n---\n');

test('thirty machines are tiles, with a map; a walk is drawn among its own', async ({ page }) => {
  const { cluster, inspector, send, bar } = await openPage(page);
  await waitForEditor(page);
  await partsOf(page)
    .editorLine(/apiVersion/)
    .first()
    .click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
  await expect(page.getByText('edited')).toBeVisible();
  await cluster.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 3, delay: 50 });
  const map = cluster.getByRole('button', { name: /^Map of the cluster/ });
  const seen = () => map.locator('rect').getAttribute('x').then(Number);
  await map.focus();
  const before = await seen();
  await page.keyboard.press('ArrowRight');
  await expect.poll(seen).toBeGreaterThan(before);
  await expectNoViolation(page);

  await cluster.getByRole('button', { name: 'Find in the cluster' }).click();
  await page.keyboard.type('node-17');
  await page.keyboard.press('Enter');
  await expect(inspector).toContainText('node-17');

  await bar.getByRole('combobox', { name: 'What to send' }).fill('curl http://shop-3');
  await send.click();
  await expect(cluster.getByText(/^\d+ of 30 nodes, those of this walk/)).toBeVisible();
  await cluster.getByRole('button', { name: 'Show all' }).click();
  await expect(cluster.getByText('All 30 nodes.')).toBeVisible();
});

test('the system’s own is hidden and shown again, and pods stand by namespace', async ({ page }) => {
  const { cluster } = await openPage(page);
  const drawn = cluster.getByRole('button', { name: 'What is drawn' });
  const resolver = cluster.getByRole('button', { name: /^Service kube-dns/ });
  await expect(resolver).toBeVisible();
  await drawn.click();
  await page.getByRole('menuitemcheckbox', { name: "Hide the system's own" }).click();
  await page.keyboard.press('Escape');
  await expect(resolver).toHaveCount(0);
  await expect(cluster.getByRole('button', { name: /^Service web/ })).toBeVisible();
  await drawn.click();
  await page.getByRole('menuitem', { name: 'Show all' }).click();
  await expect(resolver).toBeVisible();
  await drawn.click();
  await page.getByRole('menuitemradio', { name: /^By namespace/ }).click();
  await page.keyboard.press('Escape');
  await expect(cluster.getByText('kube-system').first()).toBeVisible();
});
