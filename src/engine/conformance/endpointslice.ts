// The `endpointslice` suite: the state after one sync of a Service, against an expectation. Slices, endpoints and ports
// are sets; names of slices are free; an empty port list may be absent.

import type { EndpointSlice, KubeObject } from '../api/types.ts';
import { canonicalText } from '../apiserver/equality.ts';
import { createObjectStore } from '../apiserver/store.ts';
import { splitKey } from '../controllers/controller.ts';
import { SERVICE_NAME_LABEL, startEndpointSliceController } from '../controllers/endpointslice.ts';
import { Clock } from '../sim/clock.ts';
import type { VectorCase } from './suites.ts';

/** The first difference, in one line, or null when the case holds. */
export function runEndpointSliceCase(testCase: VectorCase): string | null {
  const slices = slicesOf(testCase);
  const { expect } = testCase;
  return (
    firstDifference(
      'slices',
      expect.slices?.map((slice: Slice) => sliceText(slice, true)),
      slices.map((slice) => sliceText(slice, !expect.hintCounts)),
    ) ??
    labelDifference(expect.labels, slices) ??
    hintDifference(expect.hintCounts, slices) ??
    sizeDifference(expect, slices)
  );
}

type Slice = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

function slicesOf(testCase: VectorCase): readonly EndpointSlice[] {
  const clock = new Clock();
  const store = createObjectStore(clock, 1);
  for (const object of testCase.objects as readonly KubeObject[]) store.create(object);
  startEndpointSliceController({ store, clock, maxEndpointsPerSlice: testCase.maxEndpointsPerSlice });
  while (clock.step());
  const { namespace, name } = splitKey(testCase.service);
  return store.list<EndpointSlice>('EndpointSlice', namespace).filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === name);
}

function sliceText({ addressType, endpoints, ports }: Slice, withHints: boolean): string {
  const endpointTexts = endpoints.map(({ hints, ...endpoint }) => canonicalText(withHints && hints ? { ...endpoint, hints } : endpoint));
  return `${addressType} ports [${(ports ?? []).map(canonicalText).sort()}] endpoints [${endpointTexts.sort()}]`;
}

function firstDifference(what: string, expected: readonly string[] | undefined, actual: readonly string[]): string | null {
  if (!expected) return null;
  const missing = expected.toSorted();
  const extra = actual.toSorted().filter((text) => {
    const at = missing.indexOf(text);
    if (at >= 0) missing.splice(at, 1);
    return at < 0;
  });
  if (missing.length === 0 && extra.length === 0) return null;
  return `${what}: expected ${missing[0] ?? 'no more'}, got ${extra[0] ?? 'no more'}`;
}

function labelDifference(expected: Record<string, string> | undefined, slices: readonly EndpointSlice[]): string | null {
  for (const [key, value] of Object.entries(expected ?? {})) {
    const wrong = slices.find((slice) => slice.metadata.labels?.[key] !== value);
    if (wrong) return `label ${key}: expected ${JSON.stringify(value)}, got ${JSON.stringify(wrong.metadata.labels?.[key])}`;
  }
  return null;
}

function hintDifference(expected: Record<string, number> | undefined, slices: readonly EndpointSlice[]): string | null {
  if (!expected) return null;
  const counts: Record<string, number> = {};
  for (const { endpoints } of slices)
    for (const { hints } of endpoints) for (const { name } of hints?.forZones ?? []) counts[name] = (counts[name] ?? 0) + 1;
  return firstDifference('hints', [canonicalText(expected)], [canonicalText(counts)]);
}

/** Where an expectation tells how full the slices are, not which endpoint sits where. */
function sizeDifference(expect: VectorCase['expect'], slices: readonly EndpointSlice[]): string | null {
  if (!expect.sliceSizes) return null;
  const texts = (sizes: readonly number[]) => [sizes.toSorted((a, b) => a - b).join('+')];
  const addresses = new Set(slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => endpoint.addresses)));
  const wrongPorts = slices.find((slice) => sliceText({ ...slice, endpoints: [] }, true) !== sliceText({ ...expect, endpoints: [] }, true));
  return (
    firstDifference('slice sizes', texts(expect.sliceSizes), texts(slices.map((slice) => slice.endpoints.length))) ??
    firstDifference('endpoints', [String(expect.endpointCount)], [String(addresses.size)]) ??
    (wrongPorts
      ? `ports: expected ${sliceText({ ...expect, endpoints: [] }, true)}, got ${sliceText({ ...wrongPorts, endpoints: [] }, true)}`
      : null)
  );
}
