// The scenarios that come with the page, in the order of the picker. Each is one YAML file, which is also all that there
// is to know about it: title and summary are read from its Scenario document.

import affinityBehindProxy from './affinity-behind-proxy.yaml?raw';
import asymmetricReply from './asymmetric-reply.yaml?raw';
import bigAnswersHang from './big-answers-hang.yaml?raw';
import clientAddress from './client-address.yaml?raw';
import containerToContainer from './container-to-container.yaml?raw';
import daemonSet from './daemon-set.yaml?raw';
import dualStack from './dual-stack.yaml?raw';
import externalName from './external-name.yaml?raw';
import externalTrafficPolicyLocal from './external-traffic-policy-local.yaml?raw';
import hairpin from './hairpin.yaml?raw';
import headless from './headless.yaml?raw';
import ingressHostAndPath from './ingress-host-and-path.yaml?raw';
import ingressNoEndpoint from './ingress-no-endpoint.yaml?raw';
import ingressSilentBackend from './ingress-silent-backend.yaml?raw';
import ingressTLS from './ingress-tls.yaml?raw';
import internalTrafficPolicy from './internal-traffic-policy.yaml?raw';
import keepAlive from './keep-alive.yaml?raw';
import listeningOnLocalhost from './listening-on-localhost.yaml?raw';
import loadBalancer from './load-balancer.yaml?raw';
import loadBalancerPending from './load-balancer-pending.yaml?raw';
import metalLB from './metallb.yaml?raw';
import namedTargetPort from './named-target-port.yaml?raw';
import noEndpoints from './no-endpoints.yaml?raw';
import nodeGoesAway from './node-goes-away.yaml?raw';
import nodePortFirewall from './node-port-firewall.yaml?raw';
import nodePortWithoutPod from './node-port-without-pod.yaml?raw';
import pingAService from './ping-a-service.yaml?raw';
import podReplaced from './pod-replaced.yaml?raw';
import podToInternet from './pod-to-internet.yaml?raw';
import podToPodAcrossNodes from './pod-to-pod-across-nodes.yaml?raw';
import podToPodSameNode from './pod-to-pod-same-node.yaml?raw';
import podToService from './pod-to-service.yaml?raw';
import policyDNSForgotten from './policy-dns-forgotten.yaml?raw';
import policyEmptyOrMissing from './policy-empty-or-missing.yaml?raw';
import policyIPBlock from './policy-ip-block.yaml?raw';
import policyNotEnforced from './policy-not-enforced.yaml?raw';
import policyOneDash from './policy-one-dash.yaml?raw';
import policyProbesPass from './policy-probes-pass.yaml?raw';
import policyServicePort from './policy-service-port.yaml?raw';
import policyTwoGates from './policy-two-gates.yaml?raw';
import portInUse from './port-in-use.yaml?raw';
import readinessProbe from './readiness-probe.yaml?raw';
import rollingUpdate from './rolling-update.yaml?raw';
import rollingUpdatePreStop from './rolling-update-pre-stop.yaml?raw';
import rolloutHeldUp from './rollout-held-up.yaml?raw';
import rolloutUndo from './rollout-undo.yaml?raw';
import sameNameTwoNamespaces from './same-name-two-namespaces.yaml?raw';
import sameRangeTwice from './same-range-twice.yaml?raw';
import scaleUpAndDown from './scale-up-and-down.yaml?raw';
import sctpService from './sctp-service.yaml?raw';
import selectorMatchLabels from './selector-match-labels.yaml?raw';
import sessionAffinity from './session-affinity.yaml?raw';
import statefulSet from './stateful-set.yaml?raw';
import tunnelBetweenNodes from './tunnel-between-nodes.yaml?raw';
import twoPodsOnePort from './two-pods-one-port.yaml?raw';
import udpService from './udp-service.yaml?raw';
import unlistedPort from './unlisted-port.yaml?raw';
import clusterIPFromWorld from './world-to-cluster-ip.yaml?raw';
import worldToNodePort from './world-to-node-port.yaml?raw';
import wrongTargetPort from './wrong-target-port.yaml?raw';

