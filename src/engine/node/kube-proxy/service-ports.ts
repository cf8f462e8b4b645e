// Which Services count for one proxier, and what their ports mean to it. Follows ShouldSkipService (pkg/proxy/util),
// newBaseServiceInfo and its predicates (pkg/proxy/serviceport.go, v1.33) and pkg/api/v1/service/util.go.

import type { Service, ServicePort } from '../../api/types.ts';
import type { Address } from '../../net/address.ts';
import { sloppyAddress, sloppyCIDR } from './addresses.ts';
import { servicePortName } from './chain-names.ts';
import type { ProxyConfig } from './proxy-config.ts';

/** One port of a Service, in the words of kube-proxy's BaseServicePortInfo. */
export interface ServicePortInfo {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  /** `namespace/name:port`. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly clusterIP: Address;
  readonly port: number;
  readonly nodePort: number;
  readonly externalIPs: readonly Address[];
  readonly loadBalancerVIPs: readonly Address[];
  readonly loadBalancerSourceRanges: readonly string[];
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** Seconds of ClientIP affinity; null without. */
  readonly affinitySeconds: number | null;
  readonly healthCheckNodePort: number;
  readonly usesClusterEndpoints: boolean;
  readonly usesLocalEndpoints: boolean;
  readonly externallyAccessible: boolean;
}

const SERVICE_PROXY_NAME = 'service.kubernetes.io/service-proxy-name';
const HEADLESS = 'service.kubernetes.io/headless';

/** Whether kube-proxy's informers pass an object on, by its labels. */
export function isWatched(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels === undefined || !(SERVICE_PROXY_NAME in labels || HEADLESS in labels);
}

/** The ports of a Service that this family's proxier serves; none for headless, ExternalName and other families' Services. */
export function servicePortsOf(service: Service, config: ProxyConfig): ServicePortInfo[] {
  const { spec, metadata } = service;
  if (!isWatched(metadata.labels) || spec.type === 'ExternalName') return [];
  if (!spec.clusterIP || spec.clusterIP === 'None') return [];
  const clusterIP = sloppyAddress(clusterIPOf(service, config.ipFamily), config.ipFamily);
  if (clusterIP === null) return [];
  const shared = sharedByPorts(service, config);
  return (spec.ports ?? []).map((port) => portInfo(service, port, clusterIP, shared));
}

function clusterIPOf({ spec }: Service, family: ProxyConfig['ipFamily']): string {
  if (!spec.ipFamilies?.length) return spec.clusterIP ?? '';
  const place = spec.ipFamilies.indexOf(family);
  return (place < 0 ? undefined : spec.clusterIPs?.[place]) ?? '';
}

type Shared = Pick<
  ServicePortInfo,
  'externalIPs' | 'loadBalancerVIPs' | 'loadBalancerSourceRanges' | 'externalPolicyLocal' | 'internalPolicyLocal' | 'affinitySeconds'
>;

function sharedByPorts({ spec, status }: Service, config: ProxyConfig): Shared {
  const { ipFamily, featureGates } = config;
  const ipMode = featureGates?.LoadBalancerIPMode ?? true;
  const ingress = (status?.loadBalancer?.ingress ?? []).filter(({ ipMode: mode }) => !ipMode || (mode ?? 'VIP') === 'VIP');
  return {
    externalIPs: present((spec.externalIPs ?? []).map((ip) => sloppyAddress(ip, ipFamily))),
    loadBalancerVIPs: present(ingress.map(({ ip }) => (ip ? sloppyAddress(ip, ipFamily) : null))),
    loadBalancerSourceRanges: present((spec.loadBalancerSourceRanges ?? []).map((range) => sloppyCIDR(range.trim(), ipFamily))),
    externalPolicyLocal: hasExternalTraffic(spec) && spec.externalTrafficPolicy === 'Local',
    internalPolicyLocal: spec.internalTrafficPolicy === 'Local',
    affinitySeconds:
      spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY) : null,
  };
}

const DEFAULT_AFFINITY = 10_800;

function hasExternalTraffic(spec: Service['spec']): boolean {
  const type = spec.type ?? 'ClusterIP';
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
}

function portInfo(service: Service, port: ServicePort, clusterIP: Address, shared: Shared): ServicePortInfo {
  const { metadata, spec } = service;
  const namespace = metadata.namespace ?? 'default';
  const portName = port.name ?? '';
  const nodePort = port.nodePort ?? 0;
  const { externalIPs, loadBalancerVIPs, externalPolicyLocal, internalPolicyLocal } = shared;
  const externallyAccessible = nodePort !== 0 || loadBalancerVIPs.length > 0 || externalIPs.length > 0;
  const needsHealthCheck = spec.type === 'LoadBalancer' && externalPolicyLocal;
  return {
    externalIPs,
    loadBalancerVIPs,
    loadBalancerSourceRanges: shared.loadBalancerSourceRanges,
    externalPolicyLocal,
    internalPolicyLocal,
    affinitySeconds: shared.affinitySeconds,
    namespace,
    service: metadata.name,
    portName,
    name: servicePortName(namespace, metadata.name, portName),
    protocol: port.protocol ?? 'TCP',
    clusterIP,
    port: port.port,
    nodePort,
    healthCheckNodePort: needsHealthCheck ? (spec.healthCheckNodePort ?? 0) : 0,
    externallyAccessible,
    usesClusterEndpoints: !internalPolicyLocal || externallyAccessible,
    usesLocalEndpoints: internalPolicyLocal || (externalPolicyLocal && externallyAccessible),
  };
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
