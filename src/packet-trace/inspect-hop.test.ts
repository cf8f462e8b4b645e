import { expect, test } from 'vitest';
import { lookUp } from '../state/stepping.ts';
import { answeredWalk, refusedWalk } from '../state/testing-walks.ts';
import { inspectHop, inspectOutcome } from './inspect-hop.ts';

function at(walk: ReturnType<typeof answeredWalk>, packet: number, hop: number) {
  const view = lookUp([walk], { walk: 0, packet, hop });
  if (!view) throw new Error('no such hop');
  return inspectHop(view);
}

test('a rewrite: who decided, the header before and after, counters', () => {
  const inspection = at(answeredWalk(), 2, 3);
  expect(inspection.title).toBe('node-1 rewrites the destination: 10.96.44.10:80 becomes 10.244.2.17:8080.');
  expect(inspection.decision).toMatchObject({
    title: 'Decided by, nat table',
    head: 'KUBE-SEP-NYHT3LPQ5RXUWZB2 rule 2',
    note: '1 packet, 60 bytes matched',
  });
  expect(inspection.header[1]).toEqual({ field: 'dst', before: '10.96.44.10:80', after: '10.244.2.17:8080' });
});

test('the engine’s reasons for a hop come with it', () => {
  const walk = {
    ...answeredWalk(),
    whys: {
      '2/3': {
        title: 'node-1 rewrote the destination.',
        detail: 'The address was a rule.',
        why: [{ text: 'Port `8080`', role: 'cause' as const }],
      },
    },
  };
  const inspection = at(walk, 2, 3);
  expect(inspection.why).toMatchObject({ title: 'Why this pod', steps: [{ text: 'Port `8080`' }] });
  expect(inspection).toMatchObject({ title: 'node-1 rewrote the destination.', detail: 'The address was a rule.' });
});

test('a reply put back: no rule decided, and the hop that wrote the entry is named', () => {
  expect(at(answeredWalk(), 3, 2).decision).toMatchObject({ title: 'Decided by, no rule', isMemory: true, writer: { packet: 2, hop: 3 } });
});

test('the hop that refused: what the client sees instead of the header, and why', () => {
  const inspection = at(refusedWalk(), 2, 3);
  expect(inspection).toMatchObject({ tone: 'bad', title: 'Connection refused after 0.030 ms.', header: [] });
  expect(inspection.detail).toBe('It selects no pod.');
  expect(inspection.terminal).toEqual(['$ curl http://web', 'curl: (7) Failed to connect to web port 80: Connection refused']);
  expect(inspection.why?.steps).toHaveLength(1);
});

test('a hop before the refusal is told plainly', () => {
  expect(at(refusedWalk(), 2, 2)).toMatchObject({ tone: 'plain', terminal: [] });
});

test('a request that sent no packet still has its outcome and reason', () => {
  expect(inspectOutcome({ ...refusedWalk(), packets: [] })).toMatchObject({ tone: 'bad', title: 'Connection refused after 0.030 ms.' });
});
