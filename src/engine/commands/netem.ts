// The netem queueing discipline: delay, loss and duplication of what an interface sends, as tc-netem(8) words them. Left
// out: correlation, distributions other than the uniform one, reordering, corruption, rate.

import type { LineReader } from './line-reader.ts';
import { printDuration } from './line-reader.ts';

export interface Netem {
  readonly delayUs: number;
  readonly jitterUs: number;
  /** Of 100. */
  readonly lossPercent: number;
  readonly duplicatePercent: number;
}

/** What follows `root`: `netem delay 80ms 10ms loss 5% duplicate 1%`; null for `del`, which needs none. */
export function readQdisc(verb: 'add' | 'change' | 'replace' | 'del', reader: LineReader): Netem | null {
  if (verb === 'del') {
    reader.skip('netem');
    return null;
  }
  reader.oneOf(['netem']);
  const netem = { delayUs: 0, jitterUs: 0, lossPercent: 0, duplicatePercent: 0 };
  do {
    const option = reader.oneOf(['delay', 'loss', 'duplicate']);
    if (option === 'delay') {
      netem.delayUs = reader.duration();
      if (/^\d/.test(reader.peek?.text ?? '')) netem.jitterUs = reader.duration();
    } else if (option === 'loss') {
      reader.skip('random');
      netem.lossPercent = readPercent(reader);
    } else netem.duplicatePercent = readPercent(reader);
  } while (reader.peek);
  return netem;
}

/** `netem delay 80ms loss 5%` */
export function printNetem({ delayUs, jitterUs, lossPercent, duplicatePercent }: Netem): string {
  const words = ['netem'];
  if (delayUs > 0 || jitterUs > 0) words.push('delay', printDuration(delayUs));
  if (jitterUs > 0) words.push(printDuration(jitterUs));
  if (lossPercent > 0) words.push('loss', `${lossPercent}%`);
  if (duplicatePercent > 0) words.push('duplicate', `${duplicatePercent}%`);
  return words.join(' ');
}

function readPercent(reader: LineReader): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(reader.peek?.text ?? '')?.[1]);
  if (!(percent <= 100)) reader.fail('a percentage like 5% is expected');
  reader.word('a percentage');
  return percent;
}
