// Seeded randomness (xoshiro128**, Blackman and Vigna) and stable hashes: the only sources of chance in the engine.

/** A stream of random numbers that depends on its seed and name alone. */
export class Random {
  readonly #s: Uint32Array;

  constructor(seed: number, stream = '') {
    let state = (hash32(stream) ^ seed) >>> 0;
    this.#s = Uint32Array.from({ length: 4 }, () => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    });
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    const s = this.#s as unknown as [number, number, number, number];
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
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

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

/** FNV-1a, 32 bits. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** `length` characters of the alphabet that Kubernetes uses for generated names (apimachinery util/rand), from `text` alone. */
export function stableSuffix(text: string, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const random = new Random(hash32(text), 'suffix');
  return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');
}
