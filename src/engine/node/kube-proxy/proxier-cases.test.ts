// What kube-proxy 1.33 does in corners: each line a Service, its endpoints, and rules that must or must not be there.

import { expect, test } from 'vitest';
import type { EndpointSlice, Node, Service } from '../../api/types.ts';
import { proxyConfigOf } from '../../cluster-settings.ts';
import { Proxier } from './proxier.ts';
import type { ProxyConfig } from './proxy-config.ts';

const NODE = { name: 'node-1', address: '192.168.56.11', addresses: ['192.168.56.11', 'fd00:192:168::56:11'], podCIDR: '10.244.1.0/24' };
const CONFIG = proxyConfigOf({ proxy: {} }, NODE, '10.244.0.0/16');

type Endpoint = EndpointSlice['endpoints'][number];
const here = (address = '10.244.1.2', more: Partial<Endpoint> = {}): Endpoint => ({ addresses: [address], nodeName: 'node-1', ...more });
const there = (address = '10.244.2.2', more: Partial<Endpoint> = {}): Endpoint => ({ addresses: [address], nodeName: 'node-2', ...more });
const LEAVING = { conditions: { ready: false, serving: true, terminating: true } };
const GONE = { conditions: { ready: false, serving: false, terminating: true } };
const NOT_READY = { conditions: { ready: false, serving: false, terminating: false } };
const hint = (zone: string): Partial<Endpoint> => ({ hints: { forZones: [{ name: zone }] } });

interface Given {
  readonly spec?: Partial<Service['spec']>;
  readonly status?: Service['status'];
  readonly labels?: Record<string, string>;
  readonly endpoints?: readonly Endpoint[];
  readonly config?: Partial<ProxyConfig>;
  readonly zone?: string;
}

function rulesOf({ spec = {}, status, labels = {}, endpoints = [there()], config = {}, zone }: Given): string {
  const proxy = { ...CONFIG, ...config };
  const protocol = spec.ports?.[0]?.protocol ?? 'TCP';
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', labels },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.17', ports: [{ port: 80, protocol }], ...spec },
    ...(status ? { status } : {}),
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-x', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: proxy.ipFamily,
    endpoints: [...endpoints],
    ports: [{ name: '', protocol, port: 80 }],
  };
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { ...(zone ? { 'topology.kubernetes.io/zone': zone } : {}) } },
  };
  return new Proxier(proxy).sync({ services: [service], endpointSlices: [slice], node }).input;
}

const LOAD_BALANCER = {
  spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } },
} as const satisfies Given;
const IPV6 = { ipFamily: 'IPv6', detectLocal: { kind: 'clusterCIDR', value: 'fd00:10:244::/56' } } as const;

