// The engine's only door.

export type * from './sim/trace.ts';
export { createSimulation, type Simulation } from './simulation.ts';
export type * from './view.ts';
