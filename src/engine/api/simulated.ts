// What the simulation reads of each kind. A field that a manifest sets and that no entry here covers is marked
// "accepted, not simulated" at its line: whoever simulates a further field adds it here in the same change.

/** Of exec and gRPC nothing is read: such a probe always succeeds. */
const PROBE = [
  'httpGet.host',
  'httpGet.path',
  'httpGet.port',
  'tcpSocket',
  'initialDelaySeconds',
  'periodSeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
];

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

const CONTAINER = [
  'name',
  'image',
  'command',
  'args',
  'lifecycle.preStop.exec',
  'lifecycle.preStop.sleep',
  'ports[].name',
  'ports[].containerPort',
  'ports[].protocol',
  'resources',
  ...PROBES.flatMap((probe) => PROBE.map((field) => `${probe}.${field}`)),
];

const POD_SPEC: readonly string[] = [
  ...CONTAINER.map((field) => `containers[].${field}`),
  ...[...CONTAINER, 'restartPolicy'].map((field) => `initContainers[].${field}`),
  'affinity',
  'dnsPolicy',
  'dnsConfig',
  'hostNetwork',
  'hostname',
  'nodeName',
  'nodeSelector',
  'restartPolicy',
  'subdomain',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
];

const POD_TEMPLATE = ['metadata', ...POD_SPEC.map((field) => `spec.${field}`)].map((field) => `spec.template.${field}`);

/**
 * Of each kind the paths that something reads, with all that lies below them; `[]` stands for every entry of a list.
 * `metadata` and what the server itself writes need no entry.
 */
export const SIMULATED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Namespace: [],
  Node: ['spec.podCIDR', 'spec.podCIDRs', 'spec.taints', 'spec.unschedulable', 'status.addresses'],
  Pod: POD_SPEC.map((field) => `spec.${field}`),
  Deployment: [
    'spec.minReadySeconds',
    'spec.paused',
    'spec.replicas',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.strategy',
    ...POD_TEMPLATE,
  ],
  ReplicaSet: ['spec.minReadySeconds', 'spec.replicas', 'spec.selector', ...POD_TEMPLATE],
  ReplicationController: ['spec.minReadySeconds', 'spec.replicas', 'spec.selector', ...POD_TEMPLATE],
  StatefulSet: [
    'spec.minReadySeconds',
    'spec.ordinals',
    'spec.podManagementPolicy',
    'spec.replicas',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.updateStrategy.type',
    'spec.updateStrategy.rollingUpdate.partition',
    ...POD_TEMPLATE,
  ],
  DaemonSet: [
    'spec.minReadySeconds',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.updateStrategy.type',
    'spec.updateStrategy.rollingUpdate.maxUnavailable',
    ...POD_TEMPLATE,
  ],
  Job: [
    'spec.backoffLimit',
    'spec.completions',
    'spec.parallelism',
    'spec.suspend',

    ...POD_TEMPLATE,
  ],
  Service: [
    'spec.allocateLoadBalancerNodePorts',
    'spec.clusterIP',
    'spec.clusterIPs',
    'spec.externalIPs',
    'spec.externalName',
    'spec.externalTrafficPolicy',
    'spec.healthCheckNodePort',
    'spec.internalTrafficPolicy',
    'spec.ipFamilies',
    'spec.ipFamilyPolicy',
    'spec.loadBalancerClass',
    'spec.loadBalancerIP',
    'spec.loadBalancerSourceRanges',
    'spec.ports[].appProtocol',
    'spec.ports[].name',
    'spec.ports[].nodePort',
    'spec.ports[].port',
    'spec.ports[].protocol',
    'spec.ports[].targetPort',
    'spec.publishNotReadyAddresses',
    'spec.selector',
    'spec.sessionAffinity',
    'spec.sessionAffinityConfig',
    'spec.trafficDistribution',
    'spec.type',
  ],
  Endpoints: ['subsets'],
  EndpointSlice: ['addressType', 'endpoints', 'ports'],
  NetworkPolicy: ['spec.egress', 'spec.ingress', 'spec.podSelector', 'spec.policyTypes'],
  Ingress: [
    'spec.defaultBackend.service',
    'spec.ingressClassName',
    'spec.rules[].host',
    'spec.rules[].http.paths[].backend.service',
    'spec.rules[].http.paths[].path',
    'spec.rules[].http.paths[].pathType',
    'spec.tls[].hosts',
  ],
  GatewayClass: ['spec.controllerName'],
  Gateway: [
    'spec.gatewayClassName',
    'spec.listeners[].allowedRoutes',
    'spec.listeners[].hostname',
    'spec.listeners[].name',
    'spec.listeners[].port',
    'spec.listeners[].protocol',
    'spec.listeners[].tls.certificateRefs',
  ],
  HTTPRoute: [
    'spec.hostnames',
    'spec.parentRefs',
    'spec.rules[].backendRefs',
    'spec.rules[].filters[].requestHeaderModifier',
    'spec.rules[].filters[].requestRedirect',
    'spec.rules[].filters[].responseHeaderModifier',
    'spec.rules[].filters[].type',
    'spec.rules[].filters[].urlRewrite',
    'spec.rules[].matches',
    'spec.rules[].name',
  ],
  ReferenceGrant: ['spec'],
  IngressClass: ['spec.controller'],
  ClusterConfiguration: [
    'networking.dnsDomain',
    'networking.podSubnet',
    'networking.serviceSubnet',
    'apiServer.extraArgs',
    'controllerManager.extraArgs',
  ],
  KubeProxyConfiguration: [
    'mode',
    'clusterCIDR',
    'conntrack.maxPerCore',
    'conntrack.min',
    'conntrack.tcpBeLiberal',
    'detectLocal',
    'detectLocalMode',
    'iptables.localhostNodePorts',
    'iptables.masqueradeAll',
    'iptables.masqueradeBit',
    'nodePortAddresses',
  ],
  Scenario: ['title', 'summary', 'cluster', 'traffic'],
};

