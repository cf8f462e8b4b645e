// Services as people write them, each row with what the API server says to it; `ok` with what it makes of the spec.

import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { admit } from '../admit.ts';
import type { Service } from '../types.ts';

const SINGLE = { serviceCIDRs: ['10.96.0.0/16'], nodePortRange: '30000-32767' };
const DUAL = { ...SINGLE, serviceCIDRs: ['10.96.0.0/16', 'fd00:10:96::/112'] };

function service(spec: string): Service {
  const metadata = { name: 'web', namespace: 'default' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: load(`{${spec}}`) as Service['spec'] };
}

function said(spec: string, cluster = SINGLE, before?: string): string[] {
  const old = before === undefined ? undefined : admit({ operation: 'create', object: service(before), cluster, existing: [] }).object;
  const operation = old ? 'update' : 'create';
  const input = { object: service(spec), cluster, existing: old ? [old] : [], ...(old ? { old } : {}) };
  return admit({ operation, ...input }).errors.map(({ path, message }) => `${path}: ${message}`);
}

const OUT_OF_RANGE = 'must be between 1 and 65535, inclusive';

test.each<[spec: string, said: string[]]>([
  ['ports: [{port: -1, targetPort: 80}]', [`spec.ports[0].port: Invalid value: -1: ${OUT_OF_RANGE}`]],
  ['ports: [{}]', [`spec.ports[0].port: Invalid value: 0: ${OUT_OF_RANGE}`, `spec.ports[0].targetPort: Invalid value: 0: ${OUT_OF_RANGE}`]],
  ['ports: [{port: 80, targetPort: ""}]', []],
  ['ports: [{port: 80, targetPort: a--b}]', ['spec.ports[0].targetPort: Invalid value: "a--b": must not contain consecutive hyphens']],
  ['ports: [{port: 80, targetPort: "-a"}]', ['spec.ports[0].targetPort: Invalid value: "-a": must not begin or end with a hyphen']],
  [
    'ports: [{port: 80, targetPort: HTTP}]',
    [
      'spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.ports[0].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
    ],
  ],
  ['type: LoadBalancer, ports: [{port: 10250}]', []],
  [
    'type: NodePort, ports: [{name: a, port: 80, nodePort: 30001}, {name: b, port: 81, protocol: UDP, nodePort: 30001}]',
    ['spec.ports[1].nodePort: Invalid value: 30001: provided port is already allocated'],
  ],
  [
    'type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 8080, ports: [{port: 80}]',
    [
      ': failed to allocate requested HealthCheck NodePort 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
  ],
  ['type: ExternalName, externalName: "."', ['spec.externalName: Required value']],
  [
    'type: ExternalName, externalName: a.example, ipFamilies: [IPv4], ipFamilyPolicy: SingleStack',
    [
      'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
      'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
    ],
  ],
  ['sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}, ports: [{port: 80}]', []],
  [
    'clusterIP: none, ports: [{port: 80}]',
    ['spec.clusterIPs[0]: Invalid value: "none": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    'clusterIP: None, clusterIPs: [None, 10.96.0.9], ports: [{port: 80}]',
    ['spec.clusterIPs: Invalid value: []string{"None", "10.96.0.9"}: \'None\' must be the first and only value'],
  ],
  [
    'type: LoadBalancer, loadBalancerSourceRanges: [" 1.2.3.4/32 ", 10.0.0.1], ports: [{port: 80}]',
    ['spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
  ],
  [
    'externalIPs: [127.0.0.1, "::", 240.0.0.1], ports: [{port: 80}]',
    [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "::": may not be unspecified (::)',
    ],
  ],
])('%s', (spec, wanted) => {
  expect(said(spec)).toEqual(wanted);
});

test.each<[before: string, spec: string, said: string[]]>([
  ['clusterIP: 10.96.0.9', 'clusterIP: 10.96.0.10', ['spec.clusterIPs[0]: Invalid value: []string{"10.96.0.10"}: may not change once set']],
  [
    'type: LoadBalancer',
    'type: LoadBalancer, loadBalancerClass: a.b/c',
    ['spec.loadBalancerClass: Invalid value: "a.b/c": may not change once set'],
  ],
  ['type: LoadBalancer, loadBalancerClass: a.b/c', 'type: NodePort, loadBalancerClass: a.b/c', []],
  [
    'type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30100',
    'type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30101',
    ['spec.healthCheckNodePort: Forbidden: field is immutable'],
  ],
  ['ipFamilyPolicy: RequireDualStack', 'ipFamilyPolicy: SingleStack', []],
  ['ipFamilyPolicy: SingleStack', 'ipFamilyPolicy: RequireDualStack', []],
  [
    'ipFamilyPolicy: PreferDualStack, clusterIP: 10.96.0.9',
    'ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4]',
    [
      'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
      expect.stringContaining('expected an IPv4 value as indicated by `ipFamilies[1]`'),
    ],
  ],
])('{%s} becomes {%s}', (before, spec, wanted) => {
  expect(said(`${spec}, ports: [{port: 80}]`, DUAL, `${before}, ports: [{port: 80}]`)).toEqual(wanted);
});
