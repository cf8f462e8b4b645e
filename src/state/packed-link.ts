// The packed part of a `#v1.` link: JSON, deflated with a frozen dictionary, in base64url. Unfolding stops at a cap, so
// that a small link cannot become a large page.

import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';
import { dictionaryV1 } from './share-dictionary.ts';

/** The most that a link may unfold to. */
export const maxInflatedBytes = 512 * 1024;

export function packLink(fields: unknown): string {
  return toBase64Url(deflateSync(strToU8(JSON.stringify(fields)), { level: 9, dictionary: strToU8(dictionaryV1) }));
}

export function unpackLink(payload: string): unknown | 'too-large' | 'damaged' {
  try {
    const bytes = inflateCapped(fromBase64Url(payload));
    return bytes === null ? 'too-large' : JSON.parse(strFromU8(bytes));
  } catch {
    return 'damaged';
  }
}

/** Stops as soon as the cap is passed; null if it was. Throws on damaged data. */
function inflateCapped(bytes: Uint8Array): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  const inflate = new Inflate({ dictionary: strToU8(dictionaryV1) }, (chunk, final) => {
    size += chunk.length;
    if (size <= maxInflatedBytes) chunks.push(chunk);
    isWhole = final;
  });
  // Deflate makes at most about 1,030 bytes of one: small pieces keep what a bomb can make before the check small.
  for (let at = 0; at < bytes.length && size <= maxInflatedBytes; at += 256) {
    inflate.push(bytes.subarray(at, at + 256), at + 256 >= bytes.length);
  }
  if (size > maxInflatedBytes) return null;
  if (!isWhole) throw new Error('the data ends too early');
  return join(chunks, size);
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
