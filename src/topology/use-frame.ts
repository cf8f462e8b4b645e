// What every drawing of boxes has: its view and level of detail, its pane and the pane's size, and what a pointer dims.

import { useState } from 'react';
import type { Cluster } from './graph.ts';
import { useDimming } from './use-dimming.ts';
import { useLod } from './use-lod.ts';
import { useSize } from './use-size.ts';
import { createView } from './view.ts';

/** Made once for each drawing, and handed to its frame. */
export function useFrame(cluster: Cluster) {
  const [view] = useState(createView);
  const lod = useLod(view);
  const [pane, size] = useSize();
  const dimming = useDimming(cluster);
  return { view, lod, pane, size, dimming };
}
