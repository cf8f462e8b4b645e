// The same page at the back of a room and in the hand.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

const atTheRewrite = '#s=pod-to-service&send=pod/default/client~http://web&hop=1.11.6';

test.describe('a projector, 1280 by 720', () => {
  test.use({ viewport: { width: 1280, height: 720 } });

  test('everything has its place, and present mode asks for the next hop', async ({ page }, testInfo) => {
    const { hops } = await openPage(page, atTheRewrite);
    await expect(hops).toHaveAttribute('aria-valuenow', '6');
    await page.screenshot({ path: testInfo.outputPath('projector.png'), animations: 'disabled' });
    await page.keyboard.press('p');
    await expect(page.getByRole('main')).toContainText('Hop 6 of');
    await expect(page.getByRole('main')).toContainText('Next: ');
    await page.screenshot({ path: testInfo.outputPath('present.png'), animations: 'disabled' });
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('main')).toContainText('Hop 7 of');
  });
});

test.describe('a phone, 390 by 844', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('send, step, read why, and the YAML behind its tab', async ({ page }, testInfo) => {
    const { send } = await openPage(page);
    await send.tap();
    await page.getByRole('button', { name: 'Pause' }).tap();
    await page.getByRole('button', { name: /^TCP SYN/ }).tap();
    for (let hop = 2; hop <= 6; hop++) await page.getByRole('button', { name: 'Next hop' }).tap();
    await expect(page.getByRole('contentinfo')).toContainText('Hop 6 of');
    await page.screenshot({ path: testInfo.outputPath('phone-walk.png'), animations: 'disabled' });
    await page.getByRole('tab', { name: 'Why' }).tap();
    await expect(page.getByText('-j DNAT')).toBeVisible();
    await page.screenshot({ path: testInfo.outputPath('phone-why.png'), animations: 'disabled' });
    await page.getByRole('tab', { name: 'Cluster' }).tap();
    await expect(page.getByRole('button', { name: /^Service web/ })).toBeVisible();
    await page.getByRole('tab', { name: 'YAML' }).tap();
    await expect(page.getByText('targetPort').first()).toBeVisible();
  });
});

test('below 1180 the inspector is a sheet, below 900 the editor is a tab', async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 800 });
  const { inspector } = await openPage(page, atTheRewrite);
  await expect(inspector).toHaveCount(0);
  await page.getByRole('button', { name: 'Why' }).click();
  await expect(inspector).toContainText('-j DNAT');
  await page.setViewportSize({ width: 800, height: 900 });
  await page.getByRole('button', { name: 'YAML' }).click();
  await expect(page.getByText('targetPort').first()).toBeVisible();
});
