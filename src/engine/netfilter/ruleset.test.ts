import { describe, expect, test } from 'vitest';
import { NO_PAYLOAD, type Packet } from '../net/packet.ts';
import { Random } from '../sim/random.ts';
import { COMMON_EXTENSIONS } from './common-extensions.ts';
import { firstPacketContext } from './first-packet.ts';
import { Ruleset } from './ruleset.ts';
import type { HookContext, RuleListener } from './types.ts';

type Event = Parameters<RuleListener>[0];

function syn(source: string, destination: string, destinationPort: number): Packet {
  const transport = { protocol: 'tcp', sourcePort: 40001, destinationPort, flags: ['SYN'], seq: 0, ack: 0, payload: NO_PAYLOAD } as const;
  return { id: 1, source, destination, ttl: 64, dontFragment: true, transport };
}

function contextOf(packet: Packet, more: Partial<HookContext> = {}): HookContext {
  return firstPacketContext(packet, 'PREROUTING', {
    inInterface: 'cni0',
    addressType: (address) => (address === '192.168.56.11' ? 'LOCAL' : 'UNICAST'),
    random: () => 0.4,
    ...more,
  });
}

function loaded(text: string): Ruleset {
  const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  expect(ruleset.restore(text)).toEqual([]);
  return ruleset;
}

const CLUSTER_IP = loaded(`*nat
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-SVC-WEB - [0:0]
:KUBE-SEP-1 - [0:0]
:KUBE-SEP-2 - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.10 -p udp --dport 53 -j RETURN
-A KUBE-SERVICES -d 10.96.0.17 -p tcp --dport 80 -j KUBE-SVC-WEB
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-A KUBE-SVC-WEB ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ
-A KUBE-SVC-WEB -m statistic --mode random --probability 0.5 -j KUBE-SEP-1
-A KUBE-SVC-WEB -j KUBE-SEP-2
-A KUBE-SEP-1 -p tcp -j DNAT --to-destination 10.244.1.10:8080
-A KUBE-SEP-2 -p tcp -j DNAT --to-destination 10.244.2.10:8080
COMMIT
`);

function walk(ruleset: Ruleset, context: HookContext, table: 'nat' | 'filter' = 'nat', chain = 'PREROUTING') {
  const events: Event[] = [];
  const verdict = ruleset.evaluate(table, chain, context, (event) => events.push(event));
  return { verdict, steps: events.map(({ chain: name, rule, verdict: text, missed }) => `${name} ${rule} ${text} (${missed})`) };
}

test('a connection to a ClusterIP jumps down to one endpoint', () => {
  const { verdict, steps } = walk(CLUSTER_IP, contextOf(syn('10.244.1.11', '10.96.0.17', 80)));
  expect(steps).toEqual([
    'PREROUTING 1 JUMP KUBE-SERVICES (0)',
    'KUBE-SERVICES 2 JUMP KUBE-SVC-WEB (1)',
    'KUBE-SVC-WEB 2 JUMP KUBE-SEP-1 (1)',
    'KUBE-SEP-1 1 ACCEPT (0)',
  ]);
  expect(verdict).toMatchObject({ kind: 'DNAT', address: '10.244.1.10', minPort: 8080, maxPort: 8080 });
});

test('MARK goes on, a chain that ends returns, the mark is told after the rule', () => {
  const events: Event[] = [];
  const context = contextOf(syn('192.168.56.100', '10.96.0.17', 80), { random: () => 0.6 });
  CLUSTER_IP.evaluate('nat', 'PREROUTING', context, (event) => events.push(event));
  expect(events.map(({ verdict, mark }) => `${verdict} ${mark.toString(16)}`)).toEqual([
    'JUMP KUBE-SERVICES 0',
    'JUMP KUBE-SVC-WEB 0',
    'JUMP KUBE-MARK-MASQ 0',
    'CONTINUE 4000',
    'JUMP KUBE-SEP-2 4000',
    'ACCEPT 4000',
  ]);
  expect(context.mark).toBe(0x4000);
});

test('what matches nothing ends in the policy, after all rules since the last match were missed', () => {
  const { verdict, steps } = walk(CLUSTER_IP, contextOf(syn('10.244.1.11', '10.96.0.17', 443)));
  expect(steps).toEqual(['PREROUTING 1 JUMP KUBE-SERVICES (0)', 'PREROUTING policy ACCEPT (0)']);
  expect(verdict).toEqual({ kind: 'ACCEPT', rule: null });
});

