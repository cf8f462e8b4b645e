// The schemas of the documents that set a cluster up, kubeadm's and kube-proxy's, as far as something here reads them.
// Other fields are accepted: the engine says what it makes of them.

const CIDR_PAIR = 'One range, or for two families one of each, with a comma between.';

const EXTRA_ARGS = {
  description: 'Flags of the component: in v1beta4 a list of `name` and `value`, in v1beta3 a map.',
  anyOf: [
    {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' }, value: { type: 'string' } }, required: ['name', 'value'] },
    },
    { type: 'object', additionalProperties: { type: 'string' } },
  ],
} as const;

const component = (description: string) => ({
  description,
  type: 'object',
  properties: { extraArgs: EXTRA_ARGS },
  additionalProperties: true,
});

const CLUSTER_CONFIGURATION = {
  type: 'object',
  properties: {
    apiVersion: { description: "The version of kubeadm's configuration.", enum: ['kubeadm.k8s.io/v1beta4', 'kubeadm.k8s.io/v1beta3'] },
    kind: { description: 'What kubeadm makes a cluster with.', enum: ['ClusterConfiguration'] },
    networking: {
      description: 'The ranges of pods and Services, and the domain of their names.',
      type: 'object',
      properties: {
        podSubnet: { description: `Where pods get their addresses. ${CIDR_PAIR} Every node gets a share of it.`, type: 'string' },
        serviceSubnet: { description: `Where Services get their addresses, 10.96.0.0/12 if not given. ${CIDR_PAIR}`, type: 'string' },
        dnsDomain: { description: 'The domain of Services and pods, cluster.local if not given.', type: 'string' },
      },
      additionalProperties: false,
    },
    apiServer: component('The API server: `service-node-port-range` is read of its flags.'),
    controllerManager: component(
      "The controller manager: `node-cidr-mask-size`, each node's share of the pods' range, is read of its flags.",
    ),
  },
  required: ['apiVersion', 'kind'],
  additionalProperties: true,
} as const;

const KUBE_PROXY_CONFIGURATION = {
  type: 'object',
  properties: {
    apiVersion: { description: "The version of kube-proxy's configuration.", enum: ['kubeproxy.config.k8s.io/v1alpha1'] },
    kind: { description: 'What kube-proxy is told on every node.', enum: ['KubeProxyConfiguration'] },
    mode: { description: 'How rules are written. Simulated is iptables.', enum: ['', 'iptables', 'ipvs', 'nftables'] },
    bindAddress: { description: "The node's address in kube-proxy's eyes, for `primary` and source ranges.", type: 'string' },
    clusterCIDR: { description: "The pods' range: traffic from elsewhere to a cluster IP is masqueraded.", type: 'string' },
    detectLocalMode: {
      description: "How kube-proxy tells the node's or the cluster's own pods from others.",
      enum: ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'],
    },
    detectLocal: {
      type: 'object',
      properties: {
        bridgeInterface: { description: 'The bridge that pods hang on, for BridgeInterface.', type: 'string' },
        interfaceNamePrefix: { description: "How the names of the pods' interfaces begin, for InterfaceNamePrefix.", type: 'string' },
      },
      additionalProperties: false,
    },
    iptables: {
      type: 'object',
      properties: {
        localhostNodePorts: { description: 'Whether node ports answer on 127.0.0.1, too.', type: 'boolean' },
        masqueradeAll: { description: 'Whether all traffic to cluster IPs is masqueraded.', type: 'boolean' },
        masqueradeBit: { description: 'The bit of the mark that asks for masquerading.', type: 'integer', minimum: 0, maximum: 31 },
        minSyncPeriod: { description: 'The least time between two syncs, `1s`; here without it every change is one.', type: 'string' },
        syncPeriod: { description: 'How often old chains of a large cluster are looked for, `30s`.', type: 'string' },
      },
      additionalProperties: true,
    },
    nodePortAddresses: {
      description: 'Ranges of node addresses that answer on node ports, or `primary`; without it all do.',
      type: 'array',
      items: { type: 'string' },
    },
    conntrack: {
      type: 'object',
      properties: {
        maxPerCore: { description: 'Connections tracked per core; 0 leaves the limit as it is.', type: 'integer', minimum: 0 },
        min: { description: 'The least limit, whatever the cores.', type: 'integer', minimum: 0 },
        tcpEstablishedTimeout: { description: 'How long an idle connection is known, 24h if not given.', type: 'string' },
        tcpCloseWaitTimeout: { description: 'How long a connection is known that one end has closed, 1h if not given.', type: 'string' },
        udpTimeout: { description: 'How long an unanswered UDP flow is known.', type: 'string' },
        udpStreamTimeout: { description: 'How long an answered UDP flow is known.', type: 'string' },
        tcpBeLiberal: { description: 'Whether packets outside the TCP window are let through.', type: 'boolean' },
      },
      additionalProperties: true,
    },
  },
  required: ['apiVersion', 'kind'],
  additionalProperties: true,
} as const;

export const CONFIGURATION_SCHEMAS = {
  ClusterConfiguration: CLUSTER_CONFIGURATION,
  KubeProxyConfiguration: KUBE_PROXY_CONFIGURATION,
} as const;
