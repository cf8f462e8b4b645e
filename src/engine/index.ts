// The engine's only door.

export type * from './sim/trace.ts';
export type * from './view.ts';
