// Makes sure that node_modules fits package-lock.json. Plain JavaScript without imports from npm: it runs before any
// package is there, and on a Node that may be too old for TypeScript or for our tools.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [20, 19];

/** The folder that holds package.json. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Ends the process with a plain sentence when this Node is too old. */
export function requireNode(version = process.versions.node) {
  if (isNodeEnough(version)) return;
  console.error(`Packetwalk needs Node ${NEEDED.join('.')} or newer; this is Node ${version} (${process.execPath}).`);
  console.error('Get a current one from https://nodejs.org, or with your version manager: nvm install 22');
  process.exit(1);
}

export function isNodeEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** Runs `npm ci` unless node_modules holds what the lock file says. Everything it prints goes to stderr. */
export async function ensureInstalled() {
  if (isInstalled(readPackages('package-lock.json'), readPackages(join('node_modules', '.package-lock.json')))) return;
  console.error('Installing the packages of package-lock.json (npm ci), once ...');
  const status = await npmCi();
  if (status !== 0) process.exit(status);
}

/** Is every package there in its version? `there` is null when npm never finished: it writes its own list last. */
export function isInstalled(wanted, there) {
  if (!there) return false;
  const isThere = ([path, { version, optional }]) => (there[path] ? there[path].version === version : optional);
  return Object.entries(wanted)
    .filter(([path]) => path !== '')
    .every(isThere);
}

function readPackages(name) {
  const path = join(ROOT, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null;
}

function npmCi() {
  const [command, ...args] = npmCommand();
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`npm did not start: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

// Under `npm run` the npm that was called is known by path; started with plain `node`, the one on PATH has to do.
function npmCommand() {
  const path = process.env.npm_execpath;
  return path && /npm-cli\.c?js$/.test(path) ? [process.execPath, path] : ['npm'];
}
