import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit } from './admit.ts';
import { decodeBase64, encodeBase64 } from './secret-data.ts';

test('Base64, of any text', () => {
  expect(['', 'f', 'fo', 'foo', 'foob', 'pässword'].map(encodeBase64)).toEqual(['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'cMOkc3N3b3Jk']);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(encodeBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'));
      expect(decodeBase64(encodeBase64(text))).toBe(Buffer.from(text, 'utf8').toString('utf8'));
    }),
  );
});

test('stringData is written over data, and is not kept', () => {
  const metadata = { name: 'login', namespace: 'default' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { user: 'YQ==' }, stringData: { user: 'ada', word: 'x' } };
  const cluster = { serviceCIDRs: [], nodePortRange: '30000-32767' };
  const { object, errors } = admit({ operation: 'create', object: secret, cluster, existing: [] });
  expect(errors).toEqual([]);
  expect(object).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { user: 'YWRh', word: 'eA==' } });
});
