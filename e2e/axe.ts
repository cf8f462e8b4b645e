// axe on the page as it stands, in both themes.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES_ABOUT_COLOUR = ['color-contrast', 'link-in-text-block'];

export async function expectNoViolation(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    // Colours that are still on their way to the other theme are neither's, and what fades in is still pale.
    await page.evaluate(() => {
      const ending = document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
      return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => {});
    });
    // A menu lies over the page, and in none of its regions.
    const hasMenu = await page.getByRole('menu').isVisible();
    const axe = new AxeBuilder({ page }).disableRules(hasMenu ? ['region'] : []);
    // The dark theme is other colours on the same elements.
    const { violations } = await (colorScheme === 'dark' ? axe.withRules(RULES_ABOUT_COLOUR) : axe).analyze();
    const found = violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    expect.soft(found).toEqual([]);
  }
}
