// The engine's door for a page, which loads `edge.ts` only for a text that needs it. Who wants the engine whole (the
// commands, the tests) takes `whole-simulation.ts`.

export { needsEdge } from './edge-needed.ts';
export type * from './matrix-view.ts';
export type * from './sim/trace.ts';
export { createSimulationWith, type Simulation } from './simulation.ts';
export type * from './view.ts';
