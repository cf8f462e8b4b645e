// Seeded randomness (xoshiro128**, Blackman and Vigna) and stable hashes: the only sources of chance in the engine.

/** A stream of random numbers that depends on its seed and name alone. */
export class Random {
  // Four numbers, not an array: a stream is made for every name that is drawn.
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, stream = '') {
    const state = hash32(stream) ^ seed;
    this.#a = mixed(state + GOLDEN);
    this.#b = mixed(state + 2 * GOLDEN);
    this.#c = mixed(state + 3 * GOLDEN);
    this.#d = mixed(state + 4 * GOLDEN);
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    const b = this.#b;
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = rotl(d, 11);
    return result;
  }

  /** In [0, 1). */
  float(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.float() * n);
  }
}

const GOLDEN = 0x9e3779b9;

function mixed(state: number): number {
  let z = state | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** FNV-1a, 32 bits. With the hash of what stands before it, `before`, that of both together. */
export function hash32(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** `length` characters of the alphabet that Kubernetes uses for generated names (apimachinery util/rand), from `text` alone. */
export function stableSuffix(text: string, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const random = new Random(hash32(text), 'suffix');
  let suffix = '';
  while (suffix.length < length) suffix += alphabet.charAt(random.below(alphabet.length));
  return suffix;
}
