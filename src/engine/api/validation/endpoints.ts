// Endpoints and EndpointSlices, written by hand or by a controller. Follows ValidateEndpoints of
// pkg/apis/core/validation/validation.go and pkg/apis/discovery/validation/validation.go (Kubernetes 1.33).

import { familyOf } from '../../net/address.ts';
import { duplicate, type FieldError, invalid, invalidEach, notSupported, required, tooMany } from '../field-error.ts';
import type { Endpoint, EndpointPort, EndpointSlice, Endpoints } from '../types.ts';
import { checkAddress, checkNonSpecialAddress, parseSloppyAddress } from './addresses.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { checkDNS1123Label, checkDNS1123Subdomain, checkPortNumber, checkQualifiedName } from './names.ts';
import { PROTOCOLS } from './service.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20000;

export function validateEndpoints(endpoints: Endpoints): FieldError[] {
  return [
    ...validateObjectMeta(endpoints, true, checkDNS1123Subdomain),
    ...(endpoints.subsets ?? []).flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`)),
  ];
}

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const errors = validateObjectMeta(slice, true, checkDNS1123Subdomain);
  const { addressType, endpoints = [], ports = [] } = slice;
  if (!addressType) errors.push(required('addressType'));
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
  if (endpoints.length > MAX_ENDPOINTS) return [...errors, tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)];
  errors.push(...endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, `endpoints[${index}]`, addressType)));
  if (ports.length > MAX_PORTS) return [...errors, tooMany('ports', ports.length, MAX_PORTS)];
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) errors.push(...validateSlicePort(port, `ports[${index}]`, names));
  return errors;
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  const changed = slice.addressType === old.addressType ? [] : [invalid('addressType', slice.addressType, 'field is immutable')];
  return [...validateObjectMetaUpdate(slice, old), ...validateEndpointSlice(slice), ...changed];
}

function validateSubset(subset: NonNullable<Endpoints['subsets']>[number], path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const errors: FieldError[] = [];
  if (addresses.length === 0 && notReadyAddresses.length === 0)
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  for (const [name, list] of [
    ['addresses', addresses],
    ['notReadyAddresses', notReadyAddresses],
  ] as const) {
    for (const [index, address] of list.entries()) {
      const here = `${path}.${name}[${index}]`;
      const unreadable = checkAddress(`${here}.ip`, address.ip ?? '');
      errors.push(...unreadable);
      if (address.hostname) errors.push(...invalidEach(`${here}.hostname`, address.hostname, checkDNS1123Label(address.hostname)));
      if (address.nodeName) errors.push(...invalidEach(`${here}.nodeName`, address.nodeName, checkDNS1123Subdomain(address.nodeName)));
      if (unreadable.length === 0) errors.push(...checkNonSpecialAddress(`${here}.ip`, address.ip));
    }
  }
  return [...errors, ...ports.flatMap((port, index) => validateSubsetPort(port, `${path}.ports[${index}]`, ports.length > 1))];
}

function validateSubsetPort(port: EndpointPort, path: string, needsName: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) errors.push(...invalidEach(`${path}.name`, port.name, checkDNS1123Label(port.name)));
  else if (needsName) errors.push(required(`${path}.name`));
  const number = port.port ?? 0;
  errors.push(...checkPortNumber(number).map((detail) => invalid(`${path}.port`, number, detail)));
  return [...errors, ...validateProtocols(port, path)];
}

function validateSlicePort(port: EndpointPort, path: string, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = port.name ?? '';
  if (name !== '') errors.push(...invalidEach(`${path}.name`, name, checkDNS1123Label(name)));
  if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
  names.add(name);
  if (port.port !== undefined) errors.push(...checkPortNumber(port.port).map((detail) => invalid(`${path}.port`, port.port, detail)));
  return [...errors, ...validateProtocols(port, path)];
}

function validateProtocols(port: EndpointPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  if (port.appProtocol !== undefined)
    errors.push(...invalidEach(`${path}.appProtocol`, port.appProtocol, checkQualifiedName(port.appProtocol)));
  return errors;
}

function validateEndpoint(endpoint: Endpoint, path: string, addressType: string): FieldError[] {
  const addresses = endpoint.addresses ?? [];
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(`${path}.addresses`, addresses.length, MAX_ADDRESSES));
  for (const [index, address] of addresses.entries())
    errors.push(...validateSliceAddress(address, `${path}.addresses[${index}]`, addressType));
  if (endpoint.nodeName) errors.push(...invalidEach(`${path}.nodeName`, endpoint.nodeName, checkDNS1123Subdomain(endpoint.nodeName)));
  if (endpoint.hostname) errors.push(...invalidEach(`${path}.hostname`, endpoint.hostname, checkDNS1123Label(endpoint.hostname)));
  return errors;
}

function validateSliceAddress(address: string, path: string, addressType: string): FieldError[] {
  if (addressType === 'FQDN') return invalidEach(path, address, checkDNS1123Subdomain(address));
  const parsed = parseSloppyAddress(address);
  const isOfType = parsed !== null && familyOf(parsed) === (addressType === 'IPv6' ? 6 : 4);
  if (!isOfType) return [invalid(path, address, addressType === 'IPv6' ? 'must be a valid IPv6 address' : 'must be a valid IPv4 address')];
  return checkNonSpecialAddress(path, address);
}
