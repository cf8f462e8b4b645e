// The editor until Monaco is there, and where Monaco cannot be: a text area with the same text.

import { type RefObject, useEffect, useRef } from 'react';
import { offsetAt } from '../state/text-edit.ts';
import { type Caret, DEFAULT_FONT_SIZE, type EditorProps, lineHeightOf, PLACEHOLDER } from './editor-props.ts';
import { lineAt } from './lines.ts';
import './editor.css';

export type PlainEditorProps = Pick<EditorProps, 'value' | 'onChange' | 'readOnly' | 'label' | 'onCursor' | 'reveal' | 'fontSize'> & {
  readonly area?: RefObject<HTMLTextAreaElement | null>;
};

export function PlainEditor({ value, onChange, readOnly, label, onCursor, reveal, fontSize = DEFAULT_FONT_SIZE, area }: PlainEditorProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  const ref = area ?? own;
  const lineHeight = lineHeightOf(fontSize);

  useEffect(() => {
    const text = ref.current;
    if (!reveal || !text) return;
    const at = offsetAt(text.value, reveal.startLine, reveal.startColumn);
    text.setSelectionRange(at, at);
    text.scrollTop = (reveal.startLine - 1) * lineHeight - text.clientHeight / 2;
  }, [reveal, lineHeight, ref]);

  return (
    <textarea
      ref={ref}
      className="plain-editor nokey"
      style={{ fontSize, lineHeight: `${lineHeight}px` }}
      aria-label={label}
      value={value}
      readOnly={readOnly}
      placeholder={PLACEHOLDER}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      wrap="off"
      onChange={(event) => onChange(event.target.value)}
      onSelect={(event) => onCursor?.(lineAt(event.currentTarget.value, event.currentTarget.selectionStart))}
    />
  );
}

/** Where the reader is in the text area, for the editor that replaces it. */
export function readCaret(area: HTMLTextAreaElement | null): Caret {
  if (!area) return { start: 0, end: 0, focused: false, scrollTop: 0 };
  const { selectionStart, selectionEnd, scrollTop } = area;
  return { start: selectionStart, end: selectionEnd, focused: document.activeElement === area, scrollTop };
}
