// The YAML pane: a plain text area at once, Monaco as soon as it has been loaded. Text, cursor and focus survive the
// change. Where Monaco cannot be loaded the text area stays, and says so.

import { type ComponentType, useEffect, useRef, useState } from 'react';
import { whenIdle } from '../ui/when-idle.ts';
import type { Caret, EditorProps } from './editor-props.ts';
import { PlainEditor, readCaret } from './PlainEditor.tsx';
import './editor.css';

export interface YamlEditorProps extends EditorProps {
  /** False holds the large editor back, so that the cluster is drawn first. */
  readonly mayLoad?: boolean;
}

interface FullEditor {
  readonly Editor: ComponentType<EditorProps & { caret: Caret }>;
  readonly caret: Caret;
}

export function YamlEditor({ mayLoad = true, ...props }: YamlEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [full, setFull] = useState<FullEditor | 'failed' | null>(null);

  useEffect(() => {
    if (!mayLoad) return;
    let isHere = true;
    const takeOver = (Editor: FullEditor['Editor']) => {
      if (isHere) setFull({ Editor, caret: readCaret(area.current) });
    };
    // Parsing Monaco takes hundreds of milliseconds: not while the first cluster is being drawn.
    whenIdle()
      .then(() => import('./MonacoEditor.tsx'))
      .then(({ MonacoEditor }) => takeOver(MonacoEditor))
      .catch(() => isHere && setFull('failed'));
    return () => {
      isHere = false;
    };
  }, [mayLoad]);

  if (full !== null && full !== 'failed') return <full.Editor {...props} caret={full.caret} />;
  return (
    <div className="editor-pane">
      <PlainEditor {...props} area={area} />
      {full === 'failed' && <p className="editor-note">The full editor could not be loaded. This one edits the same text.</p>}
    </div>
  );
}
