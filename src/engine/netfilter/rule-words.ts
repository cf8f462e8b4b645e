// Splits a line of iptables-restore input into words: blanks separate, double quotes keep blanks, a backslash inside
// quotes takes the next character as it is. Follows add_param_to_argv (iptables 1.8.9, xshared.c).

const TAB = 9;
const BLANK = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** The words of a line. A quote that is never closed runs to the end of the line. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const { length } = line;
  const plain = !line.includes('"') && !line.includes('\t');
  let at = 0;
  while (at < length) {
    const code = line.charCodeAt(at);
    if (code === BLANK || code === TAB) {
      at++;
      continue;
    }
    const end = plain ? endOfBlanked(line, at) : endOfPlainWord(line, at);
    if (end === length || line.charCodeAt(end) !== QUOTE) {
      words.push(line.slice(at, end));
      at = end;
    } else at = readQuotedWord(line, at, words);
  }
  return words;
}

function endOfBlanked(line: string, start: number): number {
  const end = line.indexOf(' ', start);
  return end < 0 ? line.length : end;
}

function endOfPlainWord(line: string, start: number): number {
  let at = start;
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === BLANK || code === TAB || code === QUOTE) break;
  }
  return at;
}

function readQuotedWord(line: string, start: number, words: string[]): number {
  const close = line.charCodeAt(start) === QUOTE ? line.indexOf('"', start + 1) : -1;
  if (close > 0 && (close + 1 === line.length || line.charCodeAt(close + 1) === BLANK)) {
    const word = line.slice(start + 1, close);
    if (!word.includes('\\')) {
      words.push(word);
      return close + 1;
    }
  }
  let word = '';
  let quoted = false;
  let at = start;
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (quoted && code === BACKSLASH) word += line[++at] ?? '';
    else if (!quoted && (code === BLANK || code === TAB)) break;
    else word += line[at];
  }
  words.push(word);
  return at;
}
