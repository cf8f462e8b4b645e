// The cluster's edge: what stands between and in front of the pods (NetworkPolicies, ingress controllers, Gateways), and
// the words for it, the connectivity matrix among them. A part of its own, so that a page loads it only for a text that
// needs it (see `needsEdge`) or when the matrix is opened; everything else takes the engine whole.

import type { EdgeWords } from './explain/edge-words.ts';
import { policySentence } from './explain/narrate-policy.ts';
import { explainPolicyHop, policyDropReason } from './explain/reason-policy.ts';
import { proxiedReason } from './explain/reason-proxy.ts';
import { matrixView } from './matrix/cells.ts';
import { explainCell } from './matrix/explain-cell.ts';
import { startNetworkPolicyController } from './node/network-policy/controller.ts';
import { IngressControllers } from './programs/ingress/start.ts';

export interface Edge extends EdgeWords {
  readonly IngressControllers: typeof IngressControllers;
  readonly startNetworkPolicyController: typeof startNetworkPolicyController;
  readonly matrixView: typeof matrixView;
  readonly explainCell: typeof explainCell;
}

export const edge: Edge = {
  IngressControllers,
  startNetworkPolicyController,
  matrixView,
  explainCell,
  proxiedReason,
  policySentence,
  explainPolicyHop,
  policyDropReason,
};
