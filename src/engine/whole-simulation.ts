// The engine with all of its parts.

import { edge } from './edge.ts';
import { createSimulationWith, type Simulation } from './simulation.ts';

export function createSimulation(): Simulation {
  return createSimulationWith(edge);
}