test('goto does not come back; RETURN in a built-in chain means its policy', () => {
  const ruleset = loaded(`*filter
:FORWARD DROP [0:0]
:OUTER - [0:0]
:INNER - [0:0]
-A FORWARD -s 10.244.9.0/24 -j RETURN
-A FORWARD -j OUTER
-A FORWARD -j ACCEPT
-A OUTER -g INNER
-A OUTER -j DROP
-A INNER -m comment --comment "only counts"
COMMIT
`);
  const { steps } = walk(ruleset, contextOf(syn('10.244.1.11', '10.244.2.10', 80)), 'filter', 'FORWARD');
  expect(steps).toEqual(['FORWARD 2 JUMP OUTER (1)', 'OUTER 1 GOTO INNER (0)', 'INNER 1 CONTINUE (0)', 'FORWARD 3 ACCEPT (0)']);
  const returned = walk(ruleset, contextOf(syn('10.244.9.1', '10.244.2.10', 80)), 'filter', 'FORWARD');
  expect(returned.steps).toEqual(['FORWARD 1 RETURN (0)', 'FORWARD policy DROP (0)']);
  expect(returned.verdict.kind).toBe('DROP');
});

test('counters count packets and bytes of rules and policies, and are printed by save -c', () => {
  const ruleset = loaded('*filter\n-A FORWARD -d 10.244.2.10 -j REJECT\nCOMMIT\n');
  ruleset.evaluate('filter', 'FORWARD', contextOf(syn('10.244.1.11', '10.244.2.10', 80)));
  ruleset.evaluate('filter', 'FORWARD', contextOf(syn('10.244.1.11', '10.244.3.10', 80)));
  expect(ruleset.save({ counters: true })).toBe(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [1:60]
:OUTPUT ACCEPT [0:0]
[1:60] -A FORWARD -d 10.244.2.10/32 -j REJECT --reject-with icmp-port-unreachable
COMMIT
`);
});

describe('loading', () => {
  test('a table is loaded as a whole or not at all, and every problem is told', () => {
    const ruleset = loaded('*filter\n-A INPUT -s 10.0.0.1 -j DROP\nCOMMIT\n');
    const before = ruleset.save();
    const problems = ruleset.restore('*filter\n-A INPUT -j ACCEPT\n-A INPUT -m quantum\n-A INPUT -p tcp --dport x\nCOMMIT\n', {
      noflush: true,
    });
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      "3: Couldn't load match `quantum':No such file or directory",
      "4: invalid port/service `x' specified",
    ]);
    expect(ruleset.save()).toBe(before);
  });

  test('--noflush keeps what is not mentioned; a declared chain is emptied; -X wants no reference', () => {
    const ruleset = loaded('*nat\n:A - [0:0]\n:B - [0:0]\n-A PREROUTING -j A\n-A A -j B\nCOMMIT\n');
    expect(ruleset.restore('*nat\n-X B\nCOMMIT\n', { noflush: true })).toMatchObject([
      { line: 2, message: 'CHAIN_DEL failed (Device or resource busy): chain B' },
    ]);
    expect(ruleset.restore('*nat\n:A - [0:0]\n-X B\nCOMMIT\n', { noflush: true })).toEqual([]);
    expect(ruleset.chainNames('nat')).toEqual(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'A']);
    expect(ruleset.rules('nat', 'PREROUTING').map((rule) => rule.text)).toEqual(['-A PREROUTING -j A']);
  });

  test('a loop is refused where a packet could enter it', () => {
    const ruleset = loaded('*filter\n:A - [0:0]\n:B - [0:0]\n-A A -j B\n-A B -j A\nCOMMIT\n');
    expect(ruleset.restore('*filter\n-A INPUT -j A\nCOMMIT\n', { noflush: true })).toMatchObject([
      { line: 2, message: 'RULE_APPEND failed (Too many links): rule in chain INPUT' },
    ]);
  });
});

