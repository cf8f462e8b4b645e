// `npm start`: builds the site when its sources have changed, serves it on this machine, and opens it where there is a
// desktop. Options: --port N, --host ADDRESS, --no-open.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import { buildSite, isSiteFresh } from './build.ts';
import { stopChildrenOnSignals } from './children.ts';

const FIRST_PORT = 4173;

export async function main(args: readonly string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' }, 'no-open': { type: 'boolean', default: false } },
  });
  stopChildrenOnSignals();
  stopWithParent();
  if (!isSiteFresh(root)) {
    const status = await buildSite(root);
    if (status !== 0) return status;
  }
  const wanted = Number(values.port ?? FIRST_PORT);
  const port = await freePort(wanted, values.host);
  if (port !== wanted) console.log(`Port ${wanted} is taken; using ${port}.`);
  await preview({ root, logLevel: 'warn', preview: { host: values.host, port, strictPort: true } });
  const url = `http://${values.host === '0.0.0.0' ? 'localhost' : values.host}:${port}/`;
  console.log(`Packetwalk is at ${url}   (Ctrl-C ends it)`);
  if (!values['no-open']) openOnDesktop(url);
  return 0;
}

/** The first port from `from` on that nobody listens on. */
async function freePort(from: number, host: string): Promise<number> {
  for (let port = from; port < from + 100; port++) {
    if (await isFree(port, host)) return port;
  }
  throw new Error(`no free port between ${from} and ${from + 99}`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}

// When npm alone is ended, nobody tells us: we then have a new parent, and no one is left to serve.
function stopWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 1000).unref();
}

function openOnDesktop(url: string): void {
  const opener = desktopOpener();
  if (!opener) return;
  const [program, ...args] = opener;
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function desktopOpener(): [string, ...string[]] | undefined {
  if (process.env.CI) return undefined;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}
