import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EndpointSlice, KubeObject, Service } from '../../api/types.ts';
import type { DNSType } from '../../net/packet.ts';
import { answerQuery } from './coredns.ts';
import { type DNSConfig, KUBEADM_CONFIG } from './kubernetes.ts';
import { dnsMessageSize } from './names.ts';
import { indexObjects } from './objects.ts';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const service = (name: string, spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec,
});

const slice = (serviceName: string, addresses: string[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${serviceName}-x`, namespace: 'default', labels: { 'kubernetes.io/service-name': serviceName } },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address] })),
  ports: [{ name: 'dns', protocol: 'UDP', port: 53 }],
});

const index = indexObjects([
  namespace('default'),
  service('web', { clusterIP: '10.96.44.10', ports: [{ port: 80 }] }),
  service('dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] }),
  slice('dns', ['10.244.1.2']),
  service('books', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('self', { type: 'ExternalName', externalName: 'loop.default.svc.cluster.local' }),
  service('loop', { type: 'ExternalName', externalName: 'self.default.svc.cluster.local' }),
]);

const config: DNSConfig = {
  ...KUBEADM_CONFIG,
  upstream: [
    { name: 'www.example.com.', type: 'CNAME', ttl: 300, data: 'example.com.' },
    { name: 'example.com.', type: 'A', ttl: 300, data: '203.0.113.10' },
  ],
};

const ask = (name: string, type: DNSType = 'A') => answerQuery(config, index, { name, type }, '10.244.1.5');
const shown = (name: string, type?: DNSType) => ask(name, type).answers.map((record) => `${record.name} ${record.type} ${record.data}`);

test('a Service name is its cluster IP, in whatever case it is asked', () => {
  expect(shown('web.default.svc.cluster.local.')).toEqual(['web.default.svc.cluster.local. A 10.96.44.10']);
  expect(shown('WEB.Default.svc.Cluster.Local', 'SRV')).toEqual([
    'WEB.Default.svc.Cluster.Local. SRV 0 100 80 web.default.svc.Cluster.Local.',
  ]);
});

test('a name that is wrong is NXDOMAIN, with the SOA of the zone', () => {
  expect(ask('wep.default.svc.cluster.local.')).toMatchObject({
    rcode: 'NXDOMAIN',
    answers: [],
    authority: [{ type: 'SOA', data: 'ns.dns.cluster.local. hostmaster.cluster.local. 0 7200 1800 86400 30' }],
  });
});

test('ExternalName is an alias; the forwarder follows the rest of the chain', () => {
  expect(shown('books.default.svc.cluster.local.')).toEqual([
    'books.default.svc.cluster.local. CNAME www.example.com.',
    'www.example.com. CNAME example.com.',
    'example.com. A 203.0.113.10',
  ]);
});

test('aliases that point at each other end without data', () => {
  expect(ask('self.default.svc.cluster.local.')).toMatchObject({ rcode: 'NOERROR', answers: [] });
});

test('names outside the cluster are the forwarder to answer', () => {
  expect(ask('example.com')).toMatchObject({ answeredBy: 'upstream', rcode: 'NOERROR', answers: [{ data: '203.0.113.10' }] });
  expect(ask('example.com', 'AAAA')).toMatchObject({ answeredBy: 'upstream', rcode: 'NOERROR', answers: [] });
  expect(ask('web')).toMatchObject({ answeredBy: 'upstream', rcode: 'NXDOMAIN' });
  expect(ask('9.2.0.192.in-addr.arpa', 'PTR')).toMatchObject({ answeredBy: 'upstream', rcode: 'NXDOMAIN' });
});

test('the name server of the zone is the Service in front of CoreDNS', () => {
  const asNS = answerQuery({ ...config, localAddresses: ['10.244.1.2'] }, index, { name: 'cluster.local.', type: 'NS' }, null);
  expect(asNS.answers).toEqual([{ name: 'cluster.local.', type: 'NS', ttl: 30, data: 'dns.default.svc.cluster.local.' }]);
  expect(asNS.additional).toMatchObject([{ type: 'A', data: '10.96.0.10' }]);
});

test('the index follows its watches', () => {
  const live = indexObjects([namespace('default')]);
  const web = service('web', { clusterIP: '10.96.44.10', ports: [{ port: 80 }] });
  const answer = () => answerQuery(config, live, { name: 'web.default.svc.cluster.local.', type: 'A' }, null).answers[0]?.data;
  live.apply({ type: 'ADDED', object: web });
  expect(answer()).toBe('10.96.44.10');
  live.apply({ type: 'MODIFIED', object: { ...web, spec: { ...web.spec, clusterIP: '10.96.44.11' } } });
  expect(answer()).toBe('10.96.44.11');
  expect(live.servicesByClusterIP('10.96.44.10')).toEqual([]);
  live.apply({ type: 'DELETED', object: web });
  expect(answer()).toBeUndefined();
});

test('a message has its length on the wire', () => {
  const question = { name: 'web.default.svc.cluster.local.', type: 'A' as const };
  const empty = { question, rcode: 'NOERROR' as const, answers: [], authority: [], additional: [] };
  expect(dnsMessageSize(empty)).toBe(12 + 31 + 4);
  expect(dnsMessageSize({ ...empty, ...ask(question.name) })).toBe(47 + 31 + 10 + 4);
});

test('whatever is asked, the answer is of one form: records, or a reason why there are none', () => {
  const label = fc.constantFrom(
    'web',
    'dns',
    'self',
    'books',
    'default',
    'svc',
    'pod',
    'cluster',
    'local',
    '_dns',
    '_udp',
    '10-244-1-2',
    'a',
    '',
  );
  const type = fc.constantFrom<DNSType>('A', 'AAAA', 'CNAME', 'SRV', 'PTR', 'TXT', 'SOA', 'NS', 'MX', 'ANY');
  fc.assert(
    fc.property(
      fc.array(label, { maxLength: 8 }),
      fc.constantFrom('', '.svc.cluster.local.', '.in-addr.arpa'),
      type,
      (labels, zone, qtype) => {
        const { rcode, answers, authority, answeredBy } = ask(labels.join('.') + zone, qtype);
        if (rcode === 'NXDOMAIN' && answeredBy === undefined) expect(answers).toEqual([]);
        if (answeredBy === undefined) expect(authority.length).toBe(answers.length > 0 ? 0 : 1);
      },
    ),
  );
});
