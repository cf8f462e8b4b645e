// The right pane: the selected object's inspector, or that of the hop in view.

import { useSimulation, useUi } from '../state/page.ts';
import { later } from '../ui/later.tsx';
import { NoPacketYet } from './NoPacketYet.tsx';
import './inspector.css';

const HopInspector = later(() => import('./HopInspector.tsx').then((module) => module.HopInspector));
const LineInspector = later(() => import('./LineInspector.tsx').then((module) => module.LineInspector));
const MomentInspector = later(() => import('./MomentInspector.tsx').then((module) => module.MomentInspector));
const ObjectInspector = later(() => import('./ObjectInspector.tsx').then((module) => module.ObjectInspector));

export function Inspector() {
  const selection = useUi((ui) => ui.selection);
  const object = useSimulation((mirror) => mirror.objects.find((candidate) => candidate.key === selection));
  const hasWalks = useSimulation((mirror) => mirror.walks.length > 0);
  const line = useUi((ui) => ui.lineInView);
  const between = useUi((ui) => (ui.position === null ? ui.moment : null));
  return (
    <div className="inspector" data-testid="inspector">
      {object ? (
        <ObjectInspector key={object.key} object={object} />
      ) : line !== null ? (
        <LineInspector line={line} />
      ) : between !== null ? (
        <MomentInspector atUs={between} />
      ) : hasWalks ? (
        <HopInspector />
      ) : (
        <NoPacketYet />
      )}
    </div>
  );
}
