import { expect, test } from 'vitest';
import { crossing, packet } from '../state/testing-walks.ts';
import { headerRows } from './header-rows.ts';

const inner = '10.244.1.2:40001->10.244.2.20:80';
const outer = '192.168.56.11:47360->192.168.56.12:8472';
const hops = [crossing(1, 'node-1', 'flannel.1', 'tx', inner, 63), crossing(2, 'node-1', 'eth0', 'tx', outer)];

test('in a tunnel the header is the outer packet’s, and says what is inside', () => {
  const syn = packet(1, 'SYN', hops);
  expect(headerRows(syn, hops[1] as (typeof hops)[0])).toEqual([
    { field: 'src', before: '192.168.56.11:47360' },
    { field: 'dst', before: '192.168.56.12:8472' },
    { field: 'ttl', before: '64' },
    { field: 'inside', before: 'TCP SYN 10.244.1.2:40001 -> 10.244.2.20:80' },
  ]);
});
