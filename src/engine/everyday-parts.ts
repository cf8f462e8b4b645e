// The parts for clusters of every day: pods, Deployments, ReplicaSets, Services, nodes and names, in a text without
// mistakes, where requests are answered. Whatever else is asked of them is refused.

import { admitWith, type Knowledge } from './api/admission.ts';
import { EVERYDAY_KINDS } from './api/everyday-kinds.ts';
import { DEFAULT_SETTINGS } from './cluster-settings.ts';
import { startEverydayControllers } from './controllers/everyday-controllers.ts';
import { rejectionOf } from './controllers/kubelet-admission.ts';
import { parseManifestWith } from './manifest/manifest.ts';
import { readPlainDocument } from './manifest/plain-document.ts';
import { EVERYDAY_EXTENSIONS } from './netfilter/everyday-extensions.ts';
import { PartNeeded, type Parts } from './parts.ts';
import type { Ingresses } from './programs/ingress/start.ts';

export const everydayParts: Parts = {
  parseManifest: (text, memory) => parseManifestWith((document) => readPlainDocument(document) ?? refuse('a document'), text, memory),
  problemsFor: (errors) => (errors.length === 0 ? [] : refuse(`an error about ${errors[0]?.path}`)),
  admit: (input) => (input.operation === 'update' ? refuse('a change of an object') : admitWith(EVERYDAY_KNOWLEDGE, input)),
  startControllers: (dependencies) =>
    dependencies.loadBalancer !== null ? refuse('a load balancer') : startEverydayControllers(dependencies),
  extensions: {
    matches: refusing(EVERYDAY_EXTENSIONS.matches, () => true),
    // Names of targets have no dash, those of chains here do.
    targets: refusing(EVERYDAY_EXTENSIONS.targets, (name) => !name.includes('-')),
  },
  protocols: {
    // Without IPv6 addresses there are no neighbours to discover, and without a client nobody speaks SCTP.
    solicitNeighbour: () => refuse('IPv6'),
    receiveNeighbourMessage: () => refuse('IPv6'),
    isGroupMember: () => false,
    receiveSCTP: () => refuse('SCTP'),
    connectSCTP: () => refuse('SCTP'),
  },
  secondFamily: () => refuse('IPv6'),
  startIngresses: () => NO_INGRESSES,
  readSettings: (documents) => (documents.every(({ object }) => object.kind === 'Scenario') ? DEFAULT_SETTINGS : refuse('a configuration')),
  // A text with a hostPort is refused before any pod could have one.
  portmap: { add() {}, remove() {} },
  rejectionOf,
  // NetworkPolicies are refused before anybody could enforce them.
  startNetworkPolicyController: () => {},
  policySentence: () => null,
  protocolSentence: () => null,
  explainPolicyHop: () => null,
  lossSteps: () => [],
  explainLoss: () => null,
  proxiedReason: () => refuse('a proxied request'),
  failedReason: () => refuse('a request that failed'),
  createConsole: () => refuse('a command'),
  // A timeline is none of the fields of every day.
  readLesson: () => ({ actions: [], errors: [] }),
  // Who asks one in vain is refused, and nobody is told of the sockets.
  startHealthCheckServers: () => ({ add() {} }),
  startCloudFirewall: () => refuse('a firewall'),
  startLoadBalancer: () => refuse('a load balancer'),
  startMetalLBSpeakers: () => refuse('MetalLB'),
  ipMasqAgentRules: () => refuse('ip-masq-agent'),
  inspectNode: () => refuse('the tools of a node'),
  inspectPod: () => refuse('the tools of a pod'),
  look: () => refuse('a command'),
  matrixView: () => refuse('the connectivity matrix'),
  explainCell: () => refuse('the connectivity matrix'),
};

const EVERYDAY_KNOWLEDGE: Knowledge = {
  rulesOf: (kind) => EVERYDAY_KINDS.get(kind) ?? refuse(kind),
  prepareServiceUpdate: () => refuse('a change of a Service'),
};

const NO_INGRESSES: Ingresses = {
  listen(_netns, { spec }) {
    const images = [...spec.containers, ...(spec.initContainers ?? [])].map(({ image = '' }) => image);
    const image = images.find((name) => /ingress|traefik/i.test(name));
    return image === undefined ? null : refuse(image);
  },
  records: () => [],
  stopped() {},
  requestsOf: () => [],
};

function refuse(what: string): never {
  throw new PartNeeded(what);
}

/** The entries of `known`; of other names, those that `exists` may stand for something elsewhere. */
function refusing<Value>(known: ReadonlyMap<string, Value>, exists: (name: string) => boolean): ReadonlyMap<string, Value> {
  return new (class extends Map<string, Value> {
    override get(name: string): Value | undefined {
      const value = super.get(name);
      return value === undefined && exists(name) ? refuse(name) : value;
    }
  })(known);
}
