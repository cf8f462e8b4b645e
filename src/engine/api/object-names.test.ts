import { expect, test } from 'vitest';
import { kindedName, namespacedName } from './object-names.ts';

test('each object has its own name, also where there are more than are remembered', () => {
  for (let n = 0; n < 50_000; n++) namespacedName('default', `web-${n}`);
  expect([namespacedName('default', 'web-1'), namespacedName('', 'node-1')]).toEqual(['default/web-1', '/node-1']);
  expect([kindedName('Pod', 'default', 'web-1'), kindedName('Service', 'default', 'web-1')]).toEqual([
    'Pod/default/web-1',
    'Service/default/web-1',
  ]);
});
