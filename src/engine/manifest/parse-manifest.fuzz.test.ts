import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseManifest } from './parse-manifest.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: nginx
          ports: [{containerPort: 80}]
---
{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
`;

function expectSound(text: string): void {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const { range, fix, message } of parseManifest(text).problems) {
    expect(message).not.toBe('');
    for (const place of [range, ...(fix ? [fix.range] : [])]) {
      expect(place.startLine).toBeGreaterThanOrEqual(1);
      expect(place.endLine).toBeLessThanOrEqual(lines.length);
      const isForward = place.startLine < place.endLine || (place.startLine === place.endLine && place.startColumn <= place.endColumn);
      expect(isForward).toBe(true);
      expect(place.startColumn).toBeLessThanOrEqual((lines[place.startLine - 1]?.length ?? 0) + 1);
      expect(place.endColumn).toBeLessThanOrEqual((lines[place.endLine - 1]?.length ?? 0) + 1);
    }
  }
}

test('any edit of a good text is read, and every problem lies within it', () => {
  const edit = fc.record({
    at: fc.nat(DEPLOYMENT.length),
    remove: fc.nat(12),
    insert: fc.string({ unit: fc.constantFrom(...'\t\n -:{}[]&*!|>\'"%@`,#?a1.~<\u00a0') }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      expectSound(edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), DEPLOYMENT));
    }),
    { numRuns: 400, seed: 1 },
  );
});

test('so is any text at all', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectSound), { numRuns: 300, seed: 1 });
});
