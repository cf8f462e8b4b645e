// The whole page without its looks: the same session as in the worker, in-process, with the real engine.

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { createSession } from '../worker/session.ts';
import { connectInProcess } from './connection.ts';
import { createPage, type Page } from './page.ts';
import { lookUp } from './stepping.ts';
import { isPod, isService } from './targets.ts';

const text = scenarios.find(({ id }) => id === 'pod-to-service')?.text ?? '';
const pages: Page[] = [];
afterEach(() => {
  for (const page of pages.splice(0)) page.close();
});

async function openPage(scenarioText = text): Promise<Page> {
  const page = createPage({ connection: connectInProcess(createSession(createSimulation, () => 0)), storage: null });
  pages.push(page);
  page.open({ scenario: null, text: scenarioText, seed: 1, actions: [] });
  await answered(page);
  return page;
}

const answered = (page: Page) => vi.waitFor(() => expect(page.run.store.getState().busy).toBe(false));
const hopInView = (page: Page) => lookUp(page.simulation.getState().walks, page.ui.getState().position);

async function sendAndPause(page: Page): Promise<void> {
  expect(page.send()).toBeNull();
  await answered(page);
  page.ui.setState({ playing: false });
}

test('a scenario opens with its own request ready to be sent', async () => {
  const page = await openPage();
  expect(page.ui.getState()).toMatchObject({ from: 'pod/default/client', line: 'curl http://web', position: null });
});

test('what is sent while an edit is still being played is followed when it comes', async () => {
  const page = await openPage();
  page.run.apply(text.replace('replicas: 3', 'replicas: 2'));
  expect(page.send()).toBeNull();
  await answered(page);
  expect(hopInView(page)?.hop.n).toBe(1);
  expect(page.ui.getState().playing).toBe(true);
});

test('a key pressed before the answer has come is meant for the answer', async () => {
  const page = await openPage();
  await sendAndPause(page);
  page.run.apply(text.replace('app: web', 'app: wep'));
  await answered(page);
  const [refused] = page.simulation.getState().walks;
  if (refused?.reason.suggestion) page.applyAndSendAgain(refused.reason.suggestion);
  page.move('last');
  await answered(page);
  expect(page.ui.getState().playing).toBe(false);
  expect(hopInView(page)).toMatchObject({ packet: { direction: 'reply' }, hop: { node: 'default/client' } });

  expect(page.send()).toBeNull();
  page.togglePlay();
  await answered(page);
  expect(hopInView(page)?.hop.n).toBe(1);
  expect(page.ui.getState().playing).toBe(false);
});

test('what was sent is followed from its first hop, and can be walked to its end and back', async () => {
  const page = await openPage();
  await sendAndPause(page);
  expect(hopInView(page)).toMatchObject({ packet: { label: 'A?' }, hop: { n: 1, node: 'default/client' } });
  page.move('last');
  expect(hopInView(page)).toMatchObject({ packet: { direction: 'reply' }, hop: { node: 'default/client' } });
  page.move('next');
  expect(hopInView(page)).toMatchObject({ packet: { direction: 'reply' }, hop: { node: 'default/client' } });
  page.move('first');
  expect(hopInView(page)?.hop.n).toBe(1);
});

test('one letter wrong leads to the rule that refuses; the suggested change mends it', async () => {
  const page = await openPage();
  await sendAndPause(page);
  page.run.apply(text.replace('app: web', 'app: wep'));
  await answered(page);
  expect(hopInView(page)).toMatchObject({ hop: { kind: 'rule', verdict: 'REJECT' } });
  const [walk] = page.simulation.getState().walks;
  expect(walk?.outcome.kind).toBe('refused');
  if (walk?.reason.suggestion) page.applyAndSendAgain(walk.reason.suggestion);
  await answered(page);
  expect(page.run.store.getState().text).toBe(text);
  expect(page.simulation.getState().walks[0]?.outcome.ok).toBe(true);
  expect(page.ui.getState().playing).toBe(true);
});

test('a deleted pod comes back under another name and the Service has three endpoints again', async () => {
  const page = await openPage();
  const before = page.simulation.getState().objects.filter(isPod);
  const victim = before.find((pod) => pod.name.startsWith('web-'));
  if (victim) page.deletePod(victim.namespace, victim.name);
  await answered(page);
  const { objects } = page.simulation.getState();
  expect(objects.filter(isPod).some((pod) => pod.name === victim?.name)).toBe(false);
  expect(objects.filter(isService).find((service) => service.name === 'web')?.endpoints).toHaveLength(3);
});

describe('a text that cannot be read', () => {
  test('leaves the cluster, and what is sent meanwhile is sent in it', async () => {
    const page = await openPage();
    const { objects } = page.simulation.getState();
    page.run.apply(`${text}---\nkind: [Pod\n`);
    await answered(page);
    expect(page.simulation.getState().usable).toBe(false);
    expect(page.simulation.getState().objects).toBe(objects);
    await sendAndPause(page);
    expect(page.simulation.getState().walks[0]?.outcome.ok).toBe(true);
  });

  test('that is not about sending at all is refused in words', async () => {
    const page = await openPage();
    page.ui.setState({ line: 'dance now' });
    expect(page.send()).toContain('dance is not simulated');
  });
});

