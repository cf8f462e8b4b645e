// Names of places, shortened as they stand in the ruler and in rows.

/** Where a hop is, without the namespace: `default/client` is `client`, `wire` stays. */
export function placeName(node: string): string {
  return node.slice(node.indexOf('/') + 1);
}

/** A name cut in its middle, keeping the last five characters, by which pods differ: `web-…x2x9z`. */
export function shortName(name: string, most = 14): string {
  if (name.length <= most) return name;
  const head = name.slice(0, Math.max(1, most - 6));
  // A cut looks best after a dash.
  const dash = head.lastIndexOf('-');
  return `${dash > 1 ? head.slice(0, dash + 1) : head}…${name.slice(-5)}`;
}

/** Microseconds as the page writes time: `0.031 ms`, `452.1 ms`, `3.05 s`. */
export function formatMs(us: number): string {
  const ms = us / 1000;
  if (ms >= 1000) return `${Number((ms / 1000).toFixed(2))} s`;
  return `${ms < 100 ? ms.toFixed(3) : ms.toFixed(1)} ms`;
}

/** A moment of the run, counted from when the cluster had come to rest: `12.500 ms`, before it `-3.05 s`. */
export function formatSince(atUs: number, restUs: number): string {
  return atUs >= restUs ? formatMs(atUs - restUs) : `-${formatMs(restUs - atUs)}`;
}
