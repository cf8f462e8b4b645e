import { expect, test } from 'vitest';
import { AddressSets } from './address-sets.ts';
import { restoreSets } from './ipset-restore.ts';

test('commands are carried out in order, and saved as ipset saves them', () => {
  const sets = new AddressSets();
  const input = [
    'create KUBE-DST-A hash:ip family inet hashsize 1024 maxelem 65536',
    'add KUBE-DST-A 10.244.1.10',
    'add KUBE-DST-A 10.244.1.11',
    'del KUBE-DST-A 10.244.1.10',
    'create KUBE-SRC-B hash:net family inet',
    'add KUBE-SRC-B 10.0.0.0/8',
    'add KUBE-SRC-B 10.1.0.0/16 nomatch',
    '',
  ].join('\n');
  expect(restoreSets(sets, input)).toBeNull();
  expect(sets.save()).toBe(
    [
      'create KUBE-DST-A hash:ip family inet hashsize 1024 maxelem 65536',
      'add KUBE-DST-A 10.244.1.11',
      'create KUBE-SRC-B hash:net family inet hashsize 1024 maxelem 65536',
      'add KUBE-SRC-B 10.0.0.0/8',
      'add KUBE-SRC-B 10.1.0.0/16 nomatch',
      '',
    ].join('\n'),
  );
  expect(restoreSets(sets, 'destroy KUBE-DST-A\nflush KUBE-SRC-B')).toBeNull();
  expect(sets.has('KUBE-DST-A')).toBe(false);
  expect(sets.test('KUBE-SRC-B', { address: '10.2.0.1', port: 'tcp:80' })).toBe(false);
});

test.each([
  ['add KUBE-SRC-A 10.0.0.1', 'Error in line 1: The set with the given name does not exist'],
  ['create A hash:mac', 'Error in line 1: Syntax error: unknown settype hash:mac'],
  ['create A hash:ip\ncreate A hash:ip', 'Error in line 2: Set cannot be created: set with the same name already exists'],
  ['rename A B', 'Error in line 1: Unknown argument rename'],
])('%j is refused', (input, message) => {
  expect(restoreSets(new AddressSets(), input)?.message).toBe(message);
});