export interface BuiltInScenario {
  /** Stands in links, so it never changes. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly group: ScenarioGroup;
  /** The YAML stream. */
  readonly text: string;
}

export type ScenarioGroup =
  | 'Start here'
  | 'The four paths'
  | 'Services and names'
  | 'From outside'
  | 'Network policies'
  | 'When things change'
  | 'When it fails';

/** All of them; the page opens on the first. */
export const scenarios: readonly BuiltInScenario[] = [
  ...group('Start here', { 'pod-to-service': podToService, 'no-endpoints': noEndpoints }),
  ...group('The four paths', {
    'container-to-container': containerToContainer,
    'pod-to-pod-same-node': podToPodSameNode,
    'pod-to-pod-across-nodes': podToPodAcrossNodes,
    'tunnel-between-nodes': tunnelBetweenNodes,
    'world-to-node-port': worldToNodePort,
    'pod-to-internet': podToInternet,
  }),
  ...group('Services and names', {
    'named-target-port': namedTargetPort,
    'same-name-two-namespaces': sameNameTwoNamespaces,
    headless,
    'stateful-set': statefulSet,
    'daemon-set': daemonSet,
    'external-name': externalName,
    'session-affinity': sessionAffinity,
    'keep-alive': keepAlive,
    'internal-traffic-policy': internalTrafficPolicy,
    hairpin,
    'udp-service': udpService,
    'sctp-service': sctpService,
    'dual-stack': dualStack,
  }),
  ...group('From outside', {
    'node-port-without-pod': nodePortWithoutPod,
    'node-port-firewall': nodePortFirewall,
    'external-traffic-policy-local': externalTrafficPolicyLocal,
    'client-address': clientAddress,
    'asymmetric-reply': asymmetricReply,
    'load-balancer-pending': loadBalancerPending,
    'load-balancer': loadBalancer,
    metallb: metalLB,
    'ingress-host-and-path': ingressHostAndPath,
    'ingress-tls': ingressTLS,
    'ingress-no-endpoint': ingressNoEndpoint,
    'ingress-silent-backend': ingressSilentBackend,
    'affinity-behind-proxy': affinityBehindProxy,
  }),
  ...group('Network policies', {
    'policy-one-dash': policyOneDash,
    'policy-dns-forgotten': policyDNSForgotten,
    'policy-service-port': policyServicePort,
    'policy-two-gates': policyTwoGates,
    'policy-empty-or-missing': policyEmptyOrMissing,
    'policy-ip-block': policyIPBlock,
    'policy-probes-pass': policyProbesPass,
    'policy-not-enforced': policyNotEnforced,
  }),
  ...group('When things change', {
    'pod-replaced': podReplaced,
    'scale-up-and-down': scaleUpAndDown,
    'rolling-update': rollingUpdate,
    'rolling-update-pre-stop': rollingUpdatePreStop,
    'rollout-undo': rolloutUndo,
    'rollout-held-up': rolloutHeldUp,
    'node-goes-away': nodeGoesAway,
  }),
  ...group('When it fails', {
    'selector-match-labels': selectorMatchLabels,
    'wrong-target-port': wrongTargetPort,
    'listening-on-localhost': listeningOnLocalhost,
    'two-pods-one-port': twoPodsOnePort,
    'port-in-use': portInUse,
    'readiness-probe': readinessProbe,
    'unlisted-port': unlistedPort,
    'ping-a-service': pingAService,
    'world-to-cluster-ip': clusterIPFromWorld,
    'same-range-twice': sameRangeTwice,
    'big-answers-hang': bigAnswersHang,
  }),
];

function group(name: ScenarioGroup, texts: Readonly<Record<string, string>>): BuiltInScenario[] {
  return Object.entries(texts).map(([id, text]) => ({ id, title: titleOf(text), summary: summaryOf(text), group: name, text }));
}

/** The page has no YAML parser; the files keep to one form, which a test holds. */
function titleOf(text: string): string {
  return /^title: (.*)$/m.exec(text)?.[1] ?? '';
}

function summaryOf(text: string): string {
  const block = /^summary: >-\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
