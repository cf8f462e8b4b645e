// What stands outside of the cluster: a laptop on the node network, the router, and one host beyond it.

import { type ObjectIconName, ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import type { WorldDevice } from './layout.ts';

export const worldNames: Readonly<Record<WorldDevice, string>> = {
  world: 'laptop',
  router: 'router',
  internet: 'internet',
  'load-balancer': 'load balancer',
  'control-plane': 'control plane',
};
/** The icon of each device. */
export const deviceIcons: Readonly<Record<WorldDevice, ObjectIconName>> = {
  world: 'client',
  router: 'router',
  internet: 'internet',
  'load-balancer': 'load-balancer',
  'control-plane': 'node',
};

export const deviceSize = { width: 72, height: 58 } as const;

export function WorldDeviceBox({ device, lit }: { device: WorldDevice; lit: boolean }) {
  const colour = lit ? 'var(--flow)' : 'var(--shape)';
  return (
    <svg width={deviceSize.width} height={deviceSize.height} className="over" aria-hidden="true">
      <rect x={16} y={0} width={40} height={36} fill="var(--canvas)" />
      <g transform="translate(36,18)">
        <ObjectMark name={deviceIcons[device]} scale={1.35} colour={colour} ground="var(--canvas)" />
      </g>
      <text x={36} y={52} className={`mid ${lit ? 'w6 ink' : 'i2'}`}>
        {worldNames[device]}
      </text>
    </svg>
  );
}
