import { expect, test } from 'vitest';
import { runDNSCase } from './dns.ts';
import { unpackVectors } from './pack.ts';
import type { VectorFile } from './suites.ts';
import packed from './vectors/dns/dns.json' with { type: 'json' };

const { cases } = unpackVectors(packed) as VectorFile;

test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
  expect(runDNSCase(one)).toBeNull();
});

test('a case that expects another address, record or order of questions fails', () => {
  const srv = structuredClone(cases.find(({ name }) => name === 'clusterip-srv'));
  srv?.queries[0].answers.push({ name: 'web.', type: 'A', data: '10.0.0.9', ttl: 5 });
  expect(runDNSCase(srv)).toContain('expected web. 5 A 10.0.0.9');
  const search = structuredClone(cases.find(({ name }) => name === 'search-cluster-names'));
  search?.lookups[1].queries.reverse();
  expect(runDNSCase(search)).toContain('asks web.staging.shop.svc.cluster.local. A, expected web.staging.svc.cluster.local. A');
});
