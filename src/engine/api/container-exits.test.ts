import { expect, test } from 'vitest';
import { exitOf, type Role, sleepOf } from './container-exits.ts';

const exit = (role: Role, ...command: string[]) => exitOf({ name: 'c', image: 'busybox', ...(command.length ? { command } : {}) }, role);
const sh = (role: Role, script: string) => exit(role, 'sh', '-c', script);

test('commands whose end is known', () => {
  expect(exit('service', 'sleep', '5')).toEqual({ afterUs: 5_000_000, exitCode: 0, assumed: false });
  expect(exit('service', '/bin/false')).toEqual({ afterUs: 0, exitCode: 1, assumed: false });
  expect(sh('service', 'echo migrating; sleep 2m && exit 3')).toEqual({ afterUs: 120_000_000, exitCode: 3, assumed: false });
  expect(exit('job', 'sleep', 'infinity')).toBeNull();
  expect(sh('job', 'echo up; tail -f /dev/null')).toBeNull();
});

test('of any other command nothing is known: a service goes on, an init container and a job are assumed to succeed', () => {
  const loop = 'until nslookup db; do sleep 2; done';
  expect(sh('service', loop)).toBeNull();
  expect(sh('init', loop)).toEqual({ afterUs: 0, exitCode: 0, assumed: true });
  expect(exit('job', 'perl', '-Mbignum=bpi', '-wle', 'print bpi(2000)')).toEqual({ afterUs: 1_000_000, exitCode: 0, assumed: true });
  expect(exit('job')).toMatchObject({ assumed: true });
});

test('a server in a job goes on', () => {
  expect(exitOf({ name: 'web', image: 'nginx' }, 'job')).toBeNull();
  expect(exitOf({ name: 'web', image: 'shop', ports: [{ containerPort: 80 }] }, 'job')).toBeNull();
});

test('the sleep of a preStop hook', () => {
  expect(sleepOf(['/bin/sh', '-c', 'sleep 10'])).toBe(10_000_000);
  expect(sleepOf(['sleep', '3'])).toBe(3_000_000);
  expect(sleepOf(['nginx', '-s', 'quit'])).toBeNull();
});
