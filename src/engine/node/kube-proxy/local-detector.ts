// How rules tell traffic of this node's (or the cluster's) pods from other traffic. Follows
// pkg/proxy/util/localdetector.go, v1.33.

import type { DetectLocal } from './proxy-config.ts';

/** The match for traffic of local pods; null when they cannot be told. */
export function isLocalMatch(detect: DetectLocal): string | null {
  switch (detect.kind) {
    case 'clusterCIDR':
    case 'nodeCIDR':
      return `-s ${detect.value}`;
    case 'bridgeInterface':
      return `-i ${detect.value}`;
    case 'interfaceNamePrefix':
      return `-i ${detect.value}+`;
    case 'none':
      return null;
  }
}

/** The match for everything else. */
export function isNotLocalMatch(detect: DetectLocal): string | null {
  const local = isLocalMatch(detect);
  return local === null ? null : `! ${local}`;
}
