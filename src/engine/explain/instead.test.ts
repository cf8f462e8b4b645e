import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';
import { aimedAt } from './instead.ts';

const TEXT = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.44.10, selector: {app: web}, ports: [{port: 8000, targetPort: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: busybox}]}
`;

/** Asks, and asks again for what was probably meant, until nothing more is offered. */
function ask(to: string): string[] {
  const [walk] = createSimulation().run(TEXT, 1, [{ type: 'send', from: 'pod/default/client', to }]).walks;
  return [`${to}: ${walk?.outcome.text}`, ...(walk?.reason.instead ? ask(walk.reason.instead) : [])];
}

test('a name of another namespace, and then a port that the Service does not have', () => {
  expect(ask('http://web')).toEqual([
    'http://web: could not resolve host',
    'http://web.shop: timed out',
    'http://web.shop:8000: 200 from web',
  ]);
});

test('a name that nobody has is not guessed at', () => {
  expect(ask('http://shopping')).toEqual(['http://shopping: could not resolve host']);
});

test.each([
  ['http://web:8080/a?b=c#insecure', { port: 80 }, 'http://web/a?b=c#insecure'],
  ['https://web', { port: 8443 }, 'https://web:8443'],
  ['tcp://[fd00::1]:53', { port: 80 }, 'tcp://[fd00::1]:80'],
  ['icmp://web#size=10', { host: 'web.shop' }, 'icmp://web.shop#size=10'],
] as const)('%s aimed at %o is %s', (to, aim, expected) => {
  const scheme = to.split(':')[0] as 'http';
  expect(aimedAt({ to, target: { scheme, host: '', port: 0, path: '' } }, aim)).toBe(expected);
});
