import { expect, test } from 'vitest';
import { createSimulation } from '../engine/whole-simulation.ts';
import { scenarios } from '../scenarios/catalogue.ts';
import { isCommented, isUsed, usesOfLine } from './line-uses.ts';

const text = scenarios.find(({ id }) => id === 'pod-to-service')?.text ?? '';
const { objects, walks } = createSimulation().run(text, 1, [{ type: 'send', from: 'pod/default/client', to: 'http://web' }]);
const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;

test("a Service's selector decides its endpoints, its rules, and the hop that picks a pod", () => {
  const { object, services, hops } = usesOfLine(lineOf('app: web'), objects, walks);
  expect(object?.key).toBe('Service/default/web');
  expect(services.map(({ key, endpoints }) => [key, endpoints.length])).toEqual([['Service/default/web', 3]]);
  expect(hops.some(({ hop }) => hop.kind === 'rule' && hop.addr_after !== undefined)).toBe(true);
  expect(hops.every(({ hop }) => hop.kind !== 'rule' || !hop.text.includes('kube-dns'))).toBe(true);
});

test('a line of a template decides the pods that were made from it, and the Services that select them', () => {
  const { object, made, services } = usesOfLine(lineOf('containers:'), objects, walks);
  expect(object?.kind).toBe('Deployment');
  expect(made.filter(({ kind }) => kind === 'Pod')).toHaveLength(3);
  expect(services.map(({ name }) => name)).toContain('web');
});

test('a line between documents decides nothing', () => {
  expect(isUsed(usesOfLine(lineOf('---'), objects, walks))).toBe(false);
});

test('a comment is the whole name, not a part of it', () => {
  const rule = '-A KUBE-SERVICES -d 10.96.0.17/32 -p tcp -m comment --comment "default/web:http cluster IP" -j KUBE-SVC-X';
  expect([isCommented(rule, 'default/web'), isCommented(rule, 'default/we'), isCommented(rule, 'fault/web')]).toEqual([true, false, false]);
});
