// Time as a reader uses it: scrubbing over what happened, going back to before a pod was deleted, doing something else
// there, and laying the two branches side by side; by mouse and by keyboard alone.

import { expect, test } from '@playwright/test';
import { openPage } from './page.ts';

test.describe('the timeline', () => {
  test('scrubbing shows the cluster of then; an event tells what happened', async ({ page }) => {
    const { time, inspector, cluster } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.1.1');
    await time.getByRole('tab', { name: 'Timeline' }).click();
    const moment = time.getByRole('slider', { name: 'Moment of the run' });
    await expect(moment).toBeVisible();
    await time.getByRole('button', { name: 'From the start' }).click();
    const box = await moment.boundingBox();
    if (!box) throw new Error('the timeline has no size');
    await page.mouse.click(box.x + 30, box.y + 10);
    await expect(inspector.getByText('Between packets')).toBeVisible();
    await expect(cluster.getByText('The cluster as it was at this moment')).toBeVisible();
    await cluster.getByRole('button', { name: 'Back to the end' }).click();
    await expect(cluster.getByText('The cluster as it was at this moment')).toBeHidden();
  });

  test('a request from an earlier moment makes a branch, and the two are compared', async ({ page }) => {
    const { time, send, hops, cluster } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.1.3');
    await time.getByRole('tab', { name: 'Timeline' }).click();
    await time.getByRole('button', { name: 'Branch from here' }).click();
    await expect(cluster.getByText('in a new branch')).toBeVisible();
    await page.getByRole('combobox', { name: 'What to send' }).fill('curl http://nobody');
    await send.click();
    await expect(time.getByRole('button', { name: 'branch 2', pressed: true })).toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    await time.getByRole('button', { name: 'Compare' }).click();
    const dialog = page.getByRole('dialog', { name: 'Two branches, side by side' });
    await expect(dialog.getByText('first difference')).toBeVisible();
    await page.keyboard.press('Escape');
    await time.getByRole('button', { name: 'main', exact: true }).click();
    await expect(time.getByRole('button', { name: 'main', pressed: true })).toBeVisible();
    await time.getByRole('tab', { name: 'Hops' }).click();
    await expect(hops).toBeVisible();
  });
});

test('by keyboard alone: events, a branch, and back', async ({ page }) => {
  const { time, inspector } = await openPage(page, '#s=pod-to-service&send=pod/default/client~http://web&hop=1.1.3');
  await time.getByRole('tab', { name: 'Hops' }).focus();
  await page.keyboard.press('ArrowRight');
  const moment = time.getByRole('slider', { name: 'Moment of the run' });
  await expect(moment).toBeVisible();
  await page.keyboard.press('[');
  await expect(inspector.getByText('Between packets')).toBeVisible();
  await moment.focus();
  await page.keyboard.press('Home');
  await expect(moment).toHaveAttribute('aria-valuetext', /^0.000 ms/);
  for (const [key, side] of [
    ['PageUp', 'later'],
    ['ArrowLeft', 'earlier'],
  ] as const) {
    const before = Number(await moment.getAttribute('aria-valuenow'));
    await page.keyboard.press(key);
    const now = async () => Number(await moment.getAttribute('aria-valuenow'));
    await (side === 'later' ? expect.poll(now).toBeGreaterThan(before) : expect.poll(now).toBeLessThan(before));
  }
  const branch = time.getByRole('button', { name: 'Branch from here' });
  await branch.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('s');
  await expect(time.getByRole('button', { name: 'branch 2', pressed: true })).toBeVisible();
  await time.getByRole('button', { name: 'main', exact: true }).focus();
  await page.keyboard.press('Space');
  await expect(time.getByRole('button', { name: 'main', pressed: true })).toBeVisible();
});
