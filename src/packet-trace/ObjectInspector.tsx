// The inspector of a selected object, by its kind.

import type { NodeView, ObjectView, OtherView, PodView, ServiceView } from '../protocol/messages.ts';
import { NodeInspector } from './NodeInspector.tsx';
import { OtherInspector } from './OtherInspector.tsx';
import { PodInspector } from './PodInspector.tsx';
import { ServiceInspector } from './ServiceInspector.tsx';

export function ObjectInspector({ object }: { object: ObjectView }) {
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
