// What the stories share: opening the page, and its parts by role and name, as a reader would call them.

import { expect, type Locator, type Page } from '@playwright/test';

export interface Parts {
  readonly bar: Locator;
  readonly send: Locator;
  readonly inspector: Locator;
  readonly time: Locator;
  readonly hops: Locator;
  readonly cluster: Locator;
  readonly editorLine: (text: RegExp) => Locator;
}

export function partsOf(page: Page): Parts {
  const bar = page.getByRole('banner');
  return {
    bar,
    send: page.getByRole('form', { name: 'Send a request' }).getByRole('button', { name: 'Send' }),
    inspector: page.getByRole('region', { name: 'Inspector', exact: true }),
    time: page.getByRole('region', { name: 'Time' }),
    hops: page.getByRole('slider', { name: /^Hops of/ }),
    cluster: page.getByRole('region', { name: 'Cluster' }),
    editorLine: (text) => page.locator('.view-line', { hasText: text }),
  };
}

/** Opens the page and waits until a packet can be sent. */
export async function openPage(page: Page, hash = ''): Promise<Parts> {
  await page.goto(`./${hash}`);
  const parts = partsOf(page);
  await expect(parts.send).toBeEnabled();
  return parts;
}

/** Opens the page and leaves the YAML in the plain editor: half the time, where a story is not about the text. */
export async function openWithPlainEditor(page: Page, hash = ''): Promise<Parts> {
  await page.route(/\/assets\/(MonacoEditor|worker-(yaml|editor))/, () => {});
  return openPage(page, hash);
}

/** Waits for the full editor; before that, typing would go into the plain one. */
export async function waitForEditor(page: Page): Promise<void> {
  await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
}

/** Replaces the first word of a line of the YAML that equals `from`. */
export async function replaceWord(page: Page, line: RegExp, from: string, to: string): Promise<void> {
  const word = partsOf(page).editorLine(line).first().getByText(from).last();
  await word.dblclick();
  // In one piece: what would stand there between two keys is a text of its own, and the page would run it.
  await page.keyboard.insertText(to);
}
