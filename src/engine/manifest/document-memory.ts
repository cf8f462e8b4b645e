// What documents said when they were read the last time. While a text is edited most of its documents stay as they are,
// and need not be read again.

import type { ReadResult } from './plain-object.ts';

interface Read {
  readonly result: ReadResult;
  readonly firstLine: number;
  /** Some finding tells a line's number in the whole text. */
  readonly tellsLines: boolean;
}

export class DocumentMemory {
  #known = new Map<string, Read>();
  #lastTime = new Map<string, Read>();

  /** Begins a text: what the one before the last held is forgotten. */
  begin(): void {
    this.#lastTime = this.#known;
    this.#known = new Map();
  }

  /** The result of `read` for the document, or that of an earlier time. */
  recall(text: string, firstLine: number, read: () => ReadResult): ReadResult {
    const known = this.#known.get(text) ?? this.#lastTime.get(text);
    if (known && (!known.tellsLines || known.firstLine === firstLine)) {
      this.#known.set(text, known);
      return known.result;
    }
    const result = read();
    this.#known.set(text, {
      result,
      firstLine,
      tellsLines: result.findings.some(({ message, hint = '' }) => /\blines? \d/.test(message + hint)),
    });
    return result;
  }
}
