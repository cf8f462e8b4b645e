import { expect, it } from 'vitest';
import { saysNoSuchName } from './no-such-name.ts';

it('tells an answer that knows no such name from one that gives an address', () => {
  expect(saysNoSuchName({ label: 'A=', content: 'wep.default.svc.cluster.local. A: NXDOMAIN' })).toBe(true);
  expect(saysNoSuchName({ label: 'A=', content: 'web.default.svc.cluster.local. A: 10.96.44.10' })).toBe(false);
  expect(saysNoSuchName({ label: 'DATA', content: 'GET /NXDOMAIN HTTP/1.1' })).toBe(false);
});
