import { expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../api/types.ts';
import { proxyConfigOf } from '../../cluster-settings.ts';
import { COMMON_EXTENSIONS } from '../../netfilter/common-extensions.ts';
import { Ruleset } from '../../netfilter/ruleset.ts';
import { Random } from '../../sim/random.ts';
import { Proxier } from './proxier.ts';

const NODE = { name: 'node-1', address: '192.168.56.11', addresses: ['192.168.56.11', '10.244.1.1'], podCIDR: '10.244.1.0/24' };
const CONFIG = proxyConfigOf({ proxy: {} }, NODE, '10.244.0.0/16');

function service(name: string, clusterIP: string, spec: Partial<Service['spec']> = {}): Service {
  const ports = [{ name: 'http', protocol: 'TCP' as const, port: 80 }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP, ports, ...spec },
  };
}

function slice(name: string, addresses: readonly string[], port: EndpointSlice['ports'] = [{ name: 'http', protocol: 'TCP', port: 8080 }]) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ports: port,
  } satisfies EndpointSlice as EndpointSlice;
}

function node(): Ruleset {
  const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  expect(ruleset.restore(new Proxier(CONFIG).hostRules(), { noflush: true })).toEqual([]);
  return ruleset;
}

test('a Service with one endpoint, as iptables-save shows it', () => {
  const ruleset = node();
  const { input } = new Proxier(CONFIG).sync({
    services: [service('web', '10.96.0.17')],
    endpointSlices: [slice('web', ['10.244.2.10'])],
    node: undefined,
  });
  expect(ruleset.restore(input, { noflush: true, counters: true })).toEqual([]);
  expect(
    ruleset
      .save({ table: 'nat' })
      .split('\n')
      .filter((line) => line.includes('default/web')),
  ).toEqual([
    '-A KUBE-SEP-IQIBSY2R4USWK4F3 -s 10.244.2.10/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ',
    '-A KUBE-SEP-IQIBSY2R4USWK4F3 -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.2.10:8080',
    '-A KUBE-SERVICES -d 10.96.0.17/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL',
    '-A KUBE-SVC-CDGGSHYLG3RE2FKL ! -s 10.244.0.0/16 -d 10.96.0.17/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
    '-A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment "default/web:http -> 10.244.2.10:8080" -j KUBE-SEP-IQIBSY2R4USWK4F3',
  ]);
});

test('the jumps from the built-in chains stand in the order of a kube-proxy host', () => {
  expect(
    node()
      .rules('filter', 'FORWARD')
      .map((rule) => rule.text),
  ).toEqual([
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
  ]);
});

test('a chain or a comment leads back to its Service and endpoint', () => {
  const proxier = new Proxier(CONFIG);
  proxier.sync({ services: [service('web', '10.96.0.17')], endpointSlices: [slice('web', ['10.244.2.10'])], node: undefined });
  const web = { namespace: 'default', service: 'web', portName: 'http', protocol: 'TCP', servicePort: 'default/web:http' };
  expect(proxier.describeChain('KUBE-SVC-CDGGSHYLG3RE2FKL')).toEqual({ ...web, endpoint: null });
  expect(proxier.describeChain('KUBE-SEP-IQIBSY2R4USWK4F3')).toEqual({ ...web, endpoint: '10.244.2.10:8080' });
  expect(proxier.describeChain('KUBE-SERVICES')).toBeNull();
  expect(proxier.describeComment('default/web:http -> 10.244.2.10:8080')).toEqual({ ...web, endpoint: '10.244.2.10:8080' });
  expect(proxier.describeComment('masquerade traffic for default/web:http external destinations')).toEqual({ ...web, endpoint: null });
  expect(proxier.describeComment('kubernetes service portals')).toBeNull();
});

test('UDP flows to an endpoint that is gone are stale, those to a serving one are not', () => {
  const dns = service('dns', '10.96.0.10', { ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] });
  const port = [{ name: 'dns', protocol: 'UDP' as const, port: 53 }];
  const proxier = new Proxier(CONFIG);
  proxier.sync({ services: [dns], endpointSlices: [slice('dns', ['10.244.1.2', '10.244.2.2'], port)], node: undefined });
  proxier.sync({ services: [dns], endpointSlices: [slice('dns', ['10.244.2.2'], port)], node: undefined }, new Set(['default/dns']));
  const flow = { protocol: 'udp', destination: '10.96.0.10', destinationPort: 53, replySource: '10.244.1.2', replySourcePort: 53 };
  const isStale = proxier.staleConntrack();
  expect(isStale(flow)).toBe(true);
  expect(isStale({ ...flow, replySource: '10.244.2.2' })).toBe(false);
  expect(isStale({ ...flow, protocol: 'tcp' })).toBe(false);
  expect(isStale({ ...flow, destination: '10.96.0.99' })).toBe(false);
});

test('a node that follows changes ends with the rules of one that starts afresh', () => {
  const lazy = node();
  const random = new Random(3);
  const below = (n: number) => random.below(n);
  const following = { proxier: new Proxier(CONFIG), ruleset: node() };
  const services = new Map<string, Service>();
  const slices = new Map<string, EndpointSlice>();
  const state = () => ({ services: [...services.values()], endpointSlices: [...slices.values()], node: undefined });
  expect(following.ruleset.restore(following.proxier.sync(state()).input, { noflush: true })).toEqual([]);
  for (let round = 0; round < 40; round++) {
    const changed = new Set<string>();
    for (let i = 0; i <= below(3); i++) {
      const number = below(6);
      const name = `svc-${number}`;
      changed.add(`default/${name}`);
      if (random.float() < 0.2) services.delete(name);
      else {
        const local = random.float() < 0.5 ? ('Local' as const) : ('Cluster' as const);
        const ports = [{ name: 'http', protocol: 'TCP' as const, port: 80, nodePort: 30000 + number }];
        services.set(name, service(name, `10.96.0.${number + 1}`, { type: 'NodePort', externalTrafficPolicy: local, ports }));
      }
      slices.set(
        name,
        slice(
          name,
          Array.from({ length: below(4) }, (_, place) => `10.244.${number}.${place + below(3) * 10}`),
        ),
      );
    }
    const { input, full } = following.proxier.sync(state(), changed);
    expect(full).toBe(false);
    expect(following.ruleset.restore(input, { noflush: true })).toEqual([]);
    // Loaded as text of its own, and looked at now and then only, it is the same.
    lazy.loadOwn(input);
    if (below(3) === 0) expect(lazy.save({ counters: true })).toBe(following.ruleset.save({ counters: true }));
    expect(lazy.ruleCount).toBe(following.ruleset.ruleCount);
    const fresh = node();
    fresh.restore(new Proxier(CONFIG).sync(state()).input, { noflush: true });
    expect(sorted(following.ruleset.save())).toEqual(sorted(fresh.save()));
  }
});

/** The order of different Services in a shared chain is not told. */
function sorted(saved: string): string[] {
  return saved.split('\n').sort();
}
