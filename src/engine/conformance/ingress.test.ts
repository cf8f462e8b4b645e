import { expect, test } from 'vitest';
import { runGatewayCase } from './gateway.ts';
import { runIngressCase } from './ingress.ts';
import { unpackVectors } from './pack.ts';
import type { VectorCase, VectorFile } from './suites.ts';
import packedGateway from './vectors/ingress/gateway.json' with { type: 'json' };
import packedIngress from './vectors/ingress/ingress.json' with { type: 'json' };

const ingress = (unpackVectors(packedIngress) as VectorFile).cases;
const gateway = (unpackVectors(packedGateway) as VectorFile).cases;
const named = (cases: readonly VectorCase[], name: string) => structuredClone(cases.find((one) => one.name === name)) as VectorCase;

test.each(ingress.map((one) => [one.name, one] as const))('Ingress: %s', (_name, vectorCase) => {
  expect(runIngressCase(vectorCase)).toBeNull();
});

test.each(gateway.map((one) => [one.name, one] as const))('Gateway: %s', (_name, vectorCase) => {
  expect(runGatewayCase(vectorCase)).toBeNull();
});

test('a wrong expectation is told in one line', () => {
  const backend = named(ingress, 'longest-prefix-wins');
  backend.requests[0].expect.backend = 'lab/root:80';
  expect(runIngressCase(backend)).toBe('lab.example /aaa/ccc: backend: expected lab/root:80, got lab/aaa:80');
  const via = named(ingress, 'default-backend-with-rules');
  via.requests[0].expect.via = 'defaultBackend';
  expect(runIngressCase(via)).toBe('lab.example /aaa: via: expected defaultBackend, got undefined');
  const location = named(gateway, 'redirect-host-and-status');
  location.requests[0].expect.location = 'http://moved.example/';
  expect(runGatewayCase(location)).toBe(
    'GET any.example /hostname: location: expected http://moved.example/, got http://moved.example/hostname',
  );
  const split = named(gateway, 'simple-route');
  split.requests[0].expect = { split: { 'gw-lab/echo-a:8080': 3, '500': 1 } };
  expect(runGatewayCase(split)).toBe('GET any.example /: split: expected 500 0.25, gw-lab/echo-a:8080 0.75, got gw-lab/echo-a:8080');
});
