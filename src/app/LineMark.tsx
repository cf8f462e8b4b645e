// At the end of the line under the editor: the line that the cursor is on, and the way to what it has decided.

import { useMemo } from 'react';
import { isUsed, usesOfLine } from '../packet-trace/line-uses.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';

export function LineMark() {
  const page = usePage();
  const line = useUi((ui) => ui.cursorLine);
  const objects = useSimulation((mirror) => mirror.objects);
  const walks = useSimulation((mirror) => mirror.walks);
  const uses = useMemo(() => (line === null ? null : usesOfLine(line, objects, walks)), [line, objects, walks]);
  if (line === null || !uses || !isUsed(uses)) return null;
  return (
    <button
      type="button"
      className="problem-all"
      title={`What line ${line} has decided`}
      onClick={() => page.ui.setState({ lineInView: line, selection: null, sheet: true, phoneTab: 'why' })}
    >
      line {line} decides …
    </button>
  );
}
