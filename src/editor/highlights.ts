// The lines that a why-chain speaks of: tinted, with the step's number in a disc in the gutter, the same disc as in the
// inspector and in the drawing. Decorations move with the text while the reader types.

import type { editor } from 'monaco-editor/editor';
import type { Highlight } from './editor-props.ts';
import { toMonacoRange } from './markers.ts';

/** Above the problem signs: at a line with both, the step is what the reader looks for. */
const Z_INDEX = 100;

export function toWhyLines(highlights: readonly Highlight[]): editor.IModelDeltaDecoration[] {
  return highlights.flatMap(({ range, tone, label }) => [
    {
      range: toMonacoRange(range),
      options: { isWholeLine: true, className: `why-line why-line-${tone}`, marginClassName: `why-line why-line-${tone}` },
    },
    ...(label ? [disc(range.startLine, tone, label)] : []),
  ]);
}

// Monaco gives a gutter sign a class and nothing else: the style sheet knows the numbers.
function disc(line: number, tone: Highlight['tone'], label: string): editor.IModelDeltaDecoration {
  return {
    range: toMonacoRange({ startLine: line, startColumn: 1, endLine: line, endColumn: 1 }),
    options: {
      glyphMarginClassName: `gutter-disc gutter-disc-${tone} gutter-step-${label}`,
      glyphMarginHoverMessage: { value: `Step ${label} of the reason` },
      zIndex: Z_INDEX,
    },
  };
}
