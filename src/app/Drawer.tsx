// The bottom drawer: time. Hops (steps at intent zoom), the sequence, and events; the packets of the walk in its head.

import { DrawerStatus } from '../packet-trace/DrawerStatus.tsx';
import { EventList } from '../packet-trace/EventList.tsx';
import { HopsView } from '../packet-trace/HopsView.tsx';
import { PacketStrip } from '../packet-trace/PacketStrip.tsx';
import { SequenceDiagram } from '../packet-trace/SequenceDiagram.tsx';
import { usePage, useUi } from '../state/page.ts';
import { Tabs } from '../ui/Tabs.tsx';

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
          { value: 'sequence', text: 'Sequence', content: <SequenceDiagram /> },
          { value: 'events', text: 'Events', content: <EventList /> },
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
