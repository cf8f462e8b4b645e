// axe finds nothing, in any state that a story passes through, light and dark. The page follows the system's choice while
// it is open, so that each state is reached once.

import { expect, type Page, test } from '@playwright/test';
import { expectNoViolation } from './axe.ts';
import { openPage, openWithPlainEditor, partsOf, waitForEditor } from './page.ts';

const walk = 'send=pod/default/client~http://web';
const states: readonly { name: string; hash: string; withEditor?: boolean; act?: (page: Page) => Promise<unknown> }[] = [
  { name: 'nothing sent yet', hash: '', withEditor: true },
  { name: 'a rewrite', hash: `#s=pod-to-service&${walk}&hop=1.11.6` },
  { name: 'a reply put back', hash: `#s=pod-to-service&${walk}&hop=1.14.12` },
  {
    name: 'refused',
    hash: `#s=no-endpoints&${walk}`,
    withEditor: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Show where' }).click();
      await expect(partsOf(page).inspector).toContainText('Tried: 200 from');
    },
  },
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
  { name: 'scenarios', hash: '', act: openScenarios },
  { name: 'keys', hash: '', act: (page) => openByKey(page, '?', 'Keys') },
  { name: 'present', hash: `#s=pod-to-service&${walk}&hop=1.11.6`, act: present },
  { name: 'a damaged link', hash: '#v1.broken' },
  { name: 'the timeline', hash: `#s=pod-to-service&${walk}&hop=1.11.6&tab=timeline` },
  { name: 'two branches', hash: `#s=pod-to-service&${walk}&hop=1.1.3&tab=timeline`, act: compareTwoBranches },
  { name: 'a load', hash: '#s=pod-to-service&tab=traffic', act: sendALoad },
  { name: 'the terminal', hash: '#s=pod-to-service&tab=terminal', act: (page) => typeInTerminal(page, 'kubectl get pods -o wide') },
  { name: 'a command that fails', hash: '#s=pod-to-service&tab=terminal', act: (page) => typeInTerminal(page, 'kubectl get dance') },
  { name: 'the palette', hash: '', act: (page) => openByKey(page, 'Control+k', 'Do or go to') },
  { name: 'the tour', hash: '', act: takeTheTour },
  { name: 'faults of a node', hash: '#s=pod-to-service&select=Node//node-1', act: stopKubeProxy },
  { name: 'faults of a packet', hash: `#s=pod-to-service&${walk}&hop=1.11.6`, act: (page) => openMenu(page, 'Take this packet') },
  { name: 'a line of the text', hash: `#s=pod-to-service&${walk}&hop=1.1.1`, withEditor: true, act: showALine },
  { name: 'a guess', hash: `#s=pod-to-service&${walk}&hop=1.11.5`, act: predict },
  { name: 'found in the cluster', hash: '', act: find },
  { name: 'what is drawn', hash: '', act: (page) => openMenu(page, 'What is drawn') },
  { name: 'a policy that is not enforced', hash: '#s=policy-not-enforced' },
  { name: 'a lesson to play', hash: '#s=rolling-update' },
];

for (const { name, hash, withEditor, act } of states) {
  test(name, async ({ page }) => {
    await (withEditor ? openPage : openWithPlainEditor)(page, hash);
    if (withEditor) await waitForEditor(page);
    await act?.(page);
    await expectNoViolation(page);
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

async function compareTwoBranches(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Branch from here' }).click();
  await page.keyboard.press('s');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

async function sendALoad(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'How often: once' }).click();
  await page.getByRole('menuitemradio', { name: '100 at once' }).click();
  await page.keyboard.press('s');
  await expect(page.getByRole('region', { name: 'Repeated traffic' })).toContainText('100 ×');
}

async function typeInTerminal(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Command line' }).fill(line);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log', { name: 'Terminal' })).toContainText(line);
}

async function openByKey(page: Page, key: string, dialog: string): Promise<void> {
  await page.keyboard.press(key);
  await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
}

async function openMenu(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await expect(page.getByRole('menu')).toBeVisible();
}

async function stopKubeProxy(page: Page): Promise<void> {
  await openMenu(page, 'Break something');
  await page.getByRole('menuitem', { name: /^Stop kube-proxy/ }).click();
  await expect(page.getByRole('button', { name: 'Undo node-1: systemctl stop kube-proxy' })).toBeVisible();
}

async function showALine(page: Page): Promise<void> {
  await partsOf(page)
    .editorLine(/targetPort:\s8080/)
    .click();
  await page.getByRole('button', { name: /^line 10 decides/ }).click();
  await expect(partsOf(page).inspector).toContainText('Service web');
}

async function openScenarios(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pod to Service' }).click();
  await expect(page.getByRole('dialog', { name: 'Scenarios' })).toBeVisible();
}

async function takeTheTour(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await expect(page.getByRole('dialog')).toContainText('The cluster is this YAML');
}

async function present(page: Page): Promise<void> {
  await page.keyboard.press('p');
  await expect(page.getByRole('main')).toContainText('Hop 6 of');
}

async function predict(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Speed/ }).click();
  await page.getByRole('menuitemcheckbox', { name: /^Predict first/ }).click();
  await expect(page.getByRole('button', { name: 'Reveal R' })).toBeVisible();
}

async function find(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Find in the cluster' }).click();
  await page.keyboard.type('web');
  await expect(page.getByRole('option').first()).toBeVisible();
}
