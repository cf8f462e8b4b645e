// SHA-256 (FIPS 180-4) of ASCII text, and base32 (RFC 4648) of the beginning of the digest: what kube-proxy's chain
// names are made of. Ours, because the engine uses no platform API.

/** The first 32-bit words of the fractional parts of the square roots of the first 8 primes. */
const INITIAL = Uint32Array.from([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUNDS = Uint32Array.from(firstPrimes(64), (prime) => {
  const root = Math.cbrt(prime);
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
});

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

const schedule = new Uint32Array(64);

/** The eight words of the digest. */
export function sha256(text: string): Uint32Array {
  const hash = INITIAL.slice();
  const { length } = text;
  const blocks = (length + 9 + 63) >> 6;
  for (let block = 0; block < blocks; block++) {
    for (let word = 0; word < 16; word++) schedule[word] = messageWord(text, (block << 6) + (word << 2));
    if (block === blocks - 1) schedule[15] = length * 8;
    compress(hash);
  }
  return hash;
}

/** Four bytes of the padded message: the text, a single 1 bit, zeros. */
function messageWord(text: string, at: number): number {
  let word = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = i < text.length ? text.charCodeAt(i) & 0xff : i === text.length ? 0x80 : 0;
    word = (word << 8) | byte;
  }
  return word;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function at(words: Uint32Array, index: number): number {
  return words[index] as number;
}

/** Written for speed: kube-proxy hashes a name for every endpoint. */
function compress(hash: Uint32Array): void {
  const [words, rounds] = [schedule, ROUNDS];
  for (let i = 16; i < 64; i++) {
    const early = words[i - 15] as number;
    const late = words[i - 2] as number;
    const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words[i] = ((words[i - 16] as number) + sigma0 + (words[i - 7] as number) + sigma1) | 0;
  }
  let [a, b, c, d] = [at(hash, 0) | 0, at(hash, 1) | 0, at(hash, 2) | 0, at(hash, 3) | 0];
  let [e, f, g, h] = [at(hash, 4) | 0, at(hash, 5) | 0, at(hash, 6) | 0, at(hash, 7) | 0];
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + sum1 + choice + (rounds[i] as number) + (words[i] as number)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + sum0 + majority) | 0;
  }
  add(hash, 0, a);
  add(hash, 1, b);
  add(hash, 2, c);
  add(hash, 3, d);
  add(hash, 4, e);
  add(hash, 5, f);
  add(hash, 6, g);
  add(hash, 7, h);
}

function add(words: Uint32Array, index: number, change: number): void {
  words[index] = at(words, index) + change;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first `length` base32 characters of the words, five bits each, most significant first. */
export function base32(words: Uint32Array, length: number): string {
  let text = '';
  for (let bit = 0; text.length < length; bit += 5) {
    const word = bit >> 5;
    const offset = bit & 31;
    let value = at(words, word) >>> 0;
    // Five bits that straddle two words.
    if (offset > 27) value = (value * 2 ** (offset - 27) + (at(words, word + 1) >>> (59 - offset))) % 32;
    else value = (value >>> (27 - offset)) & 31;
    text += ALPHABET[value];
  }
  return text;
}
