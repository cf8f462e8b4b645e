// Ways of reading a walk: guessing first, without motion, and at twice the size.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

const atTheRequest = '#s=pod-to-service&send=pod/default/client~http://web&hop=1.11.5';

test('predict first: what comes next is hidden until it is revealed', async ({ page }) => {
  const { bar, inspector, hops } = await openPage(page, atTheRequest);
  await bar.getByRole('button', { name: /^Speed/ }).click();
  await page.getByRole('menuitemcheckbox', { name: /^Predict first/ }).click();
  await page.keyboard.press('Escape');
  await expect(inspector).toContainText('Next: what does a rule change?');
  await expect(page.getByRole('region', { name: 'Hops of SYN' })).not.toContainText('DNAT');
  await inspector.getByRole('button', { name: 'Reveal R' }).click();
  await expect(page.getByRole('region', { name: 'Hops of SYN' })).toContainText('DNAT');
  await page.keyboard.press('ArrowRight');
  await expect(hops).toHaveAttribute('aria-valuenow', '6');
  await expect(inspector.getByRole('button', { name: 'Reveal R' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(inspector.getByRole('button', { name: 'Reveal R' })).toHaveCount(0);
});

test.describe('reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('playing goes in steps: a hop is at its place at once', async ({ page }) => {
    const { bar, hops } = await openPage(page, atTheRequest);
    await expect(hops).toHaveAttribute('aria-valuenow', '5');
    await bar.getByRole('button', { name: 'Play' }).click();
    await expect(hops).not.toHaveAttribute('aria-valuenow', '5');
    await bar.getByRole('button', { name: 'Pause' }).click();
    const moving = await page.evaluate(() =>
      document.getAnimations().flatMap(({ playState, effect }) => {
        const { target } = effect as KeyframeEffect;
        return playState === 'running' && target?.closest('.monaco-editor') === null ? target.className : [];
      }),
    );
    expect(moving).toEqual([]);
  });
});

test.describe('at 200 %', () => {
  // What a browser of 1440 by 900 leaves to a page at twice the size.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });

  test('nothing is out of reach: send, step, read why, change the text', async ({ page }) => {
    const { send, hops, inspector } = await openPage(page);
    await send.click();
    await page.keyboard.press('Space');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(hops).toHaveAttribute('aria-valuenow', '2');
    await page.getByRole('button', { name: 'Why' }).click();
    await expect(inspector).toContainText('Hop 2');
    await inspector.getByRole('button', { name: 'Close the inspector' }).click();
    await page.getByRole('button', { name: 'YAML' }).click();
    await expect(page.getByText('targetPort').first()).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(720);
  });
});
