// The picture in the README: the moment at which node-1 puts a pod's address in place of the Service's. Every run takes
// it into test-results; `npm run picture` replaces the committed one.

import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';

const COMMITTED = fileURLToPath(new URL('screenshots/first-walk.png', import.meta.url));

test('a link lands on the hop that it names, and the picture of it is taken', async ({ page }, testInfo) => {
  await page.goto('./#s=pod-to-service&send=pod/default/client~http://web&hop=0.11.6');
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('node-1 rewr');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('--to-destination 10.244.2.3:8080');
  const path = testInfo.config.updateSnapshots === 'all' ? COMMITTED : testInfo.outputPath('first-walk.png');
  await page.screenshot({ path, animations: 'disabled' });
});