test.each<[string, Given, readonly RegExp[], readonly RegExp[]]>([
  [
    'an endpoint that leaves and serves is used when none is ready',
    { endpoints: [there('10.244.2.2', LEAVING)] },
    [/DNAT .*2\.2:80/],
    [/REJECT/],
  ],
  ['not while one is ready', { endpoints: [there('10.244.2.2', LEAVING), there('10.244.2.3')] }, [/DNAT .*2\.3:80/], [/2\.2:80/]],
  ['one that leaves and does not serve is not', { endpoints: [there('10.244.2.2', GONE)] }, [/has no endpoints.*REJECT/], [/-j DNAT/]],
  ['nor one that was never ready', { endpoints: [there('10.244.2.2', NOT_READY)] }, [/has no endpoints.*REJECT/], [/-j DNAT/]],
  [
    'internalTrafficPolicy Local with endpoints elsewhere drops',
    { spec: { internalTrafficPolicy: 'Local' } },
    [/has no local endpoints.*-d 10\.96\.0\.17 .*DROP/],
    [/REJECT|KUBE-SVL/],
  ],
  [
    'with none anywhere it refuses',
    { spec: { internalTrafficPolicy: 'Local' }, endpoints: [] },
    [/has no endpoints.*REJECT/],
    [/DROP\n.*web/],
  ],
  [
    'externalTrafficPolicy Local: a local endpoint that leaves serves outside traffic, a ready one elsewhere the cluster',
    {
      spec: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] },
      endpoints: [here('10.244.1.2', LEAVING), there()],
    },
    [/-A KUBE-SVL-\w+ .*-> 10\.244\.1\.2:80/, /-A KUBE-SVC-\w+ .*-> 10\.244\.2\.2:80/],
    [/-A KUBE-SVC-\w+ .*-> 10\.244\.1\.2:80/],
  ],
  [
    'Local without a local endpoint: pods and the node itself still get through, the world is dropped',
    { spec: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] } },
    [/KUBE-EXTERNAL-SERVICES .*has no local endpoints.*--dport 30080 -j DROP/, /pod traffic for .*-j KUBE-SVC/, /route LOCAL traffic/],
    [/-A KUBE-EXT-\w+ -j/],
  ],
  [
    'hints of my zone',
    { zone: 'a', endpoints: [there('10.244.2.2', hint('a')), there('10.244.3.2', hint('b'))] },
    [/2\.2:80/],
    [/3\.2:80/],
  ],
  [
    'hints count only if all that are ready have them',
    { zone: 'a', endpoints: [there('10.244.2.2', hint('a')), there('10.244.3.2')] },
    [/2\.2:80/, /3\.2:80/],
    [],
  ],
  [
    'one that leaves needs none',
    { zone: 'a', endpoints: [there('10.244.2.2', hint('a')), there('10.244.3.2', hint('b')), there('10.244.4.2', LEAVING)] },
    [/2\.2:80/],
    [/3\.2:80|4\.2:80/],
  ],
  ['a zone without any uses all', { zone: 'c', endpoints: [there('10.244.2.2', hint('a'))] }, [/2\.2:80/], []],
  ['affinity lasts three hours', { spec: { sessionAffinity: 'ClientIP' } }, [/--rcheck --seconds 10800 --reap/], []],
  [
    'or as long as it says',
    { spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } } },
    [/--rcheck --seconds 60 --reap -j (KUBE-SEP-\w+)\n/, /-m recent --name KUBE-SEP-\w+ --set .*-j DNAT/],
    [],
  ],
  [
    'a balancer that is a proxy gets no rules for its address',
    {
      ...LOAD_BALANCER,
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.7', ipMode: 'Proxy' }] } },
    },
    [/--dport 30080 -j KUBE-EXT/],
    [/192\.0\.2\.7/],
  ],
  [
    'a balancer without node ports',
    { ...LOAD_BALANCER, spec: { type: 'LoadBalancer', ports: [{ port: 80 }], allocateLoadBalancerNodePorts: false } },
    [/-d 192\.0\.2\.7 --dport 80 -j KUBE-EXT/],
    [/-A KUBE-NODEPORTS/],
  ],
  [
    'source ranges that hold the node let it reach the address that loops back',
    { ...LOAD_BALANCER, spec: { ...LOAD_BALANCER.spec, loadBalancerSourceRanges: ['192.168.56.0/24'] } },
    [/-A KUBE-FW-\w+ .*-s 192\.168\.56\.0\/24/, /-A KUBE-FW-\w+ .*-s 192\.0\.2\.7/, /KUBE-PROXY-FIREWALL .*-d 192\.0\.2\.7 .*DROP/],
    [],
  ],
  [
    'source ranges of the other family alone restrict nothing',
    {
      config: IPV6,
      spec: {
        ...LOAD_BALANCER.spec,
        clusterIP: 'fd00:10:96::17',
        clusterIPs: ['fd00:10:96::17'],
        ipFamilies: ['IPv6'],
        loadBalancerSourceRanges: ['10.0.0.0/8'],
      },
      status: { loadBalancer: { ingress: [{ ip: '2001:db8::7' }] } },
      endpoints: [there('fd00:10:244:2::2')],
    },
    [/-d 2001:db8::7 --dport 80 -j KUBE-EXT/],
    [/KUBE-FW-/],
  ],
  [
    'node addresses of the other family alone: all of this one serve node ports',
    { config: { nodePortAddresses: ['fd00::/8'] } },
    [/last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS/],
    [],
  ],
  ['IPv6 has no node ports on loopback', { config: IPV6 }, [/--dst-type LOCAL ! -d ::1\/128 -j KUBE-NODEPORTS/], [/KUBE-FIREWALL/]],
  [
    'a health check port is open whatever the endpoints',
    { ...LOAD_BALANCER, endpoints: [], spec: { ...LOAD_BALANCER.spec, externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 } },
    [/-A KUBE-NODEPORTS .*health check node port" -m tcp -p tcp --dport 31000 -j ACCEPT/],
    [],
  ],
  [
    'pods that cannot be told are not told',
    { config: { detectLocal: { kind: 'none', value: '' } }, spec: { externalIPs: ['192.0.2.9'], externalTrafficPolicy: 'Local' } },
    [/-d 192\.0\.2\.9 --dport 80 -j KUBE-EXT/],
    [/pod traffic for|-A KUBE-SVC-\w+ .*KUBE-MARK-MASQ/],
  ],
  [
    'masqueradeAll masks every cluster IP',
    { config: { masqueradeAll: true } },
    [/-A KUBE-SVC-\w+ .*--dport 80 -j KUBE-MARK-MASQ/],
    [/! -s 10/],
  ],
  ['SCTP', { spec: { ports: [{ port: 80, protocol: 'SCTP' }] } }, [/-m sctp -p sctp -d 10\.96\.0\.17/, /-m sctp -p sctp -j DNAT/], []],
  ['another proxy’s Service', { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } }, [], [/default\/web/]],
  ['a headless label', { labels: { 'service.kubernetes.io/headless': '' } }, [], [/default\/web/]],
  ['ExternalName with an address', { spec: { type: 'ExternalName' } }, [], [/default\/web/]],
  [
    'publishNotReadyAddresses is the slices’ matter',
    { spec: { publishNotReadyAddresses: true }, endpoints: [there('10.244.2.2', NOT_READY)] },
    [/REJECT/],
    [],
  ],
])('%s', (_name, given, has, hasNot) => {
  const rules = rulesOf(given);
  for (const pattern of has) expect(rules).toMatch(pattern);
  for (const pattern of hasNot) expect(rules).not.toMatch(pattern);
});
