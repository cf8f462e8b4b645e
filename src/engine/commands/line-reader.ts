// The words of a command line, read one after the other as a shell splits them, and what is wrong with them: which word,
// and what could stand there.

export interface Word {
  readonly text: string;
  /** Where it stands in the line; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a line, in the words of the tool that would say so, and where. */
export interface LineError {
  readonly error: string;
  readonly start: number;
  readonly end: number;
}

/** Carries a LineError out of the functions that read a line; `parseLine` makes a value of it. */
export class Misread extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, { start, end }: { readonly start: number; readonly end: number }) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

/** `'{"a": 1}'` and `"a b"` are one word each. */
export function splitWords(line: string, offset = 0): Word[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(({ 0: raw, index }) => ({
    text: raw.replace(/"([^"]*)"|'([^']*)'/g, (_quoted, double = '', single = '') => double + single),
    start: offset + index,
    end: offset + index + raw.length,
  }));
}

export class LineReader {
  readonly #words: readonly Word[];
  readonly #endOfLine: number;
  #next = 0;

  constructor(line: string, offset = 0) {
    this.#words = splitWords(line, offset);
    this.#endOfLine = offset + line.length;
  }

  /** The next word, which stays the next; undefined at the end of the line. */
  get peek(): Word | undefined {
    return this.#words[this.#next];
  }

  /** All words that have not been read. */
  rest(): readonly Word[] {
    const words = this.#words.slice(this.#next);
    this.#next = this.#words.length;
    return words;
  }

  /** Any word; `what` says what it stands for: `a duration like 80ms`. */
  word(what: string): Word {
    const word = this.peek ?? this.fail(`${what} is expected`);
    this.#next++;
    return word;
  }

  /** One of these words. */
  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.peek?.text) ?? this.fail(expected(choices));
    this.#next++;
    return found;
  }

  /** Reads the word if it is the next one. */
  skip(text: string): boolean {
    if (this.peek?.text !== text) return false;
    this.#next++;
    return true;
  }

  /** `100ms`, in microseconds. */
  duration(): number {
    const durationUs = parseDuration(this.peek?.text ?? '') ?? this.fail('a duration like 80ms, 5s or 1m30s is expected');
    this.#next++;
    return durationUs;
  }

  end(): void {
    if (this.peek) this.fail('the line should end here');
  }

  /** Refuses the next word, or the end of the line. */
  fail(why: string): never {
    const { peek } = this;
    throw new Misread(peek ? `"${peek.text}": ${why}` : why, peek ?? { start: this.#endOfLine, end: this.#endOfLine });
  }
}

/** `ip, tc or systemctl is expected` */
export function expected(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? `${last} is expected` : `${choices.slice(0, -1).join(', ')} or ${last} is expected`;
}

const UNITS_US: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 };

/** `80ms`, `1.5s`, `1m30s` in microseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS_US[unit as string] as number), 0));
}

/** `1m30s`, `1.5s`, `80ms`: the shortest that reads back. */
export function printDuration(us: number): string {
  if (us >= 60_000_000) {
    const minutes = Math.floor(us / 60_000_000);
    const rest = us - minutes * 60_000_000;
    return `${minutes}m${rest > 0 ? printDuration(rest) : ''}`;
  }
  if (us >= 1_000_000) return `${us / 1_000_000}s`;
  return us >= 1_000 ? `${us / 1_000}ms` : `${us}us`;
}
