// How commands name places, and what is said of one that is not there.

import type { Faults } from './faults.ts';

/** `Error from server (NotFound): nodes "node-9" not found` */
export function notFound(resource: string, name: string): string {
  return `Error from server (NotFound): ${resource} "${name}" not found`;
}

/** The view key of a place, or the place itself where it is no object. */
export function keyOfPlace(faults: Faults, place: string): string {
  const [kind, namespace, name] = place.split('/');
  if (kind === 'pod') return `Pod/${namespace}/${name}`;
  return faults.cluster.network.machines.has(place) ? `Node//${place}` : place;
}
