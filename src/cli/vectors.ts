// Finds, reads and runs conformance vector files. Used by the `conformance` command and by `npm test`.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unpackVectors } from '../engine/conformance/pack.ts';
import { isCounted, type RunCase, suiteRunner, type VectorCase, type VectorFile } from '../engine/conformance/suites.ts';

export interface CaseResult {
  readonly file: string;
  readonly suite: string;
  readonly name: string;
  /** False for extras and for cases that rest on practice only: reported, not counted. */
  readonly counted: boolean;
  /** The first difference, or null when the case holds. */
  readonly difference: string | null;
}

/** A file that is no vector file, or is of a suite that nobody knows. */
export class NotUnderstood extends Error {}

/** The vector files at `path`: the file itself, or every `.json` below the folder, sorted. */
export function findVectorFiles(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new NotUnderstood(`${path}: no such file or folder`);
  if (!found.isDirectory()) return [path];
  const below = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const files = below.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new NotUnderstood(`${path}: no vector files (*.json) in this folder`);
  return files.map((name) => join(path, name));
}

/** Runs every case of one file. Throws NotUnderstood. */
export function runVectorFile(path: string): readonly CaseResult[] {
  const { suite, cases } = readVectorFile(path);
  const runCase = suiteRunner(suite);
  if (!runCase) throw new NotUnderstood(`${path}: unknown suite ${JSON.stringify(suite)}`);
  const context = { sibling: (file: string) => readVectorFile(join(dirname(path), file)) };
  return cases.map((vectorCase) => ({
    file: path,
    suite,
    name: vectorCase.name,
    counted: isCounted(suite, vectorCase),
    difference: firstDifference(runCase, vectorCase, context),
  }));
}

function readVectorFile(path: string): VectorFile {
  let parsed: unknown;
  try {
    parsed = unpackVectors(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new NotUnderstood(`${path}: ${(error as Error).message}`);
  }
  if (!isVectorFile(parsed)) throw new NotUnderstood(`${path}: not a vector file: no "suite", or a case without "name" in "cases"`);
  return parsed;
}

function isVectorFile(value: unknown): value is VectorFile {
  const file = value as Partial<VectorFile> | null;
  return typeof file?.suite === 'string' && Array.isArray(file.cases) && file.cases.every((one) => typeof one?.name === 'string');
}

// A case that makes the engine throw has failed like any other: the rest must still run.
function firstDifference(runCase: RunCase, vectorCase: VectorCase, context: Parameters<RunCase>[1]): string | null {
  try {
    return runCase(vectorCase, context);
  } catch (error) {
    return `threw ${(error as Error).stack ?? error}`;
  }
}
