// Rules by their place in iptables-save text, with counters where `iptables-save -c` wrote them; and the check that a
// rule trace has told of every packet that the rules counted.

import { type LabReport, LostEvents } from './lab-process.ts';

export interface RuleTexts {
  /** The rule as iptables-save prints it, or undefined. */
  text(table: string, chain: string, rule: number | 'policy'): string | undefined;
  /** Packets counted, by `table chain rule`. */
  readonly packets: ReadonlyMap<string, number>;
}

export function ruleTexts(save: string): RuleTexts {
  const texts = new Map<string, string>();
  const packets = new Map<string, number>();
  const counts = new Map<string, number>();
  let table = '';
  for (const line of save.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, counted, text, chain] = /^(?:\[(\d+):\d+\] )?(-A (\S+).*)$/.exec(line) ?? [];
    if (text === undefined) continue;
    const place = (counts.get(`${table} ${chain}`) ?? 0) + 1;
    counts.set(`${table} ${chain}`, place);
    const key = `${table} ${chain} ${place}`;
    texts.set(key, text);
    if (counted !== undefined) packets.set(key, Number(counted));
  }
  return { text: (inTable, chain, rule) => texts.get(`${inTable} ${chain} ${rule}`), packets };
}

/** Every packet that a rule counted while the lab ran must be in the trace; otherwise events were lost. */
export function checkCounters(report: LabReport): void {
  const traced = new Map<string, number>();
  for (const { machine, table, chain, rule } of report.events) {
    if (rule === null) continue;
    const key = `${machine} ${table} ${chain} ${rule}`;
    traced.set(key, (traced.get(key) ?? 0) + 1);
  }
  for (const [machine, save] of Object.entries(report.counters.after)) {
    const before = ruleTexts(report.counters.before[machine] ?? '').packets;
    for (const [key, packets] of ruleTexts(save).packets) {
      const counted = packets - (before.get(key) ?? 0);
      const told = traced.get(`${machine} ${key}`) ?? 0;
      if (counted !== told) throw new LostEvents(`rule ${key} of ${machine} counted ${counted} packets, the trace told of ${told}`);
    }
  }
}
