// The drawing alone, for `npm run bench:page`: many boxes with many packets in flight, and React Flow by itself beside it.
// It is in no build of the site. Example: ?boxes=300&packets=200, ?flow=1000

import { ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { createRoot } from 'react-dom/client';
import '../../ui/tokens.css';
import '../../ui/controls.css';
import type { ObjectView, TracedPacket } from '../../protocol/messages.ts';
import type { Crowd } from '../crowd.ts';
import { isPod } from '../graph.ts';
import { ObjectsDrawing } from '../ObjectsDrawing.tsx';
import { generated } from '../testing-cluster.ts';

const query = new URLSearchParams(location.search);
const number = (name: string) => Number(query.get(name) ?? 0);
document.documentElement.dataset.theme = 'light';

/** A way from pod to pod over two machines, in hops of a tenth of a millisecond of virtual time. */
function aPacket(id: number, objects: readonly ObjectView[]): TracedPacket {
  const pods = objects.filter(isPod);
  const [from, to] = [pods[(id * 37) % pods.length], pods[(id * 101 + 13) % pods.length]];
  const addr = `${from?.address}:40001->${to?.address}:80`;
  const at = (n: number, node: string, ifc: string, dir: 'rx' | 'tx') => ({
    n,
    timeUs: n * 100,
    node,
    addr,
    kind: 'if' as const,
    ifc,
    dir,
    ttl: 64,
  });
  return {
    id,
    protocol: 'tcp',
    label: id % 3 === 0 ? 'SYN' : 'DATA',
    direction: id % 2 === 0 ? 'request' : 'reply',
    from: `default/${from?.name}`,
    hops: [
      at(1, `default/${from?.name}`, 'eth0', 'tx'),
      at(2, `${from?.node}`, 'cni0', 'rx'),
      at(3, `${from?.node}`, 'eth0', 'tx'),
      at(4, `${to?.node}`, 'eth0', 'rx'),
      at(5, `${to?.node}`, 'cni0', 'tx'),
      at(6, `default/${to?.name}`, 'eth0', 'rx'),
    ],
    content: '',
    sizeBytes: 60,
    addr,
    sentUs: 100,
    fate: null,
  };
}

function Packets() {
  // Eight pods a machine are still boxes, with the machine itself nine.
  const objects = generated(Math.ceil(number('boxes') / 9), 8, 8);
  const crowd: Crowd = {
    packets: Array.from({ length: number('packets') }, (_, id) => ({ packet: aPacket(id, objects), flow: (id % 6) + 1 })),
    // Round and round, and always all of them under way.
    nowUs: () => 101 + ((performance.now() / 4) % 498),
    isRunning: true,
  };
  return (
    <ObjectsDrawing
      objects={objects}
      walk={null}
      position={null}
      playing={false}
      speed={1}
      selection={null}
      onSelect={() => {}}
      zoom="objects"
      reducedMotion={false}
      theme="light"
      crowd={crowd}
    />
  );
}

function FlowAlone() {
  const count = number('flow');
  const columns = Math.ceil(Math.sqrt(count * 1.6));
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    position: { x: (i % columns) * 90, y: Math.floor(i / columns) * 50 },
    data: { label: `pod-${i}` },
    width: 80,
    height: 40,
    style: { border: '1px solid gray', borderRadius: 6, background: 'white', fontSize: 12 },
  }));
  return <ReactFlow defaultNodes={nodes} defaultEdges={[]} fitView minZoom={0.1} />;
}

const root = document.getElementById('root');
if (root) createRoot(root).render(query.has('flow') ? <FlowAlone /> : <Packets />);
