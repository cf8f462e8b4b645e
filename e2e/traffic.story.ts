// A load is spread over the endpoints, and counted as it happens.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test('a hundred requests and who answered them', async ({ page }) => {
  const { send, time } = await openPage(page);
  await page.getByRole('button', { name: 'How often: once' }).click();
  await page.getByRole('menuitemradio', { name: '100 at once' }).click();
  await send.click();
  await time.getByRole('tab', { name: 'Traffic' }).click();
  const tally = time.getByRole('region', { name: 'Repeated traffic' });
  await expect(tally.getByRole('heading')).toContainText('100 × client to http://web');
  await page.keyboard.press('End');
  await expect(tally).toContainText('100 answered');
  await expect(tally.getByRole('rowheader')).toHaveText([/^web-/, /^web-/, /^web-/]);
});
