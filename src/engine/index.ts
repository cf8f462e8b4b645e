// The engine's door for a page, which begins with the parts of every day and loads the others when they are needed. Who
// wants all of it at once (the commands, the tests) takes `whole-simulation.ts`.

export { everydayParts } from './everyday-parts.ts';
export type * from './matrix-view.ts';
export { PartNeeded, type Parts } from './parts.ts';
export type * from './sim/trace.ts';
export { createSimulationWith, isUnreadable, type Simulation } from './simulation.ts';
export type * from './view.ts';
