// Every built-in scenario, drawn at the hop that it is about, held against a picture that was looked at. A picture that
// has become better is taken anew with `npm run pictures`, and looked at before it is committed.

import { expect, test } from '@playwright/test';
import { decisiveMoment, lessons } from './lessons.ts';
import { openWithPlainEditor } from './page.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const lesson of lessons) {
  test(lesson, async ({ page }) => {
    const { cluster, bar } = await openWithPlainEditor(page, decisiveMoment(lesson));
    await expect(bar.getByRole('button', { name: 'Play' })).toBeEnabled();
    await expect(cluster.getByRole('button', { name: 'Find in the cluster' })).toBeVisible();
    await expect(page.locator('.flow-surface')).toBeVisible();
    await page.evaluate(() => document.fonts.ready);
    await expect(cluster).toHaveScreenshot(`${lesson}.png`);
  });
}
