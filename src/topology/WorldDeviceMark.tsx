// What stands outside of the cluster: a laptop on the node network, the router, and one host beyond it.

import { type ObjectIconName, ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import type { Point } from './geometry.ts';
import type { WorldDevice } from './layout.ts';
import { worldNames } from './world-names.ts';

/** The icon of each device. */
export const deviceIcons: Readonly<Record<WorldDevice, ObjectIconName>> = {
  world: 'client',
  router: 'router',
  internet: 'internet',
  'load-balancer': 'load-balancer',
  'control-plane': 'node',
};

/** Drawn above paths, which end at its edge. */
export function WorldDeviceMark({ device, at, lit }: { device: WorldDevice; at: Point; lit: boolean }) {
  const [first, second] = worldNames[device].split(' ');
  return (
    <g transform={`translate(${at.x},${at.y})`}>
      <ObjectMark name={deviceIcons[device]} scale={1.35} colour={lit ? 'var(--flow)' : 'var(--shape)'} ground="var(--canvas)" />
      <text y={34} className={`mid halo ${lit ? 'w6 ink' : 'i2'}`}>
        {first}
      </text>
      {second && (
        <text y={48} className={`mid halo ${lit ? 'w6 ink' : 'i2'}`}>
          {second}
        </text>
      )}
    </g>
  );
}
