// axe finds nothing, in any state that a story passes through, light and dark.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openPage, waitForEditor } from './page.ts';

const walk = 'send=pod/default/client~http://web';
const states: readonly { name: string; hash: string; act?: (page: Page) => Promise<unknown> }[] = [
  { name: 'nothing sent yet', hash: '' },
  { name: 'a rewrite', hash: `#s=pod-to-service&${walk}&hop=1.11.6` },
  { name: 'a reply put back', hash: `#s=pod-to-service&${walk}&hop=1.14.12` },
  { name: 'refused', hash: `#s=no-endpoints&${walk}`, act: (page) => page.getByRole('button', { name: 'Show where' }).click() },
  { name: 'a Service', hash: '#s=pod-to-service&select=Service/default/web' },
  { name: 'a node', hash: `#s=pod-to-service&${walk}&hop=1.11.6&select=Node//node-1` },
  { name: 'a pod', hash: '#s=pod-to-service&select=Pod/default/client' },
  { name: 'the sequence', hash: `#s=pod-to-service&${walk}&hop=1.11.6&tab=sequence` },
  {
    name: 'the matrix',
    hash: '#s=policy-one-dash&tab=matrix',
    act: (page) => page.getByRole('gridcell', { name: /client to web:80/ }).click(),
  },
  { name: 'events', hash: `#s=pod-to-service&${walk}&hop=1.11.6&tab=events` },
  { name: 'intent', hash: `#s=pod-to-service&${walk}&hop=1.11.6&zoom=intent` },
  { name: 'wire', hash: `#s=pod-to-service&${walk}&hop=1.11.6&zoom=wire` },
  { name: 'scenarios', hash: '', act: (page) => page.getByRole('button', { name: 'Pod to Service' }).click() },
  { name: 'keys', hash: '', act: (page) => page.keyboard.press('?') },
  { name: 'present', hash: `#s=pod-to-service&${walk}&hop=1.11.6`, act: (page) => page.keyboard.press('p') },
  { name: 'a damaged link', hash: '#v1.broken' },
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const { name, hash, act } of states) {
      test(name, async ({ page }) => {
        await openPage(page, hash);
        await waitForEditorIfShown(page, hash);
        await act?.(page);
        await expectNoViolation(page);
      });
    }
  });
}

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });
  for (const tab of ['Walk', 'Cluster', 'Matrix', 'YAML', 'Why']) {
    test(tab, async ({ page }) => {
      await openPage(page, `#s=pod-to-service&${walk}&hop=1.11.6`);
      await page.getByRole('tab', { name: tab }).click();
      await expectNoViolation(page);
    });
  }
});

async function waitForEditorIfShown(page: Page, hash: string): Promise<void> {
  if (!/zoom=/.test(hash)) await waitForEditor(page);
}

async function expectNoViolation(page: Page): Promise<void> {
  await expect(page.getByRole('main')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}
