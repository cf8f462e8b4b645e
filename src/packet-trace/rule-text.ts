// A rule for narrow columns: cut between options, never between an option and its value.

/** The pieces of an iptables-save line that must each stay on one line. The leading `-A CHAIN` is left out. */
export function ruleParts(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const body = words[0] === '-A' ? words.slice(2) : words;
  const parts: string[] = [];
  for (const word of body) {
    const previous = parts.at(-1);
    const isOption = /^--?[a-z]/i.test(word);
    // `! -s 10.244.0.0/16`: the sign belongs to what follows it.
    const joins = previous !== undefined && (!isOption || previous === '!');
    if (joins && word !== '!') parts[parts.length - 1] = `${previous} ${word}`;
    else parts.push(word);
  }
  return parts;
}

/** A line of `conntrack -L` as three: protocol and state, the way out, the way back. */
export function conntrackLines(line: string): readonly string[] {
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => word !== 'ipv4' && !/^(use|id)=/.test(word));
  const first = words.findIndex((word) => word.startsWith('src='));
  if (first < 0) return [words.join(' ')];
  const second = words.findIndex((word, index) => index > first && word.startsWith('src='));
  const head = words.slice(0, first).filter((word, index) => !(index < 2 && /^2$/.test(word)));
  const end = second < 0 ? words.length : second;
  return [head.join(' '), words.slice(first, end).join(' '), words.slice(end).join(' ')].filter((part) => part !== '');
}
