// The house plan, held by machine: who may import whom, no circles, nothing in the engine that differs from run to
// run, and a lock file that installs everywhere. A test file may look at whatever it tests; the plan binds the rest.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** Room -> the rooms (or single files) that it may import from, besides itself. */
const PLAN: Readonly<Record<string, readonly string[]>> = {
  // The page.
  'main.tsx': ['app', 'ui'],
  // Of the engine one list of sentences, which imports nothing.
  app: ['editor', 'topology', 'packet-trace', 'matrix', 'terminal', 'scenarios', 'state', 'protocol', 'ui', 'engine/simplifications.ts'],
  terminal: ['state', 'protocol', 'ui'],
  editor: ['state', 'protocol', 'ui'],
  topology: ['state', 'protocol', 'ui'],
  'packet-trace': ['state', 'protocol', 'ui'],
  matrix: ['state', 'protocol', 'ui'],
  scenarios: ['state', 'protocol', 'ui'],
  state: ['protocol'],
  ui: [],
  protocol: ['engine/index.ts'],
  // The other side.
  worker: ['protocol', 'engine/index.ts', 'engine/whole-parts.ts'],
  cli: ['engine', 'worker'],
  // The engine: two columns, which meet in node/ and programs/.
  'engine/net': [],
  'engine/sim': ['engine/net'],
  'engine/netfilter': ['engine/sim', 'engine/net'],
  'engine/netstack': ['engine/sim', 'engine/net', 'engine/netfilter'],
  'engine/api': ['engine/sim', 'engine/net/address.ts'],
  'engine/apiserver': ['engine/sim', 'engine/net/address.ts', 'engine/api'],
  'engine/controllers': ['engine/sim', 'engine/net/address.ts', 'engine/api', 'engine/apiserver'],
  'engine/manifest': ['engine/sim', 'engine/net/address.ts', 'engine/api', 'engine/view.ts'],
  'engine/programs': ['engine/sim', 'engine/net', 'engine/netfilter', 'engine/netstack', 'engine/api', 'engine/apiserver'],
  'engine/node': ['engine/sim', 'engine/net', 'engine/netfilter', 'engine/netstack', 'engine/api', 'engine/apiserver', 'engine/programs'],
  'engine/explain': [
    'engine/sim',
    'engine/net',
    'engine/netfilter',
    'engine/netstack',
    'engine/api',
    'engine/apiserver',
    'engine/manifest',
    'engine/programs',
    'engine/node',
    'engine/view.ts',
  ],
  'engine/matrix': [
    'engine/net',
    'engine/api',
    'engine/apiserver',
    'engine/node',
    'engine/explain',
    'engine/view.ts',
    'engine/matrix-view.ts',
  ],
  'engine/commands': [
    'engine/sim',
    'engine/netstack',
    'engine/api',
    'engine/apiserver',
    'engine/controllers',
    'engine/manifest',
    'engine/programs',
    'engine/node',
    'engine/actions.ts',
    'engine/cluster.ts',
    'engine/cluster-view.ts',
    'engine/inspections.ts',
    'engine/wait.ts',
    'engine/view.ts',
  ],
  'engine/conformance': ['engine'],
  // The door, the whole cluster, and what the page is told.
  engine: ['engine'],
};

/** Imports that leave no code behind. */
const TYPES_ONLY = [['protocol', 'engine/index.ts']];

