// A page for whoever works on the drawing: sample cluster and walks, chosen by the address bar. It is in no build.
// Example: preview.html?walk=1&packet=1&hop=6&theme=dark&zoom=objects&select=Service/default/web

import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/controls.css';
import type { Position } from '../state/position.ts';
import { ClusterDrawing } from './ClusterDrawing.tsx';
import { PhoneWalk } from './PhoneWalk.tsx';
import { generated } from './testing-cluster.ts';
import { bridgedWalk, refusedWalk, sampleObjects, serviceWalk } from './testing-data.ts';

const query = new URLSearchParams(location.search);
const text = (name: string, or: string) => query.get(name) ?? or;
const theme = text('theme', 'light') === 'dark' ? 'dark' : 'light';
document.documentElement.dataset.theme = theme;
const walks = [serviceWalk, refusedWalk, bridgedWalk];
const [nodes = 0, pods = 0, services = 0] = text('cluster', '').split(',').map(Number);
const objects = nodes > 0 ? generated(nodes, pods, services) : sampleObjects;

function Preview() {
  const walk = walks.find((each) => each.id === Number(text('walk', '0'))) ?? null;
  const [position, setPosition] = useState<Position | null>(
    walk && { walk: walk.id, packet: Number(text('packet', '1')), hop: Number(text('hop', '1')) },
  );
  const [selection, setSelection] = useState<string | null>(query.get('select'));
  const playing = query.has('play');
  const step = (from: Position) => {
    const packet = walk?.packets.find((each) => each.id === from.packet);
    if (playing && packet && from.hop < packet.hops.length) setPosition({ ...from, hop: from.hop + 1 });
  };
  if (query.has('phone')) return <PhoneWalk objects={objects} walk={walk} position={position} onMove={setPosition} />;
  return (
    <div style={{ position: 'absolute', left: 0, top: 0, width: Number(text('w', '800')), height: Number(text('h', '652')) }}>
      <ClusterDrawing
        objects={objects}
        walk={walk}
        position={position}
        playing={playing}
        speed={Number(text('speed', '1'))}
        selection={selection}
        onSelect={setSelection}
        onArrive={step}
        zoom={text('zoom', 'objects') as 'objects'}
        present={query.has('present')}
        reducedMotion={query.has('reduced')}
        theme={theme}
      />
    </div>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Preview />
  </StrictMode>,
);
