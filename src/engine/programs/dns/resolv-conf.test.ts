import { expect, test } from 'vitest';
import type { Pod } from '../../api/types.ts';
import { hostsFor, type KubeletDNS, printHosts, printResolvConf, resolvConfFor } from './resolv-conf.ts';

const kubelet: KubeletDNS = {
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  nodeResolvConf: { nameservers: ['192.168.56.1'], search: [], options: [] },
};

const pod = (spec: Partial<Pod['spec']>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: { containers: [], ...spec },
  status: { podIP: '10.244.1.7' },
});

test('a pod asks the cluster DNS and searches its own namespace first', () => {
  expect(printResolvConf(resolvConfFor(pod({}), kubelet))).toBe(
    ['search shop.svc.cluster.local svc.cluster.local cluster.local', 'nameserver 10.96.0.10', 'options ndots:5', ''].join('\n'),
  );
});

test('on the host network the default policy means the file of the node', () => {
  expect(resolvConfFor(pod({ hostNetwork: true }), kubelet)).toEqual(kubelet.nodeResolvConf);
});

test('a search list over 2048 characters is cut at its end', () => {
  const searches = Array.from({ length: 12 }, (_, place) => `${String(place).padEnd(200, 'a')}.example`);
  const { search } = resolvConfFor(pod({ dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches } }), kubelet);
  expect(search).toEqual(searches.slice(0, 9));
});

test('/etc/hosts knows localhost, the pod itself and its aliases', () => {
  const hostAliases = [{ ip: '203.0.113.10', hostnames: ['example.com'] }];
  const text = printHosts(hostsFor(pod({ subdomain: 'db', hostAliases }), 'cluster.local'));
  expect(text.split('\n')).toContain('10.244.1.7\tweb-0.db.shop.svc.cluster.local\tweb-0');
  expect(text.split('\n')).toContain('127.0.0.1\tlocalhost');
  expect(text.split('\n')).toContain('203.0.113.10\texample.com');
});
