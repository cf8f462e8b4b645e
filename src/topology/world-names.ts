// What the devices outside of the cluster are called.

import type { WorldDevice } from './layout.ts';

export const worldNames: Readonly<Record<WorldDevice, string>> = {
  world: 'laptop',
  router: 'router',
  internet: 'internet',
  'load-balancer': 'load balancer',
  'control-plane': 'control plane',
};