describe('matches that remember', () => {
  const affinity = () =>
    loaded(`*nat
:SEP - [0:0]
-A PREROUTING -m recent --name SEP --rcheck --seconds 10 --reap -j SEP
-A PREROUTING -s 10.244.1.11 -j SEP
-A SEP -p tcp -m recent --name SEP --set -j DNAT --to-destination 10.244.1.10:80
COMMIT
`);
  const at = (seconds: number) => contextOf(syn('10.244.1.11', '10.96.0.17', 80), { nowUs: seconds * 1_000_000 });
  const decidedBy = (ruleset: Ruleset, seconds: number) => walk(ruleset, at(seconds)).steps[0];

  test('recent: an address is known for as long as --seconds says, counted from its last --set', () => {
    const ruleset = affinity();
    expect(decidedBy(ruleset, 0)).toBe('PREROUTING 2 JUMP SEP (1)');
    expect(decidedBy(ruleset, 9)).toBe('PREROUTING 1 JUMP SEP (0)');
    expect(decidedBy(ruleset, 18)).toBe('PREROUTING 1 JUMP SEP (0)');
    expect(decidedBy(ruleset, 29)).toBe('PREROUTING 2 JUMP SEP (1)');
  });

  test('recent: a list ends with the last rule that names it, and outlives rules that are written again', () => {
    const ruleset = affinity();
    decidedBy(ruleset, 0);
    const again = ruleset
      .save()
      .replace(/:(PREROUTING|INPUT|OUTPUT|POSTROUTING).*\n/g, '')
      .replace(/-A PREROUTING.*\n/g, '');
    expect(ruleset.restore(again, { noflush: true })).toEqual([]);
    expect(ruleset.recentLists.entries('SEP')).toEqual([{ address: '10.244.1.11', lastSeenUs: 0 }]);
    ruleset.restore('*nat\n-F\nCOMMIT\n', { noflush: true });
    expect(ruleset.recentLists.names()).toEqual([]);
  });

  test('statistic nth, limit', () => {
    const ruleset = loaded(
      '*filter\n-A INPUT -m statistic --mode nth --every 3 --packet 1\n-A INPUT -m limit --limit 1/sec --limit-burst 2\nCOMMIT\n',
    );
    for (let i = 0; i < 6; i++) ruleset.evaluate('filter', 'INPUT', at(i / 10));
    expect(ruleset.rules('filter', 'INPUT').map((rule) => rule.counters.packets)).toEqual([2, 2]);
  });

  test('set: longest prefix, nomatch', () => {
    const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
    ruleset.addressSets.create('pods', 'hash:net', 4);
    for (const entry of ['10.244.0.0/16', '10.244.9.0/24 nomatch']) expect(ruleset.addressSets.add('pods', entry)).toBeNull();
    expect(ruleset.restore('*filter\n-A INPUT -m set --match-set pods src -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n')).toEqual([]);
    const verdict = (source: string) => ruleset.evaluate('filter', 'INPUT', contextOf(syn(source, '10.0.0.1', 80))).kind;
    expect([verdict('10.244.1.1'), verdict('10.244.9.1'), verdict('10.1.1.1')]).toEqual(['ACCEPT', 'DROP', 'DROP']);
  });
});

test('a long chain counts exactly what its rules would count one by one', () => {
  const random = new Random(7);
  const pick = <T>(values: readonly T[]) => values[random.below(values.length)] as T;
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.0/30', '10.0.0.2/31'];
  const not = () => pick(['', '! ']);
  const conditions = [
    () => `${not()}-d ${pick(addresses)}`,
    () => `${not()}-s ${pick(addresses)}`,
    () => pick([`-p tcp ${not()}--dport ${pick(['80', '81', '80:81'])}`, '-p udp --dport 80']),
    () => `-i ${pick(['cni0', 'eth0'])}`,
  ];
  const someConditions = () => conditions.filter(() => random.float() < 0.4).map((condition) => condition());
  const bodies = Array.from({ length: 200 }, () => someConditions().join(' '));
  const together = loaded(`*filter\n${bodies.map((body) => `-A INPUT ${body}\n`).join('')}COMMIT\n`);
  const alone = bodies.map((body) => loaded(`*filter\n-A INPUT ${body}\nCOMMIT\n`));
  for (let i = 0; i < 200; i++) {
    const packet = syn(pick(addresses.slice(0, 3)), pick(addresses.slice(0, 3)), pick([80, 81, 82]));
    const { steps } = walk(together, contextOf(packet), 'filter', 'INPUT');
    for (const ruleset of alone) ruleset.evaluate('filter', 'INPUT', contextOf(packet));
    // Every rule was either missed or matched.
    const passed = steps.reduce((sum, step) => sum + Number(/\((\d+)\)$/.exec(step)?.[1]), steps.length - 1);
    expect(passed).toBe(bodies.length);
  }
  expect(together.rules('filter', 'INPUT').map((rule) => rule.counters.packets)).toEqual(
    alone.map((ruleset) => ruleset.rules('filter', 'INPUT')[0]?.counters.packets),
  );
});

test('rules that wait for somebody to look are counted all the same, and come before those that were loaded after them', () => {
  const first = '*filter\n:OWN - [0:0]\n-A INPUT -j OWN\n-A OWN -s 10.0.0.1/32 -j DROP\nCOMMIT\n';
  const second = '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n';
  const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  ruleset.loadLater(first);
  expect(ruleset.ruleCount).toBe(2);
  expect(ruleset.restore(second, { noflush: true })).toEqual([]);
  expect(ruleset.ruleCount).toBe(3);
  const atOnce = loaded(first);
  atOnce.restore(second, { noflush: true });
  expect(ruleset.save()).toBe(atOnce.save());
});
