import { expect, test } from 'vitest';
import { packet, synHops } from '../state/testing-walks.ts';
import { litRules, searchRules } from './lit-rules.ts';

const rule = '-A KUBE-SEP-NYHT3LPQ5RXUWZB2 -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination 10.244.2.17:8080';
const dump = ['*filter', ':FORWARD ACCEPT [0:0]', 'COMMIT', '*nat', ':PREROUTING ACCEPT [0:0]', rule, 'COMMIT'].join('\n');
const syn = packet(2, 'SYN', synHops);

test('the rule that the packet matched here is lit; at its own hop it is the deciding one', () => {
  expect(litRules(dump, 'node-1', syn, 5)[5]).toMatchObject({ lit: 'matched', n: 3 });
  expect(litRules(dump, 'node-1', syn, 3)[5]).toMatchObject({ lit: 'deciding', n: 3 });
  expect(litRules(dump, 'node-1', syn, 2)[5]).toMatchObject({ lit: 'no' });
  expect(litRules(dump, 'node-2', syn, 5)[5]).toMatchObject({ lit: 'no' });
});

test('a dump with counters is lit all the same', () => {
  expect(litRules(dump.replace(rule, `[1:60] ${rule}`), 'node-1', syn, 5)[5]).toMatchObject({ lit: 'matched' });
});

test('a search keeps the lines with all its words, and the names of tables', () => {
  const found = searchRules(litRules(dump, 'node-1', null, 0), 'dnat WEB');
  expect(found.map((line) => line.text)).toEqual(['*filter', '*nat', rule]);
});
