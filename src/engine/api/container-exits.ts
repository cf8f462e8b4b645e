// How a container's program ends by itself. No command is run: of a few the end is known (`sleep 5`, `false`, a shell
// script made of such words), and of the others it is assumed where a pod is there to come to an end.

import { knownProgram } from './known-images.ts';
import type { Container } from './types.ts';

export interface Exit {
  readonly afterUs: number;
  readonly exitCode: number;
  /** Nothing is known about the command: that it succeeds, and when, is made up. */
  readonly assumed: boolean;
}

/** What a container is there for: to make ready and end, to do a job and end, or to stay. */
export type Role = 'init' | 'job' | 'service';

/** How long a job takes whose command says nothing about it. */
export const ASSUMED_JOB_US = 1_000_000;
const SECOND_US = 1_000_000;
const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
const SHELLS = ['sh', 'bash', 'ash', 'dash'];
/** Commands that end at once and well, whatever they are told. */
const QUICK = new Set(['true', ':', 'echo', 'printf', 'date', 'hostname', 'id', 'uname', 'pwd', 'env', 'expr', 'seq', 'touch', 'mkdir']);

/** When and how the container ends; null for one that goes on. */
export function exitOf(container: Container, role: Role): Exit | null {
  const { command = [], args = [] } = container;
  const known = command.length > 0 ? runScript(scriptOf([...command, ...args])) : null;
  if (known === 'forever') return null;
  if (known) return { ...known, assumed: false };
  if (role === 'service' || (role === 'job' && isServer(container))) return null;
  return { afterUs: role === 'init' ? 0 : ASSUMED_JOB_US, exitCode: 0, assumed: true };
}

/** How long a preStop command keeps the container: one that sleeps. Null for a command that could do anything. */
export function sleepOf(command: readonly string[]): number | null {
  const run = runScript(scriptOf(command));
  if (run === 'forever') return Number.POSITIVE_INFINITY;
  return run?.afterUs ?? null;
}

function isServer(container: Container): boolean {
  return (knownProgram(container)?.listens.length ?? 0) > 0 || (container.ports ?? []).length > 0;
}

/** A shell's `-c` script, or the command itself. */
function scriptOf(words: readonly string[]): string {
  const name = words[0]?.split('/').at(-1) ?? '';
  const flag = words.findIndex((word, place) => place > 0 && /^-[a-z]*c$/.test(word));
  return SHELLS.includes(name) && flag > 0 ? (words[flag + 1] ?? '') : [name, ...words.slice(1)].join(' ');
}

/** Walks through the statements; null as soon as one is met that could do anything. */
function runScript(script: string): { readonly afterUs: number; readonly exitCode: number } | 'forever' | null {
  let afterUs = 0;
  let exitCode = 0;
  for (const statement of script.split(/;|&&|\n/).map((text) => text.trim())) {
    const [command = '', argument = ''] = statement.split(/\s+/);
    if (statement === '') continue;
    if (/[|`$<(]|\|\|/.test(statement.replace(/\$\(date\)|\$\w+|\$\{\w+\}/g, ''))) return null;
    exitCode = 0;
    if (command === 'sleep') {
      const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(argument) ?? [];
      if (argument === 'infinity' || argument === 'inf') return 'forever';
      if (amount === undefined) return null;
      afterUs += Math.round(Number(amount) * (UNIT_SECONDS[unit] ?? 1) * SECOND_US);
    } else if (command === 'pause' || /^tail .*-[fF]/.test(statement)) return 'forever';
    else if (command === 'exit') return { afterUs, exitCode: Number(argument) || 0 };
    else if (command === 'false') exitCode = 1;
    else if (!QUICK.has(command)) return null;
  }
  return { afterUs, exitCode };
}
