// Child processes of the commands: run to the end, output shown or kept, and never left behind.

import { type ChildProcess, spawn } from 'node:child_process';

export interface Finished {
  readonly status: number;
  /** What it printed on both streams, when it was not shown. */
  readonly output: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Show the output as it comes; otherwise it is kept in `output`. */
  readonly show?: boolean;
  readonly timeoutMs?: number;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end. One that cannot be started, or runs out of time, has failed. */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
    timeout: options.timeoutMs,
  });
  running.add(child);
  let output = '';
  const keep = (text: string) => {
    output += text;
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 127, output: `${program}: ${error.message}` }));
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ status: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output });
    });
  });
}

/** Runs a script of an installed package with this Node, without the detour over npx. */
export function runNode(script: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return runProgram(process.execPath, [script, ...args], options);
}

/** When only this process is told to stop, its children are told too. */
export function stopChildrenOnSignals(): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.exit(status);
    });
  }
}
