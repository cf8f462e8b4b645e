// The words for what does not happen every day: policies in the way, proxies in between, requests that fail.

import type { failedReason } from './failed-reasons.ts';
import type { explainLoss, lossSteps } from './lost-on-the-wire.ts';
import type { policySentence } from './narrate-policy.ts';
import type { protocolSentence } from './narrate-protocols.ts';
import type { explainPolicyHop } from './reason-policy.ts';
import type { proxiedReason } from './reason-proxy.ts';

export interface RarerWords {
  readonly policySentence: typeof policySentence;
  readonly protocolSentence: typeof protocolSentence;
  readonly explainPolicyHop: typeof explainPolicyHop;
  readonly proxiedReason: typeof proxiedReason;
  readonly failedReason: typeof failedReason;
  readonly lossSteps: typeof lossSteps;
  readonly explainLoss: typeof explainLoss;
}
