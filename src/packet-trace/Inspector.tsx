// The right pane: the selected object's inspector, or that of the hop in view.

import { useSimulation, useUi } from '../state/page.ts';
import { later } from '../ui/later.tsx';
import { HopInspector } from './HopInspector.tsx';
import './inspector.css';

const ObjectInspector = later(() => import('./ObjectInspector.tsx').then((module) => module.ObjectInspector));

export function Inspector() {
  const selection = useUi((ui) => ui.selection);
  const object = useSimulation((mirror) => mirror.objects.find((candidate) => candidate.key === selection));
  return (
    <div className="inspector" data-testid="inspector">
      {object ? <ObjectInspector key={object.key} object={object} /> : <HopInspector />}
    </div>
  );
}
