// Services, in the order in which the API server reports. Follows ValidateService of
// pkg/apis/core/validation/validation.go (Kubernetes 1.33).

import { duplicate, type FieldError, forbidden, type GoValue, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { Service, ServicePort } from '../types.ts';
import { checkAddress, checkCIDR, checkNonSpecialAddress } from './addresses.ts';
import { validateLabels, validateObjectMeta } from './metadata.ts';
import {
  checkDNS1035Label,
  checkDNS1123Label,
  checkDNS1123Subdomain,
  checkPortName,
  checkPortNumber,
  checkQualifiedName,
} from './names.ts';
import { isHeadless, validateClusterIPFields } from './service-addresses.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONE_DAY = 86400;

/** Reachable from outside the cluster, so that the external traffic policy means something. */
export function isExternallyAccessible({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
}

/** A load balancer asks each node of such a Service whether it has an endpoint. */
export function needsHealthCheck({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  return [
    ...validateObjectMeta(service, true, checkDNS1035Label),
    ...validateTopologyAnnotations(service),
    ...((spec.ports ?? []).length === 0 && !isHeadless(service) && spec.type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...validateTypeRules(service),
    ...validatePorts(service),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(service),
    ...validateClusterIPFields(service),
    ...(spec.externalIPs ?? []).flatMap((address, index) => validateExternalIP(`spec.externalIPs[${index}]`, address)),
    ...validateType(service),
    ...validateNodePorts(service),
    ...validateDistinctPorts(service),
    ...validateSourceRanges(service),
    ...validateLoadBalancer(service),
    ...validateTrafficPolicies(service),
  ];
}

function validateTopologyAnnotations({ metadata }: Service): FieldError[] {
  const mode = metadata.annotations?.[TOPOLOGY_MODE];
  const hints = metadata.annotations?.[TOPOLOGY_HINTS];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`)];
}

function validateTypeRules(service: Service): FieldError[] {
  const { spec } = service;
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    return isHeadless(service) ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)] : [];
  }
  if (spec.type !== 'ExternalName') return [];
  const detail = 'may not be set for ExternalName services';
  const errors: FieldError[] = [];
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbidden('spec.clusterIPs', detail));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden('spec.ipFamilies', detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', detail));
  // A final dot only says that the name is complete.
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  const errorsOfName = name === '' ? [required('spec.externalName')] : invalidEach('spec.externalName', name, checkDNS1123Subdomain(name));
  return [...errors, ...errorsOfName];
}

function validatePorts({ spec }: Service): FieldError[] {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  return ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1, names));
}

function validatePort(port: ServicePort, path: string, needsName: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) {
    errors.push(...invalidEach(`${path}.name`, port.name, checkDNS1123Label(port.name)));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  } else if (needsName) errors.push(required(`${path}.name`));
  const number = port.port ?? 0;
  errors.push(...checkPortNumber(number).map((detail) => invalid(`${path}.port`, number, detail)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  errors.push(...validatePortNumberOrName(port.targetPort ?? 0, `${path}.targetPort`));
  if (port.appProtocol !== undefined)
    errors.push(...invalidEach(`${path}.appProtocol`, port.appProtocol, checkQualifiedName(port.appProtocol)));
  return errors;
}

function validatePortNumberOrName(port: number | string, path: string): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, checkPortName(port));
  return checkPortNumber(port).map((detail) => invalid(path, port, detail));
}

function validateAffinity({ spec }: Service): FieldError[] {
  const path = 'spec.sessionAffinity';
  if (!spec.sessionAffinity) return [required(path)];
  if (!AFFINITIES.includes(spec.sessionAffinity)) return [notSupported(path, spec.sessionAffinity, AFFINITIES)];
  const config = spec.sessionAffinityConfig;
  const configPath = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None') {
    return config === undefined ? [] : [forbidden(configPath, 'must not be set when session affinity is None')];
  }
  if (config === undefined) return [required(configPath, 'when session affinity type is ClientIP')];
  if (config.clientIP === undefined) return [required(`${configPath}.clientIP`, 'when session affinity type is ClientIP')];
  const { timeoutSeconds } = config.clientIP;
  const timeoutPath = `${configPath}.clientIP.timeoutSeconds`;
  if (timeoutSeconds === undefined) return [required(timeoutPath, 'when session affinity type is ClientIP')];
  if (timeoutSeconds > 0 && timeoutSeconds <= ONE_DAY) return [];
  return [invalid(timeoutPath, timeoutSeconds, `must be greater than 0 and less than ${ONE_DAY}`)];
}

function validateExternalIP(path: string, address: string): FieldError[] {
  const unreadable = checkAddress(path, address);
  return unreadable.length > 0 ? unreadable : checkNonSpecialAddress(path, address);
}

function validateType({ spec }: Service): FieldError[] {
  if (!spec.type) return [required('spec.type')];
  return TYPES.includes(spec.type) ? [] : [notSupported('spec.type', spec.type, TYPES)];
}

function validateNodePorts({ spec }: Service): FieldError[] {
  const ports = (spec.ports ?? [])
    .map((port, index) => ({ ...port, path: `spec.ports[${index}].nodePort` }))
    .filter((port) => port.nodePort);
  const misplaced =
    spec.type === 'ClusterIP' ? ports.map((port) => forbidden(port.path, "may not be used when `type` is 'ClusterIP'")) : [];
  const seen = new Set<string>();
  const twice = ports.flatMap((port) => {
    const key = `${port.protocol}/${port.nodePort}`;
    if (seen.has(key)) return [duplicate(port.path, port.nodePort)];
    seen.add(key);
    return [];
  });
  return [...misplaced, ...twice];
}

function validateDistinctPorts({ spec }: Service): FieldError[] {
  const seen = new Set<string>();
  return (spec.ports ?? []).flatMap((port, index) => {
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) return [duplicate(`spec.ports[${index}]`, goPortKey(port))];
    seen.add(key);
    return [];
  });
}

/** The server compares ports by a struct that has only these two fields set, and prints it. */
function goPortKey(port: ServicePort): GoValue {
  const unset = 'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0';
  const protocol = JSON.stringify(port.protocol ?? '');
  return { go: `core.ServicePort{Name:"", Protocol:${protocol}, AppProtocol:(*string)(nil), Port:${port.port}, ${unset}}` };
}

function validateSourceRanges({ spec, metadata }: Service): FieldError[] {
  const misplaced = "may only be used when `type` is 'LoadBalancer'";
  const isLoadBalancer = spec.type === 'LoadBalancer';
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    // With a capital letter: that is how the server spells this path.
    const path = 'spec.LoadBalancerSourceRanges';
    const errors = ranges.flatMap((range, index) => checkCIDR(`${path}[${index}]`, range.trim()));
    return isLoadBalancer ? errors : [forbidden(path, misplaced), ...errors];
  }
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (annotation === undefined) return [];
  const path = `metadata.annotations[${SOURCE_RANGES}]`;
  const listed = annotation.trim() === '' ? [] : annotation.trim().split(',');
  const errors = listed.flatMap((range) => checkCIDR(path, range.trim()));
  return isLoadBalancer ? errors : [forbidden(path, misplaced), ...errors];
}

function validateLoadBalancer(service: Service): FieldError[] {
  const { spec } = service;
  const path = 'spec.allocateLoadBalancerNodePorts';
  const switchErrors =
    spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer'
      ? [forbidden(path, "may only be used when `type` is 'LoadBalancer'")]
      : spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined
        ? [required('allocateLoadBalancerNodePorts')]
        : [];
  return [...switchErrors, ...validateLoadBalancerClass(service)];
}

export function validateLoadBalancerClass({ spec }: Service): FieldError[] {
  const path = 'spec.loadBalancerClass';
  if (spec.loadBalancerClass === undefined) return [];
  if (spec.type !== 'LoadBalancer') return [forbidden(path, "may only be used when `type` is 'LoadBalancer'")];
  return invalidEach(path, spec.loadBalancerClass, checkQualifiedName(spec.loadBalancerClass));
}

function validateTrafficPolicies(service: Service): FieldError[] {
  const { spec } = service;
  const errors = [...validateExternalPolicy(service), ...validateHealthCheckNodePort(service)];
  const internal = spec.internalTrafficPolicy;
  if (internal === undefined && ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type ?? ''))
    errors.push(required('spec.internalTrafficPolicy'));
  if (internal !== undefined && !TRAFFIC_POLICIES.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, TRAFFIC_POLICIES));
  }
  if (spec.trafficDistribution !== undefined && spec.trafficDistribution !== 'PreferClose') {
    errors.push(notSupported('spec.trafficDistribution', spec.trafficDistribution, ['PreferClose']));
  }
  return errors;
}

function validateExternalPolicy(service: Service): FieldError[] {
  const policy = service.spec.externalTrafficPolicy;
  const path = 'spec.externalTrafficPolicy';
  if (!isExternallyAccessible(service)) return policy ? [invalid(path, policy, 'may only be set for externally-accessible services')] : [];
  if (!policy) return [required(path)];
  return TRAFFIC_POLICIES.includes(policy) ? [] : [notSupported(path, policy, TRAFFIC_POLICIES)];
}

function validateHealthCheckNodePort(service: Service): FieldError[] {
  const port = service.spec.healthCheckNodePort ?? 0;
  const path = 'spec.healthCheckNodePort';
  if (!needsHealthCheck(service)) {
    return port === 0 ? [] : [invalid(path, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
  }
  return port === 0 ? [required(path)] : checkPortNumber(port).map((detail) => invalid(path, port, detail));
}
