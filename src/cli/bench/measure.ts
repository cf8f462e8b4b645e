// Repeated measurement: the median says more than the best or the mean on a machine that others use as well.

export interface Measured {
  /** Milliseconds on the clock on the wall. */
  readonly wallMs: number;
  /** Milliseconds of processor time of this process, its garbage collector included. */
  readonly cpuMs: number;
}

/** Medians over `runs`; `prepare` is not measured. Stops early, after at least one run, when `budgetMs` is used up. */
export function measure<T>(runs: number, prepare: () => T, run: (prepared: T) => void, budgetMs = 10_000): Measured {
  const [wall, cpu]: number[][] = [[], []];
  const startedMs = performance.now();
  for (let i = 0; i < runs && (i === 0 || performance.now() - startedMs < budgetMs); i++) {
    const prepared = prepare();
    const [cpuBefore, wallBefore] = [process.cpuUsage(), performance.now()];
    run(prepared);
    wall?.push(performance.now() - wallBefore);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu?.push((user + system) / 1000);
  }
  return { wallMs: median(wall ?? []), cpuMs: median(cpu ?? []) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
