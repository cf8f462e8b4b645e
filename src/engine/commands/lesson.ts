// The timeline of a scenario as actions of a run, and its `cluster.lag`: what can be read of them, and what is wrong with
// the rest, each at its field.

import { type FieldError, invalid, required } from '../api/field-error.ts';
import type { Scenario } from '../api/types.ts';
import { parseSource, parseTarget } from '../programs/target.ts';
import type { Action } from '../view.ts';
import { parseLine } from './command.ts';
import { lagCommand } from './component-faults.ts';
import { parseDuration } from './line-reader.ts';

export interface Lesson {
  /** In the order of the text; times count from the moment at which the lesson is played. */
  readonly actions: readonly Action[];
  readonly errors: readonly FieldError[];
}

type Step = NonNullable<Scenario['timeline']>[number];

/** More than a lesson can need. */
const MAX_TIMES = 100_000;
const DURATION = 'a duration like 80ms, 5s or 1m30s is expected';

export function readLesson({ timeline, cluster }: Scenario): Lesson {
  const errors: FieldError[] = Object.entries(cluster?.lag ?? {}).flatMap(([key, text]) => {
    const command = lagCommand(key, String(text));
    return typeof command === 'string' ? [invalid(`cluster.lag[${key}]`, String(text), command)] : [];
  });
  const steps = Array.isArray(timeline) ? timeline : [];
  const actions = steps.map((step, index) => readStep(step ?? {}, `timeline[${index}]`, errors));
  return { actions: actions.filter((action) => action !== null), errors };
}

function readStep(step: Step, path: string, errors: FieldError[]): Action | null {
  const before = errors.length;
  const atUs = readDuration(step.at, `${path}.at`, errors);
  const deeds = [step.run, step.send, step.apply].filter((deed) => deed !== undefined);
  if (step.at === undefined) errors.push(required(path, 'at: when it happens, like 2s'));
  if (deeds.length !== 1) errors.push(required(path, 'one of run, send and apply'));
  const action = deeds.length === 1 ? readDeed(step, path, errors) : null;
  return action && errors.length === before ? { ...action, atUs: atUs ?? 0 } : null;
}

function readDeed({ run, send, apply }: Step, path: string, errors: FieldError[]): Action | null {
  if (apply !== undefined) return { type: 'apply', text: String(apply) };
  if (send !== undefined) return readSend(send, `${path}.send`, errors);
  const line = String(run).trim();
  const parsed = parseLine(line);
  if ('error' in parsed) errors.push(invalid(`${path}.run`, line, parsed.error.replaceAll('\n', '; ')));
  return { type: 'command', line };
}

function readSend({ from, to, times, every }: NonNullable<Step['send']>, path: string, errors: FieldError[]): Action | null {
  for (const [field, parsed] of [
    ['from', parseSource(String(from))],
    ['to', parseTarget(String(to))],
  ] as const) {
    if ('error' in parsed) errors.push({ path: `${path}.${field}`, reason: 'FieldValueInvalid', message: parsed.error });
  }
  const isCount = times === undefined || (Number.isInteger(times) && times >= 1 && times <= MAX_TIMES);
  if (!isCount) errors.push(invalid(`${path}.times`, times, `must be between 1 and ${MAX_TIMES}, inclusive`));
  const everyUs = readDuration(every, `${path}.every`, errors);
  return { type: 'send', from: String(from), to: String(to), ...(times !== undefined && { times }), ...(everyUs !== null && { everyUs }) };
}

/** Null where there is none. */
function readDuration(text: unknown, path: string, errors: FieldError[]): number | null {
  if (text === undefined) return null;
  const durationUs = text === 0 ? 0 : parseDuration(String(text));
  if (durationUs === null) errors.push(invalid(path, String(text), DURATION));
  return durationUs;
}
