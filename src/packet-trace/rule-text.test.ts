import { expect, test } from 'vitest';
import { conntrackLines, ruleParts } from './rule-text.ts';

test('a rule is cut between options, never between an option and its value', () => {
  const rule = '-A KUBE-SERVICES -d 10.96.44.10/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT';
  expect(ruleParts(rule)).toEqual([
    '-d 10.96.44.10/32',
    '-p tcp',
    '-m comment',
    '--comment "default/web has no endpoints"',
    '-m tcp',
    '--dport 80',
    '-j REJECT',
  ]);
});

test('a negation stays with what it negates', () => {
  expect(ruleParts('-A KUBE-SVC-X ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ')).toEqual(['! -s 10.244.0.0/16', '-j KUBE-MARK-MASQ']);
  expect(ruleParts('-A X -m mark ! --mark 0x4000/0x4000 -j RETURN')).toEqual(['-m mark', '! --mark 0x4000/0x4000', '-j RETURN']);
});

test('a conntrack line reads as state, way out, way back', () => {
  const line =
    'ipv4     2 tcp      6 119 TIME_WAIT src=10.244.1.11 dst=10.96.0.17 sport=40001 dport=80 src=10.244.2.10 dst=10.244.1.11 sport=8080 dport=40001 [ASSURED] mark=0 use=1 id=2290044028';
  expect(conntrackLines(line)).toEqual([
    'tcp 6 119 TIME_WAIT',
    'src=10.244.1.11 dst=10.96.0.17 sport=40001 dport=80',
    'src=10.244.2.10 dst=10.244.1.11 sport=8080 dport=40001 [ASSURED] mark=0',
  ]);
});