/** Folder -> packages that it alone may use. */
const PACKAGES: readonly { readonly room: RegExp; readonly only: RegExp }[] = [
  { room: /^engine\/manifest\//, only: /^js-yaml$/ },
  { room: /^editor\//, only: /^monaco-/ },
  { room: /^topology\//, only: /^@xyflow\// },
  { room: /^cli\/bench\/webernetes-story/, only: /^@ngrok\// },
  { room: /^cli\//, only: /^(node:|vite$|esbuild$|typescript$|@playwright\/)/ },
];

/** What a run must not depend on: wall clock, chance, timers, the reader's language. The DOM and Node are kept out by tsc. */
const FORBIDDEN_NAMES = new Set(
  'setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame performance globalThis Intl'.split(' '),
);
const FORBIDDEN_MEMBERS = /^(Math\.random|Date\.now|.*\.(localeCompare|toLocale\w+))$/;

interface Import {
  readonly from: string;
  /** A file of ours below src/, or a package. */
  readonly to: string;
  readonly isOwn: boolean;
  readonly isTypeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name));
const sources = new Map(files.map((name) => [name, parse(name)]));
const imports = files.flatMap((name) => importsOf(name));
const own = imports.filter(({ isOwn }) => isOwn);

test('rooms import only from the rooms that the plan lists', () => {
  expect(imports.length).toBeGreaterThan(20);
  expect(own.filter((edge) => !isInPlan(edge)).map(describe)).toEqual([]);
});

test('every import names a file, with its extension', () => {
  expect(own.filter(({ to }) => !existsSync(join(SRC, to))).map(describe)).toEqual([]);
});

test('the page knows the engine by its types alone', () => {
  const isTypesOnly = ({ from, to }: Import) => TYPES_ONLY.some(([room, door]) => roomOf(from) === room && to === door);
  expect(own.filter((edge) => isTypesOnly(edge) && !edge.isTypeOnly).map(describe)).toEqual([]);
});

test('packages stay in the room that they are for', () => {
  const strays = imports.filter(({ isOwn }) => !isOwn).filter(({ from, to }) => !mayUse(from, to));
  expect(strays.map(describe)).toEqual([]);
});

test('no file needs itself to load; types alone may look back', () => {
  expect(circles(own.filter((edge) => !edge.isTypeOnly))).toEqual([]);
});

test('nothing in the engine differs from run to run', () => {
  const engine = files.filter((name) => name.startsWith('engine/') && !name.startsWith('engine/conformance/'));
  expect(engine.flatMap((name) => forbiddenIn(name))).toEqual([]);
});

test('package-lock.json has an entry for every optional package, and no download address', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> };
  const optional = Object.entries(packages).flatMap(([at, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).map((name) => ({ at, name })),
  );
  const missing = optional.filter(({ at, name }) => !packages[`${at}/node_modules/${name}`] && !packages[`node_modules/${name}`]);
  expect(missing).toEqual([]);
  expect(Object.entries(packages).filter(([, entry]) => entry.resolved?.startsWith('http'))).toEqual([]);
});

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

function parse(name: string): ts.SourceFile {
  return ts.createSourceFile(name, readFileSync(join(SRC, name), 'utf8'), ts.ScriptTarget.ES2023, true);
}

function importsOf(name: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(readImport(name, specifier.text, isTypeOnly));
  };
  visit(sources.get(name) as ts.SourceFile, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
  });
  return found;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const named = clause.namedBindings;
  return (
    clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (!clause.name && !!named && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly))
  );
}

function readImport(from: string, specifier: string, isTypeOnly: boolean): Import {
  const isOwn = specifier.startsWith('.');
  const path = specifier.replace(/\?\w+$/, '');
  return { from, to: isOwn ? relative(SRC, resolve(SRC, dirname(from), path)).replaceAll('\\', '/') : specifier, isOwn, isTypeOnly };
}

function roomOf(file: string): string {
  return (
    Object.keys(PLAN)
      .filter((room) => file === room || file.startsWith(`${room}/`))
      .sort((a, b) => b.length - a.length)[0] ?? file
  );
}

function isInPlan({ from, to }: Import): boolean {
  const room = roomOf(from);
  return [room, ...(PLAN[room] ?? [])].some((allowed) => to === allowed || to.startsWith(`${allowed}/`));
}

function mayUse(from: string, name: string): boolean {
  const rules = PACKAGES.filter(({ only }) => only.test(name));
  if (rules.length > 0) return rules.some(({ room }) => room.test(from));
  return !from.startsWith('engine/');
}

function circles(edges: readonly Import[]): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (name: string, path: readonly string[]) => {
    if (path.includes(name)) found.push([...path.slice(path.indexOf(name)), name].join(' -> '));
    if (done.has(name) || path.includes(name)) return;
    for (const { to } of edges.filter(({ from }) => from === name)) walk(to, [...path, name]);
    done.add(name);
  };
  for (const { from } of edges) walk(from, []);
  return found;
}

function forbiddenIn(name: string): string[] {
  const file = sources.get(name) as ts.SourceFile;
  const found: string[] = [];
  const report = (node: ts.Node) => found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText()}`);
  visit(file, (node) => {
    if (ts.isPropertyAccessExpression(node) && FORBIDDEN_MEMBERS.test(node.getText().replaceAll('?', ''))) report(node);
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) report(node);
    if (ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text) && isFreeName(node)) report(node);
  });
  return found;
}

// `packet.process` and `{ document: 1 }` only share a word with the globals.
function isFreeName(node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node & { name?: ts.Node };
  return parent.name !== node;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function describe({ from, to }: Import): string {
  return `${from} -> ${to}`;
}
