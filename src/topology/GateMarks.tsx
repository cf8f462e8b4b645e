// Boom gates on the followed packet's path, one for each pod whose NetworkPolicies it met.

import { Gate } from '../ui/glyphs/Gate.tsx';
import type { Layout } from './layout.ts';
import { type Gate as GateState, gatePlaces } from './policy-gates.ts';
import type { Route } from './routing.ts';

export function GateMarks({ gates, route, layout }: { gates: readonly GateState[]; route: Route; layout: Layout }) {
  return gatePlaces(gates, route, layout).map(({ x, y, state, index }) => (
    <g key={index} transform={`translate(${x},${y})`}>
      <rect x={-16} y={-6} width={state === 'closed' ? 32 : 27} height={12} fill="var(--sunk)" />
      <Gate state={state} scale={0.95} ground="var(--sunk)" />
    </g>
  ));
}
