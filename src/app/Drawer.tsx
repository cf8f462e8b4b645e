// The bottom drawer: time. Hops (steps at intent zoom), the sequence, and events; the packets of the walk in its head. The
// matrix has no time: it is of all walks that could be.

import { HopsView } from '../packet-trace/HopsView.tsx';
import { usePage, useUi } from '../state/page.ts';
import { later } from '../ui/later.tsx';
import { Tabs } from '../ui/Tabs.tsx';

const DrawerStatus = later(() => import('../packet-trace/DrawerStatus.tsx').then((module) => module.DrawerStatus));
const PacketStrip = later(() => import('../packet-trace/PacketStrip.tsx').then((module) => module.PacketStrip));
const SequenceDiagram = later(() => import('../packet-trace/SequenceDiagram.tsx').then((module) => module.SequenceDiagram));
const TimelineView = later(() => import('../packet-trace/TimelineView.tsx').then((module) => module.TimelineView));
const TrafficPane = later(() => import('../packet-trace/TrafficPane.tsx').then((module) => module.TrafficPane));
const TerminalPane = later(() => import('../terminal/TerminalPane.tsx').then((module) => module.TerminalPane));
const MatrixPane = later(() => import('../matrix/MatrixPane.tsx').then((module) => module.MatrixPane));
const EventList = later(() => import('../packet-trace/EventList.tsx').then((module) => module.EventList));

export function Drawer() {
  const { ui } = usePage();
  const tab = useUi((state) => state.drawerTab);
  const bySteps = useUi((state) => state.zoom === 'intent');
  return (
    <section className="pane drawer" aria-label="Time">
      <Tabs
        label="Views of the walk"
        value={tab}
        onChange={(drawerTab) => ui.setState({ drawerTab })}
        tabs={[
          { value: 'hops', text: bySteps ? 'Steps' : 'Hops', content: <HopsView /> },
          {
            value: 'timeline',
            text: 'Timeline',
            content: <TimelineView />,
          },
          {
            value: 'traffic',
            text: 'Traffic',
            content: <TrafficPane />,
          },
          {
            value: 'sequence',
            text: 'Sequence',
            content: <SequenceDiagram />,
          },
          {
            value: 'events',
            text: 'Events',
            content: <EventList />,
          },
          {
            value: 'terminal',
            text: 'Terminal',
            content: <TerminalPane />,
          },
          {
            value: 'matrix',
            text: 'Matrix',
            content: <MatrixPane />,
          },
        ]}
        aside={
          <>
            <PacketStrip />
            <DrawerStatus />
          </>
        }
      />
    </section>
  );
}
