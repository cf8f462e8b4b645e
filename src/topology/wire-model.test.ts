import { describe, expect, it } from 'vitest';
import type { TracedPacket, Walk } from '../protocol/messages.ts';
import { type Followed, followedAt } from './followed.ts';
import { clusterOf } from './graph.ts';
import { chainsOf, conditionOf, targetOf } from './rule-summary.ts';
import { refusedWalk, sampleObjects, serviceWalk } from './testing-data.ts';
import { conntrackEntry, wireModel } from './wire-model.ts';

const cluster = clusterOf(sampleObjects);
const modelAt = (followed: Followed) => wireModel({ followed, cluster, chains: new Map() });
const at = (walk: Walk, packet: number, hop: number) => followedAt(sampleObjects, walk, { walk: walk.id, packet, hop }) as Followed;

describe('rules in few words', () => {
  it('says a condition as iptables -L does', () => {
    const rule = '-A KUBE-SERVICES -d 10.96.0.17/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-SVC-X';
    expect([conditionOf(rule), targetOf(rule)]).toEqual(['10.96.0.17/32 dpt:80', 'KUBE-SVC-X']);
    expect(conditionOf('-A K -m statistic --mode random --probability 0.50000000000 -j X')).toBe('random p 0.500');
    expect(conditionOf('-A K ! -s 10.244.0.0/16 -d 10.96.0.17/32 -p tcp -m tcp --dport 80 -j X')).toBe(
      '! -s 10.244.0.0/16 10.96.0.17/32 dpt:80',
    );
    expect(conditionOf('-A K -m mark ! --mark 0x4000/0x4000 -j RETURN')).toBe('mark not 0x4000/0x4000');
    expect(conditionOf('-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')).toBe('all');
    expect(targetOf('-A K -p tcp -m tcp -j DNAT --to-destination 10.244.2.10:8080')).toBe('DNAT 10.244.2.10:8080');
  });

  it('finds the chains of an iptables-save text', () => {
    const chains = chainsOf('*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n[4:240] -A PREROUTING -j KUBE-SERVICES\nCOMMIT\n');
    expect(chains.get('nat PREROUTING')).toEqual([{ text: '-A PREROUTING -j KUBE-SERVICES', packets: 4 }]);
    expect(chains.get('nat KUBE-SERVICES')).toEqual([]);
  });
});

describe('a machine from the inside', () => {
  it('opens a column for each jump', () => {
    const model = modelAt(at(serviceWalk, 1, 6));
    expect(model?.columns.map((column) => column.chain)).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      'KUBE-SVC-EDM56NRYSGS4MPZY',
      'KUBE-SEP-BUTIPZNWCBII5GK2',
    ]);
    expect(model?.columns.at(-1)?.rows.at(-1)).toMatchObject({ number: '2', target: 'DNAT 10.244.2.10:8080', tone: 'rewrite' });
    expect(model?.columns[1]?.rows[0]).toMatchObject({ state: 'missed', number: '1-6' });
    expect([model?.from.kind, model?.to.kind, model?.bridged, model?.handedUp?.n]).toEqual(['pod', 'port', false, 7]);
  });

  it('closes the column of a chain that returned', () => {
    const model = modelAt(at(serviceWalk, 1, 17));
    expect(model?.columns.map((column) => column.chain)).toEqual(['POSTROUTING']);
  });

  it('shows the machine that the packet has just left', () => {
    expect(modelAt(at(serviceWalk, 1, 21))).toMatchObject({ node: { name: 'node-1' }, standing: { at: 'to' } });
    expect(modelAt(at(serviceWalk, 1, 40))).toMatchObject({ node: { name: 'node-2' }, to: { kind: 'pod' } });
  });

  it('marks the rule that refused', () => {
    const model = modelAt(at(refusedWalk, 3, 7));
    expect(model?.columns.at(-1)?.rows.at(-1)).toMatchObject({ tone: 'bad', target: 'REJECT' });
    expect(model?.to.kind).toBe('process');
  });

  it('lets every hop of a walk stand somewhere', () => {
    for (const packet of serviceWalk.packets as TracedPacket[])
      for (const hop of packet.hops) expect(modelAt(at(serviceWalk, packet.id, hop.n))?.standing).toBeTruthy();
  });
});

it('reads a conntrack entry', () => {
  expect(
    conntrackEntry(
      'tcp 6 120 SYN_SENT src=10.244.1.11 dst=10.96.0.17 sport=40001 dport=80 [UNREPLIED] src=10.244.2.10 dst=10.244.1.11 sport=8080 dport=40001',
    ),
  ).toEqual({
    protocol: 'tcp',
    state: '120 s SYN_SENT',
    sent: ['10.244.1.11:40001', '10.96.0.17:80'],
    expected: ['10.244.2.10:8080', '10.244.1.11:40001'],
    flags: '[UNREPLIED]',
  });
});
