// What the cluster's edge says of itself: the explanations that come with `edge.ts`, as the rest asks for them.

import type { policySentence } from './narrate-policy.ts';
import type { explainPolicyHop, policyDropReason } from './reason-policy.ts';
import type { proxiedReason } from './reason-proxy.ts';

export interface EdgeWords {
  readonly proxiedReason: typeof proxiedReason;
  readonly policySentence: typeof policySentence;
  readonly explainPolicyHop: typeof explainPolicyHop;
  readonly policyDropReason: typeof policyDropReason;
}
