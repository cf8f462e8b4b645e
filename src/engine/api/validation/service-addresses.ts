// The cluster addresses and families of a Service, alone and against the Service as it was. Follows
// ValidateServiceClusterIPsRelatedFields and the upgrade/downgrade checks of pkg/apis/core/validation/validation.go
// (Kubernetes 1.33). The families of an address are judged before any is allocated, so these run twice.

import { duplicate, type FieldError, goList, invalid, notSupported, required } from '../field-error.ts';
import type { Service } from '../types.ts';
import { checkAddress, familyOfAddress } from './addresses.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** `clusterIP: None`, once the list has followed the single field. */
export function isHeadless(service: Service): boolean {
  return service.spec.clusterIPs?.length === 1 && service.spec.clusterIPs[0] === 'None';
}

export function validateClusterIPFields(service: Service): FieldError[] {
  if (service.spec.type === 'ExternalName') return [];
  const addresses = validateClusterIPs(service);
  const errors = [...validatePair(service), ...validateFamilies(service), ...addresses.errors];
  if (addresses.unreadable) return errors;
  return [...errors, ...validateFamilyOfEach(service)];
}

function validatePair({ spec }: Service): FieldError[] {
  const list = spec.clusterIPs ?? [];
  const path = 'spec.clusterIPs';
  if (spec.clusterIP) {
    if (list.length === 0) return [required(path)];
    return list[0] === spec.clusterIP ? [] : [invalid(path, goList('string', list), 'first value must match `clusterIP`')];
  }
  return list.length === 0 ? [] : [invalid(path, goList('string', list), 'must be empty when `clusterIP` is not specified')];
}

function validateFamilies({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    const path = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(path, family, FAMILIES));
    if (seen.has(family)) errors.push(duplicate(path, family));
    seen.add(family);
  }
  if (spec.ipFamilyPolicy !== undefined && !POLICIES.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, POLICIES));
  }
  return errors;
}

function validateClusterIPs({ spec }: Service): { errors: FieldError[]; unreadable: boolean } {
  const list = spec.clusterIPs ?? [];
  const errors: FieldError[] = [];
  for (const [index, address] of list.entries()) {
    if (index === 0 && address === 'None') {
      if (list.length > 1) errors.push(invalid('spec.clusterIPs', goList('string', list), "'None' must be the first and only value"));
    } else errors.push(...checkAddress(`spec.clusterIPs[${index}]`, address));
  }
  const unreadable = errors.length > 0;
  if (list.length > 2) errors.push(invalid('spec.clusterIPs', goList('string', list), 'may only hold up to 2 values'));
  return { errors, unreadable };
}

function validateFamilyOfEach(service: Service): FieldError[] {
  const { spec } = service;
  const list = spec.clusterIPs ?? [];
  const errors: FieldError[] = [];
  const families = list.map(familyOfAddress);
  if (list.length > 1 && new Set(families).size < 2) {
    errors.push(invalid('spec.clusterIPs', goList('string', list), 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(service)) return errors;
  for (const [index, address] of list.entries()) {
    const wanted = spec.ipFamilies?.[index];
    if ((wanted !== 'IPv4' && wanted !== 'IPv6') || wanted === families[index]) continue;
    errors.push(invalid(`spec.clusterIPs[${index}]`, address, `expected an ${wanted} value as indicated by \`ipFamilies[${index}]\``));
  }
  return errors;
}
