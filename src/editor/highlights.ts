// The lines that a why-chain speaks of: tinted, with the step's number in a disc in the gutter, the same disc as in the
// inspector and in the drawing.

import type { editor } from 'monaco-editor/editor';
import type { Highlight } from './editor-props.ts';
import { toMonacoRange } from './markers.ts';

/** Above the problem signs: at a line with both, the step is what the reader looks for. */
const Z_INDEX = 100;

/** `monaco.editor.GlyphMarginLane.Center`, as a literal so that this file needs no Monaco to run. */
const CENTER_LANE = 2;

export function highlightDecorations(highlights: readonly Highlight[]): editor.IModelDeltaDecoration[] {
  return highlights.map(({ range, tone }) => ({
    range: toMonacoRange(range),
    options: { isWholeLine: true, className: `why-line why-line-${tone}`, marginClassName: `why-line why-line-${tone}` },
  }));
}

export function discWidget({ range, label = '', tone }: Highlight): editor.IGlyphMarginWidget {
  const disc = document.createElement('span');
  disc.className = `disc disc-${tone} gutter-disc`;
  disc.textContent = label;
  disc.title = `Step ${label} of the reason`;
  return {
    getId: () => `why-${label}-${range.startLine}`,
    getDomNode: () => disc,
    getPosition: () => ({
      lane: CENTER_LANE,
      zIndex: Z_INDEX,
      range: toMonacoRange({ ...range, endLine: range.startLine, endColumn: range.startColumn }),
    }),
  };
}
