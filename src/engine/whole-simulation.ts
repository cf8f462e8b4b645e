// The engine with all of its parts.

import { createSimulationWith, type Simulation } from './simulation.ts';
import { wholeParts } from './whole-parts.ts';

export function createSimulation(): Simulation {
  return createSimulationWith(wholeParts);
}
