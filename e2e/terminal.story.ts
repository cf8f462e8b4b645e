// The terminal: what is typed on a pod or a node acts on the simulation, and what the tool would print is printed.

import { expect, type Page, test } from '@playwright/test';
import { openPage } from './page.ts';

const printed = (page: Page) => page.getByRole('log', { name: 'Terminal' });

test('kubectl scales, curl asks, and the pods are there', async ({ page }) => {
  const { time, hops, cluster } = await openPage(page);
  await time.getByRole('tab', { name: 'Terminal' }).click();
  const line = time.getByRole('textbox', { name: 'Command line' });
  await line.fill('kubectl scale deployment web --replicas=4');
  await line.press('Enter');
  await expect(printed(page)).toContainText('deployment.apps/web scaled');
  await expect(cluster.getByRole('button', { name: /^Pod web-.* Running/ })).toHaveCount(4);
  await line.fill('kubectl get pods -o wide');
  await line.press('Enter');
  await expect(printed(page)).toContainText(/NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/);
  await expect(printed(page)).toContainText(/(web-\w+-\w+ +1\/1 +Running[\s\S]*){4}/);
  await line.fill('curl http://web');
  await line.press('Enter');
  await expect(printed(page)).toContainText('Hostname: web-');
  await printed(page).getByRole('button', { name: 'walk' }).click();
  await time.getByRole('tab', { name: 'Hops' }).click();
  await expect(hops).toBeVisible();
});

test('by keyboard alone: a key to get there, Tab to complete, an arrow for the line before', async ({ page }) => {
  await openPage(page);
  await page.keyboard.press('t');
  const line = page.getByRole('textbox', { name: 'Command line' });
  await expect(line).toBeFocused();
  await page.keyboard.type('nslookup we');
  await page.keyboard.press('Tab');
  await expect(line).toHaveValue(/^nslookup web/);
  await page.keyboard.press('Enter');
  await expect(printed(page)).toContainText(/Address:\s+10\.106\./);
  await page.keyboard.press('ArrowUp');
  await expect(line).toHaveValue(/^nslookup web/);
  await line.fill('kubectl get dance');
  await page.keyboard.press('Enter');
  await expect(printed(page)).toContainText('dance');
});
