// Finding one's way: the command palette, the tour, and the search in the drawing.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('the palette does, shows, goes to and opens', async ({ page }) => {
  const { bar, inspector, time } = await openPage(page);
  await bar.getByRole('button', { name: 'Do or go to' }).click();
  const palette = page.getByRole('dialog', { name: 'Do or go to' });
  const openByKey = async () => {
    await page.keyboard.press('Control+k');
    await expect(palette.getByRole('combobox')).toBeFocused();
  };
  await palette.getByRole('combobox').fill('timeline');
  await palette.getByRole('option', { name: 'Timeline' }).click();
  await expect(time.getByRole('slider', { name: 'Moment of the run' })).toBeVisible();

  await openByKey();
  await page.keyboard.type('node-2');
  await expect(palette.getByRole('option', { selected: true })).toContainText('node-2');
  await page.keyboard.press('Enter');
  await expect(palette).toHaveCount(0);
  await expect(inspector).toContainText('node-2');

  await openByKey();
  await page.keyboard.type('no such thing at all');
  await expect(palette).toContainText('Nothing is called that.');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);

  await openByKey();
  await page.keyboard.type('calls itself');
  await expect(palette.getByRole('option', { selected: true })).toContainText('A pod calls itself');
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^(?!Pod to Service)/);
});

test.describe('without motion', () => {
  // Keys that come while the tour moves on are lost on it.
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the tour goes through the page and can be left at any moment', async ({ page }) => {
    const { inspector } = await openPage(page);
    const tour = page.getByRole('dialog');
    await inspector.getByRole('button', { name: 'Take the tour' }).click();
    await expect(tour).toContainText('The cluster is this YAML');
    await tour.getByRole('button', { name: 'Next' }).click();
    await expect(tour).toContainText('The same cluster, drawn');
    await page.keyboard.press('ArrowRight');
    await expect(tour).toContainText('Send something');
    await page.keyboard.press('Escape');
    await expect(tour).toHaveCount(0);

    await inspector.getByRole('button', { name: 'Take the tour' }).click();
    await tour.getByRole('button', { name: 'Close' }).click();
    await expect(tour).toHaveCount(0);
    await page.keyboard.press('s');
    await expect(inspector).not.toContainText('No packet yet');
  });
});

test('what is in the cluster is found by name, address and label', async ({ page }) => {
  const { cluster, inspector } = await openPage(page);
  await expect(cluster.getByRole('button', { name: 'Find in the cluster' })).toBeVisible();
  await page.keyboard.press('/');
  const field = cluster.getByRole('combobox', { name: 'Find a pod, Service or node' });
  await expect(field).toBeFocused();
  await page.keyboard.type('app=client');
  await expect(cluster.getByRole('option', { name: /client/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(inspector).toContainText('client');
  await cluster.getByRole('button', { name: 'Find in the cluster' }).click();
  await field.fill('nobody-here');
  await expect(cluster).toContainText('Nothing in this cluster has that name, address or label.');
});
