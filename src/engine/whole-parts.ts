// The parts that know everything. A page loads them when it has time, or with the first run that needs them; commands
// and tests take them at once.

import { admit } from './api/admit.ts';
import { Console } from './commands/console.ts';
import { readLesson } from './commands/lesson.ts';
import { look } from './commands/look.ts';
import { startControllers } from './controllers/controller-manager.ts';
import { rejectionOf } from './controllers/kubelet-admission.ts';
import { failedReason } from './explain/failed-reasons.ts';
import { explainLoss, lossSteps } from './explain/lost-on-the-wire.ts';
import { policySentence } from './explain/narrate-policy.ts';
import { protocolSentence } from './explain/narrate-protocols.ts';
import { explainPolicyHop } from './explain/reason-policy.ts';
import { proxiedReason } from './explain/reason-proxy.ts';
import { inspectNode, inspectPod } from './inspections.ts';
import { parseManifest } from './manifest/parse-manifest.ts';
import { problemsFor } from './manifest/problems.ts';
import { matrixView } from './matrix/cells.ts';
import { explainCell } from './matrix/explain-cell.ts';
import { ALL_EXTENSIONS } from './netfilter/all-extensions.ts';
import { MORE_PROTOCOLS } from './netstack/more-protocols.ts';
import { startCloudFirewall } from './node/cloud-firewall.ts';
import { ipMasqAgentRules } from './node/cni/ip-masq-agent.ts';
import { portmap } from './node/cni/portmap.ts';
import { SECOND_FAMILY } from './node/dual-stack.ts';
import { startHealthCheckServers } from './node/kube-proxy/health-check-server.ts';
import { startLoadBalancer } from './node/load-balancer.ts';
import { startMetalLBSpeakers } from './node/metallb-speaker.ts';
import { startNetworkPolicyController } from './node/network-policy/controller.ts';
import type { Parts } from './parts.ts';
import { startIngresses } from './programs/ingress/start.ts';
import { readSettings } from './read-settings.ts';

export const wholeParts: Parts = {
  parseManifest,
  problemsFor,
  admit,
  startControllers,
  extensions: ALL_EXTENSIONS,
  protocols: MORE_PROTOCOLS,
  secondFamily: () => SECOND_FAMILY,
  startIngresses,
  readSettings,
  portmap,
  rejectionOf,
  startNetworkPolicyController,
  policySentence,
  protocolSentence,
  explainPolicyHop,
  proxiedReason,
  failedReason,
  lossSteps,
  explainLoss,
  createConsole: (cluster) => new Console(cluster),
  readLesson,
  look,
  startHealthCheckServers,
  startCloudFirewall,
  startLoadBalancer,
  startMetalLBSpeakers,
  ipMasqAgentRules,
  inspectNode,
  inspectPod,
  matrixView,
  explainCell,
};
