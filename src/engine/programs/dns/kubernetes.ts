// From a name to the Services, endpoints and pods that stand behind it: the look-up half of CoreDNS's kubernetes plugin.
// Follows coredns/coredns plugin/kubernetes/{parse,kubernetes,namespace,reverse,ns}.go @ 4b26cced3277. Left out: the
// multi-cluster zone, `_zone` names, label selectors; endpoints whose address is a name (addressType FQDN) are passed over.

import type { EndpointSlice, Service } from '../../api/types.ts';
import { parseAddress } from '../../net/address.ts';
import type { DNSRecord } from '../../net/packet.ts';
import { labelsOf } from './names.ts';
import { clusterIPsOf, type DNSObjects } from './objects.ts';

/** The server's configuration: the options of the Corefile, and what the forwarder behind it knows. */
export interface DNSConfig {
  readonly zone: string;
  readonly reverseZones: readonly string[];
  readonly podMode: 'disabled' | 'insecure' | 'verified';
  readonly ttl: number;
  readonly ignoreEmptyService: boolean;
  readonly endpointPodNames: boolean;
  /** Only these namespaces are served; null = all. */
  readonly namespaces: readonly string[] | null;
  /** Below these zones a name that is not found is asked of the forwarder. */
  readonly fallthrough: readonly string[];
  /** All the records that the forwarder knows; any other name is NXDOMAIN there. */
  readonly upstream: readonly DNSRecord[];
  /** CoreDNS's own addresses, by which it finds its Service when asked for the zone's name server. */
  readonly localAddresses?: readonly string[];
  /** The serial number of the zone. */
  readonly serial?: number;
}

/** The configuration that kubeadm writes, with nothing behind the forwarder. */
export const KUBEADM_CONFIG: DNSConfig = {
  zone: 'cluster.local.',
  reverseZones: ['in-addr.arpa.', 'ip6.arpa.'],
  podMode: 'insecure',
  ttl: 30,
  ignoreEmptyService: false,
  endpointPodNames: false,
  namespaces: null,
  fallthrough: ['in-addr.arpa.', 'ip6.arpa.'],
  upstream: [],
};

/** One thing that a name stands for: an address, or another name (ExternalName). `key` is the name it has of its own. */
export interface Backend {
  readonly key: string;
  readonly host: string;
  /** -1: it has no port, hence no SRV record. */
  readonly port: number;
}

interface Request {
  readonly kind: 'svc' | 'pod';
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: string;
  readonly port: string;
  readonly protocol: string;
}

/** The backends of a name in `zone`; empty when the name exists without any, null when there is no such name. */
export function findBackends(config: DNSConfig, objects: DNSObjects, name: string, zone: string): readonly Backend[] | null {
  const request = parseRequest(name, zone);
  if (request === null) return null;
  if (request === 'structure') return [];
  if (isReverseName(name) || !isExposed(config, objects, request.namespace)) return null;
  return request.kind === 'pod' ? findPods(config, objects, request, zone) : findServices(config, objects, request, zone);
}

/** The names that point back at an address; null when there is none. */
export function findNamesOf(config: DNSConfig, objects: DNSObjects, address: string): readonly string[] | null {
  const isServed = (namespace: string | undefined) => config.namespaces === null || isExposed(config, objects, namespace ?? '');
  const owner = objects.servicesByClusterIP(address).find((service) => isServed(service.metadata.namespace));
  if (owner) return [joinName(owner.metadata.name, owner.metadata.namespace, 'svc', config.zone)];
  const names = objects
    .endpointSlicesByAddress(address)
    .filter((slice) => isServed(slice.metadata.namespace))
    .flatMap((slice) =>
      addressesOf(config, slice)
        .filter((endpoint) => endpoint.address === address)
        .map((endpoint) => joinName(endpoint.label, serviceOf(slice), slice.metadata.namespace, 'svc', config.zone)),
    );
  return names.length > 0 ? [...new Set(names)] : null;
}

/** The address that a name below in-addr.arpa. or ip6.arpa. stands for, or null. */
export function addressOfReverseName(name: string): string | null {
  const labels = labelsOf(name.toLowerCase()).slice(0, -2).reverse();
  if (name.toLowerCase().endsWith('.in-addr.arpa.')) return labels.length === 4 ? parseAddress(labels.join('.')) : null;
  if (!isReverseName(name) || labels.length !== 32 || labels.some((label) => label.length !== 1)) return null;
  const groups = Array.from({ length: 8 }, (_, index) => labels.slice(index * 4, index * 4 + 4).join(''));
  return parseAddress(groups.join(':'));
}

/** The zone's name servers: the Services in front of CoreDNS itself, else its own addresses as `ns.dns.ZONE`. */
export function findNameServers(config: DNSConfig, objects: DNSObjects, zone: string): readonly Backend[] {
  const own = config.localAddresses ?? [];
  const found = own
    .flatMap((address) => objects.endpointSlicesByAddress(address))
    .flatMap((slice): readonly Backend[] => {
      const service = objects.service(slice.metadata.namespace ?? '', serviceOf(slice));
      if (!service) return [];
      const name = joinName(service.metadata.name, service.metadata.namespace, 'svc', zone);
      if (!isHeadless(service)) return clusterIPsOf(service).map((host) => ({ key: name, host, port: 53 }));
      return addressesOf(config, slice).map(({ label, address }) => ({ key: joinName(label, name), host: address, port: 53 }));
    });
  return found.length > 0 ? found : own.map((host) => ({ key: joinName('ns.dns', zone), host, port: 53 }));
}

