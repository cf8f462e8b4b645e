// Pods and pod templates, as far as their fields matter here: containers, ports, names, DNS, node. Follows
// ValidatePod and ValidatePodSpec of pkg/apis/core/validation/validation.go (Kubernetes 1.33). Left out: volumes,
// resources, security contexts, affinity.

import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from '../field-error.ts';
import type { Container, ContainerPort, Pod, PodSpec, PodTemplateSpec } from '../types.ts';
import { checkAddress } from './addresses.ts';
import { validateAnnotations, validateLabels, validateObjectMeta } from './metadata.ts';
import { checkDNS1123Label, checkDNS1123Subdomain, checkEnvVarName, checkPortName, checkPortNumber } from './names.ts';
import { validateProbes } from './probes.ts';
import { PROTOCOLS } from './service.ts';

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;

export function validatePod(pod: Pod): FieldError[] {
  const padded = (pod.spec.containers ?? []).flatMap((container, index) => {
    const image = container.image ?? '';
    return image === image.trim()
      ? []
      : [invalid(`spec.containers[${index}].image`, image, 'must not have leading or trailing whitespace')];
  });
  return [...validateObjectMeta(pod, true, checkDNS1123Subdomain), ...validatePodSpec(pod.spec, 'spec', true), ...padded];
}

export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodSpec(template.spec, `${path}.spec`, false),
  ];
}

function validatePodSpec(spec: PodSpec, path: string, isPod: boolean): FieldError[] {
  const errors = [...validateContainers(spec, path), ...(spec.hostNetwork ? validateHostNetworkPorts(spec, path, isPod) : [])];
  const { restartPolicy, dnsPolicy } = spec;
  if (!restartPolicy) errors.push(required(`${path}.restartPolicy`));
  else if (!RESTART_POLICIES.includes(restartPolicy)) errors.push(notSupported(`${path}.restartPolicy`, restartPolicy, RESTART_POLICIES));
  if (!dnsPolicy) errors.push(required(`${path}.dnsPolicy`));
  else if (!DNS_POLICIES.includes(dnsPolicy)) errors.push(notSupported(`${path}.dnsPolicy`, dnsPolicy, DNS_POLICIES));
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`));
  errors.push(...validateDNSConfig(spec, `${path}.dnsConfig`));
  if (spec.nodeName) errors.push(...invalidEach(`${path}.nodeName`, spec.nodeName, checkDNS1123Subdomain(spec.nodeName)));
  if (spec.activeDeadlineSeconds !== undefined && !(spec.activeDeadlineSeconds >= 1)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive'));
  }
  if (spec.hostname) errors.push(...invalidEach(`${path}.hostname`, spec.hostname, checkDNS1123Label(spec.hostname)));
  if (spec.subdomain) errors.push(...invalidEach(`${path}.subdomain`, spec.subdomain, checkDNS1123Label(spec.subdomain)));
  for (const [index, alias] of (spec.hostAliases ?? []).entries()) {
    errors.push(...checkAddress(`${path}.hostAliases[${index}].ip`, alias.ip ?? ''));
    for (const [at, name] of (alias.hostnames ?? []).entries())
      errors.push(...invalidEach(`${path}.hostAliases[${index}].hostnames[${at}]`, name, checkDNS1123Subdomain(name)));
  }
  return errors;
}

function validateDNSConfig(spec: PodSpec, path: string): FieldError[] {
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  const errors: FieldError[] = [];
  if (spec.dnsPolicy === 'None' && spec.dnsConfig === undefined) {
    errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  } else if (spec.dnsPolicy === 'None' && nameservers.length === 0) {
    errors.push(required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  }
  if (nameservers.length > MAX_NAMESERVERS) errors.push(tooMany(`${path}.nameservers`, nameservers.length, MAX_NAMESERVERS));
  for (const [index, address] of nameservers.entries()) errors.push(...checkAddress(`${path}.nameservers[${index}]`, address));
  if (searches.length > MAX_SEARCHES) errors.push(tooMany(`${path}.searches`, searches.length, MAX_SEARCHES));
  for (const [index, search] of searches.entries()) {
    const name = search === '.' ? '' : search.replace(/\.$/, '').replaceAll('_', '-');
    if (name !== '') errors.push(...invalidEach(`${path}.searches[${index}]`, search, checkDNS1123Subdomain(name)));
  }
  for (const [index, option] of options.entries())
    if (!option.name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  return errors;
}

function validateContainers(spec: PodSpec, path: string): FieldError[] {
  const names = new Set<string>();
  const errors: FieldError[] = [];
  if ((spec.containers ?? []).length === 0) errors.push(required(`${path}.containers`));
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      const here = `${path}.${list}[${index}]`;
      errors.push(...validateContainer(container, here));
      if (container.name && names.has(container.name)) errors.push(duplicate(`${here}.name`, container.name));
      names.add(container.name);
    }
  }
  return [...errors, ...validateHostPorts(spec, path)];
}

function validateContainer(container: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${path}.name`));
  else errors.push(...invalidEach(`${path}.name`, container.name, checkDNS1123Label(container.name)));
  if (!container.image) errors.push(required(`${path}.image`));
  const names = new Set<string>();
  for (const [index, port] of (container.ports ?? []).entries())
    errors.push(...validateContainerPort(port, `${path}.ports[${index}]`, names));
  for (const [index, variable] of (container.env ?? []).entries()) {
    const here = `${path}.env[${index}].name`;
    errors.push(...(variable.name ? invalidEach(here, variable.name, checkEnvVarName(variable.name)) : [required(here)]));
  }
  errors.push(...validateProbes(container, path));
  const pullPolicy = container.imagePullPolicy;
  if (pullPolicy && !PULL_POLICIES.includes(pullPolicy)) errors.push(notSupported(`${path}.imagePullPolicy`, pullPolicy, PULL_POLICIES));
  return errors;
}

function validateContainerPort(port: ContainerPort, path: string, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) {
    const syntax = invalidEach(`${path}.name`, port.name, checkPortName(port.name));
    errors.push(...syntax);
    if (syntax.length === 0 && names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    if (syntax.length === 0) names.add(port.name);
  }
  if (!port.containerPort) errors.push(required(`${path}.containerPort`));
  else errors.push(...checkPortNumber(port.containerPort).map((detail) => invalid(`${path}.containerPort`, port.containerPort, detail)));
  const hostPort = port.hostPort ?? 0;
  if (hostPort !== 0) errors.push(...checkPortNumber(hostPort).map((detail) => invalid(`${path}.hostPort`, hostPort, detail)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  return errors;
}

/** On the node's network a port is what it is. A template may leave hostPort out: the pod made of it gets it. */
function validateHostNetworkPorts(spec: PodSpec, path: string, isPod: boolean): FieldError[] {
  return (spec.containers ?? []).flatMap((container, at) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, index) => {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) return [];
      const here = `${path}.containers[${at}].ports[${index}].hostPort`;
      return [invalid(here, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}

function validateHostPorts(spec: PodSpec, path: string): FieldError[] {
  const taken = new Set<string>();
  return (spec.containers ?? []).flatMap((container, at) =>
    (container.ports ?? []).flatMap((port, index) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${path}.containers[${at}].ports[${index}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}
