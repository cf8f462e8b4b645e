// What stands in a Secret: `data` in Base64 (RFC 4648, section 4), `stringData` as it is typed. The API server keeps only
// the first and writes the second over it (pkg/apis/core/v1/conversion.go, Kubernetes 1.33).

import type { KubeObject } from './types.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** `stringData` becomes `data`. The object is changed. */
export function foldStringData(secret: KubeObject): void {
  const { stringData } = secret;
  if (!stringData) return;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, encodeBase64(String(text))]);
  secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
  delete secret.stringData;
}

export function encodeBase64(text: string): string {
  const bytes = utf8(text);
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.slice(at, at + 3);
    const places = [a >> 2, ((a & 3) << 4) | ((b ?? 0) >> 4), (((b ?? 0) & 15) << 2) | ((c ?? 0) >> 6), (c ?? 0) & 63];
    const count = b === undefined ? 2 : c === undefined ? 3 : 4;
    out += places
      .slice(0, count)
      .map((place) => ALPHABET[place])
      .join('')
      .padEnd(4, '=');
  }
  return out;
}

/** The text that was encoded; the value as it is, where it is no Base64 of a text. */
export function decodeBase64(value: string): string {
  const places = [...value.replace(/[\s=]/g, '')].map((letter) => ALPHABET.indexOf(letter));
  if (places.includes(-1)) return value;
  const escaped = places.map((place) => place.toString(2).padStart(6, '0')).join('');
  const bytes = escaped.match(/.{8}/g) ?? [];
  try {
    return decodeURIComponent(bytes.map((bits) => `%${Number.parseInt(bits, 2).toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return value;
  }
}

function utf8(text: string): number[] {
  const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).match(/%..|./g) ?? [];
  return escaped.map((one) => (one.length === 3 ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0)));
}