/** `structure`: the apex, `svc` or `pod`, which exist without data. Null: no name of the schema has this form. */
function parseRequest(name: string, zone: string): Request | 'structure' | null {
  const labels = labelsOf(name.toLowerCase());
  const base = labels.slice(0, labels.length - labelsOf(zone).length);
  const kind = base.pop();
  if (kind === undefined) return 'structure';
  if (kind !== 'svc' && kind !== 'pod') return null;
  const namespace = base.pop();
  if (namespace === undefined) return 'structure';
  const service = base.pop() ?? '';
  if (base.length > 2) return null;
  const [first = '', second = ''] = base;
  if (base.length < 2) return { kind, namespace, service, endpoint: first, port: '', protocol: '' };
  return { kind, namespace, service, endpoint: '', port: first.replace(/^_/, ''), protocol: second.replace(/^_/, '') };
}

function isExposed(config: DNSConfig, objects: DNSObjects, namespace: string): boolean {
  if (config.namespaces?.includes(namespace) === false) return false;
  return objects.namespace(namespace) !== undefined;
}

function findPods(config: DNSConfig, objects: DNSObjects, request: Request, zone: string): readonly Backend[] | null {
  if (config.podMode === 'disabled') return null;
  const { namespace, service: label } = request;
  if (label === '') return [];
  const isIPv4 = label.split('-').length === 4 && !label.includes('--');
  const text = label.replaceAll('-', isIPv4 ? '.' : ':');
  const address = parseAddress(text);
  if (address === null) return null;
  const backend = { key: joinName(label, namespace, 'pod', zone), host: address, port: 0 };
  if (config.podMode === 'insecure') return [backend];
  // The pod's address is compared as text: another spelling of it is not found.
  const exists = objects.podsByAddress(text).some((pod) => pod.metadata.namespace === namespace);
  return exists ? [backend] : null;
}

function findServices(config: DNSConfig, objects: DNSObjects, request: Request, zone: string): readonly Backend[] | null {
  if (request.service === '') return [];
  const service = objects.service(request.namespace, request.service);
  if (!service) return null;
  if (service.spec.type === 'ExternalName') return aliasOf(service, request, zone);
  if (isHeadless(service) || request.endpoint !== '') return endpointsOf(config, objects, service, request, zone);
  const slices = objects.endpointSlices(request.namespace, request.service);
  if (config.ignoreEmptyService && slices.every((slice) => addressesOf(config, slice).length === 0)) return null;
  const ports = portsOf(service.spec.ports, request);
  if (ports.length === 0) return null;
  const key = joinName(service.metadata.name, service.metadata.namespace, 'svc', zone);
  const addresses = clusterIPsOf(service).flatMap((text) => parseAddress(text) ?? []);
  return ports.flatMap((port) => addresses.map((host) => ({ key, host, port })));
}

function aliasOf(service: Service, request: Request, zone: string): readonly Backend[] | null {
  const host = service.spec.externalName ?? '';
  const isBelow = request.endpoint !== '' || request.port !== '' || request.protocol !== '';
  if (isBelow || host === '' || parseAddress(host) !== null) return null;
  return [{ key: joinName(service.metadata.name, service.metadata.namespace, 'svc', zone), host, port: 0 }];
}

function endpointsOf(config: DNSConfig, objects: DNSObjects, service: Service, request: Request, zone: string): readonly Backend[] | null {
  const { name, namespace = '' } = service.metadata;
  const found = objects.endpointSlices(namespace, name).flatMap((slice) =>
    addressesOf(config, slice)
      .filter(({ label }) => request.endpoint === '' || label.toLowerCase() === request.endpoint)
      .flatMap(({ label, address }) =>
        portsOf(slice.ports, request).map((port) => ({ key: joinName(label, name, namespace, 'svc', zone), host: address, port })),
      ),
  );
  return found.length > 0 ? found : null;
}

/** The ports that the request means; an object without ports counts as one port, -1, without a name. */
function portsOf(ports: readonly { name?: string; protocol?: string; port?: number }[] | undefined, request: Request): readonly number[] {
  const all = ports && ports.length > 0 ? ports : [{ port: -1, protocol: '' }];
  return all
    .filter(({ name = '' }) => request.port === '' || name.toLowerCase() === request.port)
    .filter(({ protocol = 'TCP' }) => request.protocol === '' || protocol.toLowerCase() === request.protocol)
    .map(({ port }) => port ?? -1);
}

/** The published addresses of a slice with the label that each has below its Service. */
function addressesOf(config: DNSConfig, slice: EndpointSlice): readonly { label: string; address: string }[] {
  const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap((endpoint) =>
    endpoint.addresses.flatMap((text) => {
      const address = parseAddress(text);
      return address === null ? [] : [{ label: labelOf(config, endpoint, text), address }];
    }),
  );
}

function labelOf(config: DNSConfig, endpoint: EndpointSlice['endpoints'][number], address: string): string {
  if (endpoint.hostname) return endpoint.hostname;
  const pod = endpoint.targetRef?.name ?? '';
  // A longer name would not be a valid label.
  if (config.endpointPodNames && pod !== '' && pod.length < 64) return pod;
  const dashed = address.replace(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

function serviceOf(slice: EndpointSlice): string {
  return slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
}

function isHeadless(service: Service): boolean {
  return clusterIPsOf(service).includes('None');
}

function isReverseName(name: string): boolean {
  return /\.(in-addr|ip6)\.arpa\.$/i.test(name);
}

function joinName(...parts: readonly (string | undefined)[]): string {
  return parts.join('.');
}