test('a node shows what its tools print, with the run’s counters', async () => {
  const page = await openPage();
  await sendAndPause(page);
  const inspection = await page.run.inspectNode('node-1');
  expect(inspection?.iptablesSave).toContain('-A KUBE-SERVICES');
});

describe('time', () => {
  async function sendDeleteSend(): Promise<{ page: Page; victim: string }> {
    const page = await openPage();
    await sendAndPause(page);
    const victim = page.simulation.getState().objects.find((object) => isPod(object) && object.labels.app === 'web')?.name ?? '';
    page.deletePod('default', victim);
    await answered(page);
    await sendAndPause(page);
    return { page, victim };
  }
  const podNames = (page: Page) =>
    page.simulation
      .getState()
      .objects.filter(isPod)
      .map(({ name }) => name);

  test('an earlier moment shows the cluster of then, the end that of now', async () => {
    const { page, victim } = await sendDeleteSend();
    expect(podNames(page)).not.toContain(victim);
    page.showWalk(1);
    await answered(page);
    expect(podNames(page)).toContain(victim);
    page.goToMoment(page.simulation.getState().nowUs);
    await answered(page);
    expect(podNames(page)).not.toContain(victim);
  });

  test('a link to an earlier moment opens on the cluster of then', async () => {
    const { page, victim } = await sendDeleteSend();
    const { restUs } = page.simulation.getState();
    const content = page.run.store.getState();
    page.open(content, { moment: restUs + 1, position: null });
    await vi.waitFor(() => expect(page.simulation.getState().lookUs).toBe(restUs + 1));
    expect(podNames(page)).toContain(victim);
    page.open(content, { position: { walk: 1, packet: page.simulation.getState().walks[0]?.packets[0]?.id ?? 0, hop: 1 } });
    await vi.waitFor(() => expect(podNames(page)).toContain(victim));
  });

  test('events are stops between packets', async () => {
    const { page } = await sendDeleteSend();
    page.showWalk(1);
    page.move('next-event');
    await answered(page);
    const { position, moment } = page.ui.getState();
    expect(position).toBeNull();
    expect(page.simulation.getState().timeline.find(({ atUs }) => atUs === moment)).toMatchObject({ lane: 'you' });
  });

  test('who changes the cluster is shown what has become of it', async () => {
    const page = await openPage();
    await sendAndPause(page);
    page.act({ type: 'command', line: 'kubectl scale deployment web --replicas=5' });
    await answered(page);
    expect(page.ui.getState()).toMatchObject({ position: null, playing: false, moment: page.simulation.getState().nowUs });
    expect(podNames(page).filter((name) => name.startsWith('web'))).toHaveLength(5);
  });

  test('a line of the terminal sends, changes, or looks', async () => {
    const page = await openPage();
    await page.type('curl http://web');
    await page.type('kubectl get svc web -o name');
    await page.type('curl');
    await answered(page);
    expect(page.simulation.getState().walks[0]?.outcome.ok).toBe(true);
    expect(page.terminal.getState().looked.map(({ output, ok }) => [output[0], ok])).toEqual([
      ['service/web', true],
      [expect.stringContaining('needs an address'), false],
    ]);
    await page.type('kubectl delete pod client');
    await answered(page);
    expect(podNames(page)).not.toContain('client');
  });

  test('sending at an earlier moment makes a branch; both stay, and each can be gone back to', async () => {
    const { page, victim } = await sendDeleteSend();
    page.showWalk(1);
    page.move('last');
    page.branchAt(hopInView(page)?.hop.timeUs ?? null);
    await sendAndPause(page);
    expect(page.branches.getState().list.map(({ name }) => name)).toEqual(['main', 'branch 2']);
    expect(page.run.store.getState().actions).toHaveLength(2);
    expect(hopInView(page)?.walk.id).toBe(2);
    expect(podNames(page)).toContain(victim);
    page.showBranch(1);
    await answered(page);
    expect(page.simulation.getState().walks).toHaveLength(2);
    expect(page.run.store.getState().actions).toHaveLength(3);
    page.showBranch(2);
    await answered(page);
    expect(page.run.store.getState().actions.at(-1)).toMatchObject({ type: 'send', atUs: expect.any(Number) });
    const others = await page.run.peek(page.branches.getState().list[0]?.content as never);
    expect(others).toHaveLength(2);
  });

  test('an edit at an earlier moment makes a branch with the new text', async () => {
    const { page } = await sendDeleteSend();
    page.showWalk(1);
    page.branchAt(hopInView(page)?.hop.timeUs ?? null);
    page.edit(text.replace('replicas: 3', 'replicas: 1'));
    await answered(page);
    const { list, current } = page.branches.getState();
    expect(current).toBe(2);
    expect(list[0]?.content.text).toBe(text);
    expect(podNames(page).filter((name) => name.startsWith('web'))).toHaveLength(1);
  });

  test('where it went wrong is where the first failed request was decided', async () => {
    const page = await openPage(text.replace('app: web', 'app: wep'));
    await sendAndPause(page);
    page.goWrong();
    expect(hopInView(page)?.hop).toMatchObject({ chain: 'KUBE-SERVICES', verdict: 'REJECT' });
  });
});
