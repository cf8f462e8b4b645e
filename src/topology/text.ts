// Fitting names into cells: text is shortened, never scaled.

/** `coredns-6f6b679f8f-9wqzl` -> `coredns-6f6b…9wqzl`: the last five characters tell pods of one owner apart. */
export function shortenMiddle(name: string, max: number): string {
  if (name.length <= max) return name;
  return `${name.slice(0, Math.max(1, max - 6))}…${name.slice(-5)}`;
}

/** The whole name in the heavier face if it fits into a width, else as much as does. */
export function fitMiddle(name: string, room: number, size = 12): string {
  for (let most = name.length; most > 8; most--) {
    const text = shortenMiddle(name, most);
    if (textWidth(text, size) * 1.04 <= room) return text;
  }
  return name;
}

/** `KUBE-SVC-LOLE4ISW44XBNF3G` -> `KUBE-SVC-LOLE…`. */
export function shortenEnd(name: string, max: number): string {
  return name.length <= max ? name : `${name.slice(0, max - 1)}…`;
}

/** About how wide a text of the monospaced face is. It is exact: every sign has one width. */
export function monoWidth(text: string, size = 12): number {
  return text.length * size * 0.6;
}

/** About how wide a text of the proportional face is: narrow signs, wide signs, and the rest. */
export function textWidth(text: string, size = 12): number {
  let em = 0;
  for (const sign of text) em += "iljtfrI.,:;'|!()[]- ".includes(sign) ? 0.33 : 'mwMW@'.includes(sign) ? 0.88 : sign < 'a' ? 0.66 : 0.57;
  return em * size;
}

/** The address and port before and after the arrow of `10.244.1.11:40001->10.96.0.17:80`. */
export function endsOf(addr: string): { readonly source: string; readonly destination: string } {
  const [source = '', destination = ''] = addr.split('->');
  return { source, destination };
}

/** `10.96.0.17` of `10.96.0.17:80`; an IPv6 address loses its brackets. */
export function hostOf(end: string): string {
  if (end.startsWith('[')) return end.slice(1, end.indexOf(']'));
  return end.split(':').length === 2 ? end.slice(0, end.indexOf(':')) : end;
}
