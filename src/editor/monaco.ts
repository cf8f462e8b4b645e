// Monaco with the features that a YAML pane needs, the YAML language server, and what the engine adds to both. Loaded
// lazily, by MonacoEditor.tsx alone. The parts are named one by one: with everything, the chunk is larger still.

import 'monaco-editor/editor/browser/coreCommands';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/placeholderText/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordOperations/register';
// `features/suggest/register` of 0.57 leaves the suggestion list itself out.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import * as monaco from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { conf, language } from 'monaco-editor/languages/definitions/yaml/yaml';
import { configureMonacoYaml } from 'monaco-yaml';
import type { Problem } from '../protocol/messages.ts';
import schemaText from './kubernetes-schema.json?raw';
import { fixesAt, toMarker, toMonacoRange, withoutEcho } from './markers.ts';
import { makeTheme, themeName } from './themes.ts';
import YamlWorker from './yaml.worker.ts?worker';

export { monaco };

type Model = monaco.editor.ITextModel;
type Marker = monaco.editor.IMarkerData;

const SCHEMA_OWNER = 'yaml';
const ENGINE_OWNER = 'packetwalk';

/** What the schema found in a model, before the engine's problems have hidden their echoes. */
const schemaMarkers = new WeakMap<Model, readonly Marker[]>();
const engineProblems = new WeakMap<Model, readonly Problem[]>();

/** Marks the engine's problems, and takes back what the schema says about the same lines. */
export function showProblems(model: Model, problems: readonly Problem[]): void {
  engineProblems.set(model, problems);
  monaco.editor.setModelMarkers(model, ENGINE_OWNER, problems.map(toMarker));
  showSchemaMarkers(model);
}

function showSchemaMarkers(model: Model): void {
  const markers = withoutEcho(schemaMarkers.get(model) ?? [], engineProblems.get(model) ?? []);
  monaco.editor.setModelMarkers(model, SCHEMA_OWNER, markers);
}

self.MonacoEnvironment = { getWorker: (_id: string, label: string) => (label === 'yaml' ? new YamlWorker() : new EditorWorker()) };

for (const theme of ['light', 'dark'] as const) monaco.editor.defineTheme(themeName(theme), makeTheme(theme));

// monaco-yaml 5.5 was written for an older Monaco, which made workers by name. The first message installs the server in
// the worker, whatever it says; the second configures it.
function createWebWorker<T extends object>(options: {
  createData?: unknown;
  host?: Record<string, () => unknown>;
  keepIdleModels?: boolean;
}) {
  const worker = new YamlWorker();
  worker.postMessage('start');
  worker.postMessage(options.createData);
  return monaco.editor.createWebWorker<T>({ worker, host: options.host, keepIdleModels: options.keepIdleModels });
}

function setModelMarkers(model: Model, owner: string, markers: readonly Marker[]): void {
  if (owner !== SCHEMA_OWNER) return monaco.editor.setModelMarkers(model, owner, [...markers]);
  schemaMarkers.set(model, markers);
  showSchemaMarkers(model);
}

configureMonacoYaml({ ...monaco, editor: { ...monaco.editor, createWebWorker, setModelMarkers } } as never, {
  isKubernetes: true,
  // With 1.1, where a lone `n` or `y` is a boolean, nothing is suggested after the first letter of `name`.
  yamlVersion: '1.2',
  enableSchemaRequest: false,
  hoverAnchor: false,
  hoverSchemaSource: false,
  format: { enable: false },
  schemas: [{ uri: 'inmemory://schema/kubernetes.json', fileMatch: ['*'], schema: JSON.parse(schemaText) }],
});

// Not by Monaco's own registration, which fetches the grammar later: the text would change its colours under the reader.
monaco.languages.setMonarchTokensProvider('yaml', language);
monaco.languages.setLanguageConfiguration('yaml', conf);

monaco.languages.registerCodeActionProvider('yaml', {
  provideCodeActions(model, range) {
    const fixes = fixesAt(engineProblems.get(model) ?? [], range);
    return { actions: fixes.map(({ problem, fix }) => toCodeAction(model, problem, fix)), dispose() {} };
  },
});

function toCodeAction(model: Model, problem: Problem, fix: NonNullable<Problem['fix']>): monaco.languages.CodeAction {
  const textEdit = { range: toMonacoRange(fix.range), text: fix.newText };
  return {
    title: fix.title,
    kind: 'quickfix',
    isPreferred: true,
    diagnostics: [toMarker(problem)],
    edit: { edits: [{ resource: model.uri, versionId: model.getVersionId(), textEdit }] },
  };
}