/** Annotations of an Ingress that say something to a controller, by the controller's prefix, and those of them that are read. */
export const INGRESS_ANNOTATIONS: Readonly<Record<string, readonly string[]>> = {
  'nginx.ingress.kubernetes.io': [
    'ssl-redirect',
    'service-upstream',
    'proxy-connect-timeout',
    'proxy-read-timeout',
    'proxy-next-upstream-tries',
  ],
  'nginx.org': ['proxy-connect-timeout', 'proxy-read-timeout', 'proxy-next-upstream-tries'],
  'traefik.ingress.kubernetes.io': [],
};

/** Values that change nothing, because they are what the API server fills in anyway: worth no note. */
export const DEFAULT_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'spec.progressDeadlineSeconds': [600],
  'spec.completionMode': ['NonIndexed'],
  'spec.manualSelector': [false],
  'spec.persistentVolumeClaimRetentionPolicy': [{ whenDeleted: 'Retain', whenScaled: 'Retain' }],
  'spec.podReplacementPolicy': ['TerminatingOrFailed'],
  'spec.updateStrategy.rollingUpdate.maxSurge': [0],
  'spec.finalizers': [['kubernetes']],
  'spec.enableServiceLinks': [true],
  'spec.preemptionPolicy': ['PreemptLowerPriority'],
  'spec.priority': [0],
  'spec.schedulerName': ['default-scheduler'],
  'spec.serviceAccount': ['default'],
  'spec.serviceAccountName': ['default'],
  'spec.securityContext': [{}],
  'spec.containers[].imagePullPolicy': ['Always', 'IfNotPresent'],
  'spec.containers[].terminationMessagePath': ['/dev/termination-log'],
  'spec.containers[].terminationMessagePolicy': ['File'],
  ...Object.fromEntries(PROBES.map((probe) => [`spec.containers[].${probe}.httpGet.scheme`, ['HTTP']])),
};
