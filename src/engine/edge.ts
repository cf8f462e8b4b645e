// The cluster's edge: what stands between and in front of the pods (NetworkPolicies, ingress controllers, Gateways), and
// the words for it. A part of its own, so that a page loads it only for a text that needs it (see `needsEdge`);
// everything else takes the engine whole.

import type { EdgeWords } from './explain/edge-words.ts';
import { policySentence } from './explain/narrate-policy.ts';
import { explainPolicyHop, policyDropReason } from './explain/reason-policy.ts';
import { proxiedReason } from './explain/reason-proxy.ts';
import { startNetworkPolicyController } from './node/network-policy/controller.ts';
import { IngressControllers } from './programs/ingress/start.ts';

export interface Edge extends EdgeWords {
  readonly IngressControllers: typeof IngressControllers;
  readonly startNetworkPolicyController: typeof startNetworkPolicyController;
}

export const edge: Edge = {
  IngressControllers,
  startNetworkPolicyController,
  proxiedReason,
  policySentence,
  explainPolicyHop,
  policyDropReason,
};
