// What an engine is built of beyond its core. There are two sets: `everyday-parts.ts`, enough for clusters of every day
// and always loaded, and `whole-parts.ts`, which knows everything. With the first a run either comes out the same, byte
// for byte, or is refused with `PartNeeded` as soon as it touches what is not there.

import type { AdmitInput, Admitted } from './api/admission.ts';
import type { FieldError } from './api/field-error.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { Console } from './commands/console.ts';
import type { readLesson } from './commands/lesson.ts';
import type { look } from './commands/look.ts';
import type { Controller } from './controllers/controller.ts';
import type { startControllers } from './controllers/controller-manager.ts';
import type { rejectionOf } from './controllers/kubelet-admission.ts';
import type { RarerWords } from './explain/rarer-words.ts';
import type { inspectNode, inspectPod } from './inspections.ts';
import type { DocumentMemory } from './manifest/document-memory.ts';
import type { Manifest, ManifestObject } from './manifest/manifest.ts';
import type { matrixView } from './matrix/cells.ts';
import type { explainCell } from './matrix/explain-cell.ts';
import type { Extensions } from './netfilter/extension.ts';
import type { MoreProtocols } from './netstack/netns.ts';
import type { startCloudFirewall } from './node/cloud-firewall.ts';
import type { ipMasqAgentRules } from './node/cni/ip-masq-agent.ts';
import type { Portmap } from './node/cni/portmap.ts';
import type { SECOND_FAMILY } from './node/dual-stack.ts';
import type { startHealthCheckServers } from './node/kube-proxy/health-check-server.ts';
import type { startLoadBalancer } from './node/load-balancer.ts';
import type { startMetalLBSpeakers } from './node/metallb-speaker.ts';
import type { startNetworkPolicyController } from './node/network-policy/controller.ts';
import type { Ingresses, IngressOptions } from './programs/ingress/start.ts';
import type { Problem } from './view.ts';

export interface Parts extends RarerWords {
  /** What `memory` knows is not read again. */
  parseManifest(text: string, memory?: DocumentMemory): Manifest;
  /** The API server's errors at their places in the text, with a word on what to do about them. */
  problemsFor(errors: readonly FieldError[], object: ManifestObject): Problem[];
  admit(input: AdmitInput): Admitted;
  startControllers(dependencies: Parameters<typeof startControllers>[0]): readonly Controller[];
  /** What the rules of a node may name. */
  readonly extensions: Extensions;
  /** What machines speak besides IPv4, TCP and UDP. */
  readonly protocols: MoreProtocols;
  /** What makes a cluster dual-stack. */
  secondFamily(): typeof SECOND_FAMILY;
  startIngresses(options: IngressOptions): Ingresses;
  /** What the documents that are no API objects say of the cluster; what is wrong with them is added to `problems`. */
  readSettings(documents: readonly ManifestObject[], problems: Problem[]): ClusterSettings;
  readonly portmap: Portmap;
  /** Whether a kubelet starts a pod. */
  readonly rejectionOf: typeof rejectionOf;
  readonly startNetworkPolicyController: typeof startNetworkPolicyController;
  /** Where commands are typed. */
  createConsole(cluster: Cluster): Console;
  /** What happens when the scenario's lesson is played. */
  readonly readLesson: typeof readLesson;
  readonly startHealthCheckServers: typeof startHealthCheckServers;
  readonly startCloudFirewall: typeof startCloudFirewall;
  readonly startLoadBalancer: typeof startLoadBalancer;
  readonly startMetalLBSpeakers: typeof startMetalLBSpeakers;
  readonly ipMasqAgentRules: typeof ipMasqAgentRules;
  readonly inspectNode: typeof inspectNode;
  readonly inspectPod: typeof inspectPod;
  /** Lines of a terminal that only look. */
  readonly look: typeof look;
  readonly matrixView: typeof matrixView;
  readonly explainCell: typeof explainCell;
}

/** Thrown where a run needs more than the parts that it was given. */
export class PartNeeded extends Error {
  constructor(what: string) {
    super(`${what}: the part of the engine that knows it is not loaded`);
  }
}
