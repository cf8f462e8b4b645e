// What both editors, the plain one and Monaco, are told and tell.

import type { Problem, SourceRange } from '../protocol/messages.ts';

export interface Highlight {
  readonly range: SourceRange;
  /** The number of the why-chain step, shown in a disc beside the line. */
  readonly label?: string;
  /** Filled disc: a cause. Outlined: evidence. `bad`: the cause of a failure. */
  readonly tone: 'cause' | 'evidence' | 'bad' | 'bad-evidence';
}

export interface EditorProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly problems: readonly Problem[];
  readonly highlights?: readonly Highlight[];
  /** A place to bring into view; a new object asks anew, even for the same place. */
  readonly reveal?: SourceRange;
  readonly readOnly?: boolean;
  readonly theme: 'light' | 'dark';
  /** The line that the cursor has moved to. */
  readonly onCursor?: (line: number) => void;
  /** What the editor is called for those who do not see it. */
  readonly label: string;
  /** Pixels; the lines grow with it. */
  readonly fontSize?: number;
}

/** Where the reader was typing when one editor takes over from the other. Offsets into the text. */
export interface Caret {
  readonly start: number;
  readonly end: number;
  readonly focused: boolean;
  readonly scrollTop: number;
}

export const DEFAULT_FONT_SIZE = 13;

/** 20 px lines at the usual size. */
export function lineHeightOf(fontSize: number): number {
  return Math.round(fontSize * (20 / DEFAULT_FONT_SIZE));
}

export const PLACEHOLDER = 'Paste `kubectl get all -o yaml`, or open a lesson';
