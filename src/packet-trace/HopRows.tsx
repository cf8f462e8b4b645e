// The ruler over the table: the same hops as a picture and as text.

import type { HopInView } from '../state/stepping.ts';
import { HopRuler } from './HopRuler.tsx';
import { HopTable } from './HopTable.tsx';

export function HopRows({ view }: { view: HopInView }) {
  return (
    <div className="hops-view">
      <HopRuler view={view} />
      <HopTable view={view} />
    </div>
  );
}
