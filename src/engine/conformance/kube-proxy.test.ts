import { describe, expect, test } from 'vitest';
import { runKubeProxyCase } from './kube-proxy.ts';
import { unpackVectors } from './pack.ts';
import type { VectorCase, VectorFile } from './suites.ts';
import packedFlows from './vectors/kube-proxy/flows.json' with { type: 'json' };
import packedHashes from './vectors/kube-proxy/hashes.json' with { type: 'json' };
import packedRules from './vectors/kube-proxy/rules.json' with { type: 'json' };
import packedSaved from './vectors/kube-proxy/saved.json' with { type: 'json' };

const read = (packed: unknown) => unpackVectors(packed) as VectorFile;
const files: Record<string, VectorFile> = {
  'rules.json': read(packedRules),
  'flows.json': read(packedFlows),
  'hashes.json': read(packedHashes),
  'saved.json': read(packedSaved),
};
const context = { sibling: (file: string) => files[file] as VectorFile };

describe.each(Object.entries(files))('%s', (_file, { suite, cases }) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(runKubeProxyCase(suite, one, context)).toBeNull();
  });
});

describe('a wrong expectation is told in one line', () => {
  const rulesCase = (name: string) => structuredClone(files['rules.json']?.cases.find((one) => one.name === name)) as VectorCase;
  const run = (one: VectorCase) => runKubeProxyCase('kube-proxy-iptables', one, context);

  test('a rule too many, too few, or in the wrong order', () => {
    const one = rulesCase('node-ports-v4-localhost-on');
    const [last] = one.rules.nat.splice(-1, 1);
    expect(run(one)).toMatch(/^nat KUBE-SVC-XPGD46QRK7WJZT7O 3: expected nothing, got -A KUBE-SVC/);
    one.rules.nat.splice(-1, 0, last);
    expect(run(one)).toMatch(/^nat KUBE-SVC-XPGD46QRK7WJZT7O 2: expected .* got /);
  });

  test('a chain that is not declared', () => {
    const one = rulesCase('3-endpoints');
    one.rules.chains.nat.push(':KUBE-SVC-ABC - [0:0]');
    expect(run(one)).toMatch(/^nat chain \d+: expected :KUBE-SVC-ABC - \[0:0\], got /);
  });

  test('an endpoint that is not reached', () => {
    const one = structuredClone(files['flows.json']?.cases[0]) as VectorCase;
    one.flows[2].expect.endpoints.pop();
    expect(run(one)).toMatch(/^cluster IP with two endpoints: expected .*10\.180\.0\.4:80",.* got .*10\.180\.0\.5:80/);
  });
});
