// The right pane: the selected object's inspector, or that of the hop in view.

import type { NodeView, ObjectView, OtherView, PodView, ServiceView } from '../protocol/messages.ts';
import { useSimulation, useUi } from '../state/page.ts';
import { HopInspector } from './HopInspector.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { OtherInspector } from './OtherInspector.tsx';
import { PodInspector } from './PodInspector.tsx';
import { ServiceInspector } from './ServiceInspector.tsx';
import './inspector.css';

export function Inspector() {
  const selection = useUi((ui) => ui.selection);
  const object = useSimulation((mirror) => mirror.objects.find((candidate) => candidate.key === selection));
  return (
    <div className="inspector" data-testid="inspector">
      {object ? <ObjectInspector key={object.key} object={object} /> : <HopInspector />}
    </div>
  );
}

function ObjectInspector({ object }: { object: ObjectView }) {
  switch (object.kind) {
    case 'Service':
      return <ServiceInspector service={object as ServiceView} />;
    case 'Pod':
      return <PodInspector pod={object as PodView} />;
    case 'Node':
      return <NodeInspector node={object as NodeView} />;
    default:
      return <OtherInspector object={object as OtherView} />;
  }
}
