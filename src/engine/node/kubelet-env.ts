// The environment of a container as the kubelet makes it: variables of the Services that were there when the pod
// started, and what the pod's own `env` and `envFrom` say. Follows pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap,
// makeEnvironmentVariables), pkg/kubelet/envvars/envvars.go and third_party/forked/golang/expansion, Kubernetes 1.33.

import { cpuMillis, parseQuantity } from '../api/quantity.ts';
import { decodeBase64 } from '../api/secret-data.ts';
import type { Container, EnvVar, KubeObject, Pod, Service } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';

export interface EnvContext {
  readonly store: ObjectStore;
  /** All Services that there were when the container started. */
  readonly services: readonly Service[];
  /** The pod with its addresses, as far as it has them. */
  readonly pod: Pod;
  /** The node's address. */
  readonly hostIP: string;
}

/** Name -> value, in the order in which `env` prints them: as they were set. */
export type Environment = ReadonlyMap<string, string>;

/** What a container of the pod finds in its environment, besides what its image sets. */
export function environmentOf(context: EnvContext, container: Container): Environment {
  const { store, services: known, pod } = context;
  const result = new Map<string, string>([['HOSTNAME', hostnameOf(pod)]]);
  const services = serviceVariables(known, pod);
  const own = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of (container.envFrom ?? []) as EnvFrom[])
    for (const [key, value] of Object.entries(dataOf(store, pod, configMapRef, secretRef))) own.set(`${prefix}${key}`, value);
  for (const variable of container.env ?? []) {
    const value = variableValue(context, container, variable, (name) => own.get(name) ?? services.get(name));
    if (value !== null) own.set(variable.name, value);
  }
  for (const [name, value] of own) result.set(name, value);
  // What the pod says itself counts, should a Service's variable have the same name.
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}

interface EnvFrom {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string };
  readonly secretRef?: { readonly name?: string };
}

/** As `env` prints it. */
export function environmentText(environment: Environment): string {
  return [...environment].map(([name, value]) => `${name}=${value}`).join('\n');
}

/** For Services with an address: those of the pod's namespace, unless it wants none, and always the API server's. */
export function serviceVariables(known: readonly Service[], pod: Pod): Environment {
  const wantsAll = pod.spec.enableServiceLinks !== false;
  const { namespace } = pod.metadata;
  const isKubernetes = ({ metadata }: Service) => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const services = known
    .filter((one) => isKubernetes(one) || (wantsAll && one.metadata.namespace === namespace))
    .filter(({ spec }) => spec.clusterIP && spec.clusterIP !== 'None')
    // A Service of the pod's own namespace takes the place of the API server's of the same name.
    .toSorted((a, b) => Number(a.metadata.namespace === namespace) - Number(b.metadata.namespace === namespace));
  return new Map(services.flatMap(variablesOf));
}

/** `WEB_SERVICE_HOST`, `WEB_SERVICE_PORT`, one per named port, and what Docker's links once set. */
function variablesOf({ metadata, spec }: Service): [string, string][] {
  const prefix = metadata.name.toUpperCase().replaceAll('-', '_');
  const { clusterIP = '', ports = [] } = spec;
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  const [first] = ports;
  if (!first) return [];
  const named = ports.filter(({ name }) => name);
  const links = ports.flatMap(({ protocol = 'TCP', port }, index): [string, string][] => {
    const url = `${protocol.toLowerCase()}://${host}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol}`;
    return [
      ...(index === 0 ? [[`${prefix}_PORT`, url] as [string, string]] : []),
      [link, url],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, clusterIP],
    ];
  });
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named.map(({ name = '', port }): [string, string] => [
      `${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`,
      String(port),
    ]),
    ...links,
  ];
}

function variableValue(
  context: EnvContext,
  container: Container,
  { value, valueFrom }: EnvVar,
  lookUp: (name: string) => string | undefined,
): string | null {
  if (!valueFrom) return expand(value ?? '', lookUp);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(context, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceOf(context.pod, container, resourceFieldRef);
  const key = configMapKeyRef?.key ?? secretKeyRef?.key;
  return key === undefined ? null : (dataOf(context.store, context.pod, configMapKeyRef, secretKeyRef)[key] ?? null);
}

/** `$(NAME)` is what NAME was set to before; a name that nobody knows stays as it is, and `$$` is a `$`. */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => (name === undefined ? '$' : (lookUp(name) ?? whole)));
}

/** The downward API. */
function fieldOf({ pod, hostIP }: EnvContext, fieldPath: string): string {
  const { metadata, spec, status } = pod;
  const subscript = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(fieldPath);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  const podIPs = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
    'status.hostIP': hostIP,
    'status.hostIPs': hostIP,
    'status.podIP': podIPs[0],
    'status.podIPs': podIPs.join(','),
  };
  return fields[fieldPath] ?? '';
}

/** Whole cores and bytes, unless a divisor says otherwise, rounded up. */
function resourceOf(
  pod: Pod,
  own: Container,
  { containerName, resource, divisor }: NonNullable<NonNullable<EnvVar['valueFrom']>['resourceFieldRef']>,
): string {
  const container = pod.spec.containers.find(({ name }) => name === containerName) ?? own;
  const [list = '', ...rest] = resource.split('.');
  const quantity: string | undefined = container.resources?.[list]?.[rest.join('.')];
  const unit = (parseQuantity(divisor === '0' ? undefined : divisor) ?? 1) || 1;
  const amount = rest[0] === 'cpu' ? cpuMillis(quantity) / 1000 : (parseQuantity(quantity) ?? 0);
  return String(Math.ceil(Number((amount / unit).toPrecision(12))));
}

function dataOf(
  store: ObjectStore,
  { metadata }: Pod,
  configMap: { readonly name?: string } | undefined,
  secret: { readonly name?: string } | undefined,
): Readonly<Record<string, string>> {
  const [kind, name] = configMap ? ['ConfigMap', configMap.name] : ['Secret', secret?.name];
  const object: KubeObject | undefined = store.get(kind, metadata.namespace ?? '', name ?? '');
  const data: Readonly<Record<string, string>> = object?.data ?? {};
  if (kind === 'ConfigMap') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decodeBase64(value)]));
}

function hostnameOf({ metadata, spec }: Pod): string {
  if (spec.hostNetwork) return spec.nodeName ?? '';
  return (spec.hostname ?? metadata.name).slice(0, 63);
}
