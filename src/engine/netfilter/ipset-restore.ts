// Reads `ipset restore` input into the sets of a network namespace: create, add, del, flush and destroy. ipset(8),
// RESTORE. Left out: swap, rename, and the options of `create` that size the hash (hashsize, maxelem).

import { type AddressSets, SET_TYPES, type SetType } from './address-sets.ts';
import type { RulesetProblem } from './types.ts';

/** Carries out the commands, one a line; the first problem stops it, as it stops the tool. */
export function restoreSets(sets: AddressSets, text: string): RulesetProblem | null {
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const message = runCommand(sets, line.split(' '));
    if (message !== null) return { line: index + 1, text: line, message: `Error in line ${index + 1}: ${message}` };
  }
  return null;
}

function runCommand(sets: AddressSets, [command, name = '', ...rest]: readonly string[]): string | null {
  switch (command) {
    case 'create':
      return create(sets, name, rest);
    case 'add':
      return sets.add(name, rest.join(' '));
    case 'del':
      return sets.del(name, rest.join(' '));
    case 'flush':
      return sets.flush(name);
    case 'destroy':
      return sets.destroy(name);
    default:
      return `Unknown argument ${command}`;
  }
}

function create(sets: AddressSets, name: string, [type = '', ...options]: readonly string[]): string | null {
  if (name.length > LONGEST_NAME) return `Syntax error: setname '${name}' is longer than ${LONGEST_NAME} characters`;
  if (!isSetType(type)) return `Syntax error: unknown settype ${type}`;
  const at = options.indexOf('family');
  const family = at < 0 ? 'inet' : options[at + 1];
  if (family !== 'inet' && family !== 'inet6') return `Syntax error: unknown family ${family ?? ''}`;
  return sets.create(name, type, family === 'inet' ? 4 : 6);
}

function isSetType(type: string): type is SetType {
  return SET_TYPES.some((known) => known === type);
}

/** IPSET_MAXNAMELEN, without the final NUL. */
const LONGEST_NAME = 31;
