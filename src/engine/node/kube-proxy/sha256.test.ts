import { expect, test } from 'vitest';
import { base32, sha256 } from './sha256.ts';

const hexOf = (text: string) => [...sha256(text)].map((word) => word.toString(16).padStart(8, '0')).join('');

test('the examples of FIPS 180-4', () => {
  expect(hexOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hexOf('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  expect(hexOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('base32 takes five bits at a time, across words', () => {
  // RFC 4648: "foobar" is MZXW6YTBOI.
  expect(base32(Uint32Array.from([0x666f6f62, 0x61720000]), 10)).toBe('MZXW6YTBOI');
});
