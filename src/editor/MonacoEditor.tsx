// The Monaco pane. The model belongs to the reader: a text that comes from outside is written into it as the smallest
// edit, so that cursor and undo survive. This file and what it imports make the lazy chunk.

import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { type Caret, DEFAULT_FONT_SIZE, type EditorProps, lineHeightOf, PLACEHOLDER } from './editor-props.ts';
import { toWhyLines } from './highlights.ts';
import { replacement } from './lines.ts';
import { toDecorations, toMonacoRange } from './markers.ts';
import { monaco, showProblems } from './monaco.ts';
import { TextExchange } from './text-exchange.ts';
import { themeName } from './themes.ts';
import './editor.css';

type Editor = monaco.editor.IStandaloneCodeEditor;

const FONT = '"JetBrains Mono Variable", ui-monospace, monospace';

/** What is the same for every pane. */
const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  language: 'yaml',
  automaticLayout: true,
  fontFamily: FONT,
  fontLigatures: false,
  glyphMargin: true,
  folding: false,
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 8,
  padding: { top: 6, bottom: 6 },
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollBeyondLastLine: false,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  renderLineHighlight: 'none',
  guides: { indentation: false },
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  quickSuggestions: { other: true, strings: true, comments: false },
  wordBasedSuggestions: 'off',
  // What is typed is what stands there: a learner who breaks a text on purpose must be able to.
  autoClosingBrackets: 'never',
  autoClosingQuotes: 'never',
  autoSurround: 'never',
  bracketPairColorization: { enabled: false },
  occurrencesHighlight: 'off',
  links: false,
  fixedOverflowWidgets: true,
  placeholder: PLACEHOLDER,
};

export function MonacoEditor({ caret, ...props }: EditorProps & { caret: Caret }) {
  const { value, problems, highlights, reveal, readOnly, theme, label, fontSize = DEFAULT_FONT_SIZE } = props;
  const pane = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const exchange = useRef(new TextExchange(value));
  const onChange = useEffectEvent(props.onChange);
  const onCursor = useEffectEvent((line: number) => props.onCursor?.(line));

  const open = useEffectEvent((element: HTMLElement) => {
    const made = monaco.editor.create(element, { ...OPTIONS, value, theme: themeName(theme) });
    colourFirstLines(made);
    restoreCaret(made, caret);
    return made;
  });

  useLayoutEffect(() => {
    if (!pane.current) return;
    const made = open(pane.current);
    const model = made.getModel();
    made.onDidChangeModelContent(() => {
      const text = model?.getValue(monaco.editor.EndOfLinePreference.LF) ?? '';
      if (exchange.current.isTyped(text)) onChange(text);
    });
    made.onDidChangeCursorPosition(({ position }) => onCursor(position.lineNumber));
    // Widths are measured once: again when the real font has arrived.
    document.fonts.load(`${DEFAULT_FONT_SIZE}px ${FONT}`).then(() => monaco.editor.remeasureFonts());
    setEditor(made);
    return () => {
      setEditor(null);
      model?.dispose();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    if (editor && exchange.current.isNews(value)) writeText(editor, value);
  }, [editor, value]);

  useEffect(() => {
    const ariaLabel = `${label}. Control and M let the Tab key leave the editor.`;
    editor?.updateOptions({ readOnly, ariaLabel, fontSize, lineHeight: lineHeightOf(fontSize) });
  }, [editor, readOnly, label, fontSize]);

  useEffect(() => monaco.editor.setTheme(themeName(theme)), [theme]);

  useEffect(() => {
    const model = editor?.getModel();
    if (!editor || !model) return;
    showProblems(model, problems);
    const signs = editor.createDecorationsCollection(toDecorations(problems));
    return () => signs.clear();
  }, [editor, problems]);

  useEffect(() => {
    if (!editor || !highlights) return;
    const lines = editor.createDecorationsCollection(toWhyLines(highlights));
    return () => lines.clear();
  }, [editor, highlights]);

  useEffect(() => {
    if (!editor || !reveal) return;
    editor.setPosition({ lineNumber: reveal.startLine, column: reveal.startColumn });
    editor.revealRangeInCenterIfOutsideViewport(toMonacoRange(reveal));
  }, [editor, reveal]);

  // React Flow takes the space key from everything that is no text field; Monaco's own element is none. `nokey` is its word for "not here".
  return <div ref={pane} className="monaco-pane nokey" />;
}

// Monaco colours when the page is idle, and on a busy machine that is late. What this calls is not in its public types.
function colourFirstLines(editor: Editor): void {
  const model = editor.getModel() as (monaco.editor.ITextModel & { tokenization?: { forceTokenization(line: number): void } }) | null;
  model?.tokenization?.forceTokenization(Math.min(model.getLineCount(), 100));
}

function restoreCaret(editor: Editor, { start, end, focused, scrollTop }: Caret): void {
  const model = editor.getModel();
  if (!model) return;
  editor.setSelection(monaco.Selection.fromPositions(model.getPositionAt(start), model.getPositionAt(end)));
  editor.setScrollTop(scrollTop);
  if (focused) editor.focus();
}

function writeText(editor: Editor, text: string): void {
  const model = editor.getModel();
  if (!model) return;
  const edit = replacement(model.getValue(monaco.editor.EndOfLinePreference.LF), text);
  const range = monaco.Range.fromPositions(model.getPositionAt(edit.start), model.getPositionAt(edit.end));
  model.pushStackElement();
  model.pushEditOperations(editor.getSelections(), [{ range, text: edit.text }], () => editor.getSelections());
  model.pushStackElement();
}
