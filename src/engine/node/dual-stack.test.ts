import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Pod, Service } from '../api/types.ts';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

const SCENARIO = 'apiVersion: packetwalk.dev/v1\nkind: Scenario\ncluster: {ipFamilies: [IPv4, IPv6]}\n';
const WEB = `---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-2, containers: [{name: nginx, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ipFamilyPolicy: PreferDualStack, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
`;

const clusterOf = (text: string) => Cluster.atRest(text, 1, wholeParts);
const get = <T>({ store }: Cluster, kind: string, namespace: string, name: string) => store.get(kind, namespace, name) as unknown as T;

function answerOf(cluster: Cluster, from: string, to: string): string {
  const walk = cluster.send(from, to);
  return 'error' in walk ? walk.error : walk.outcome.terminal.join('\n');
}

describe('a dual-stack cluster', () => {
  const cluster = clusterOf(SCENARIO + WEB);

  test('nodes, pods and Services have an address of each family', () => {
    expect(cluster.store.get('Node', '', 'node-2')).toMatchObject({
      spec: { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24', 'fd00:10:244:2::/64'] },
      status: { addresses: [{ address: '192.168.56.12' }, { type: 'InternalIP', address: 'fd00:192:168::56:12' }, { type: 'Hostname' }] },
    });
    const { podIP, podIPs } = get<Pod>(cluster, 'Pod', 'default', 'web').status ?? {};
    expect(podIPs).toEqual([{ ip: podIP }, { ip: expect.stringMatching(/^fd00:10:244:2::\d$/) }]);
    const { ipFamilies, clusterIPs } = get<Service>(cluster, 'Service', 'default', 'web').spec;
    expect(ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(clusterIPs).toEqual([expect.stringMatching(/^10\./), expect.stringMatching(/^fd00:10:96::/)]);
  });

  test('EndpointSlices of both address types; kube-dns keeps to IPv4', () => {
    const slices = cluster.store.list('EndpointSlice') as unknown as EndpointSlice[];
    const typesOf = (service: string) =>
      slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service).map(({ addressType }) => addressType);
    expect(typesOf('web').toSorted()).toEqual(['IPv4', 'IPv6']);
    expect(typesOf('kube-dns')).toEqual(['IPv4']);
  });

  test('every node loads ip6tables: kube-proxy and flannel, without the rules that only IPv4 has', () => {
    const save = cluster.network.machines.get('node-1')?.netns.ruleset6?.save() ?? '';
    expect(save).toMatch(
      /-A KUBE-SERVICES -d fd00:10:96::[0-9a-f]+\/128 -p tcp -m comment --comment "default\/web cluster IP" -m tcp --dport 80/,
    );
    expect(save).toMatch(
      /-A KUBE-SEP-\w+ -p tcp -m comment --comment "default\/web" -m tcp -j DNAT --to-destination \[fd00:10:244:2::\d\]:80/,
    );
    expect(save).toContain('-A FLANNEL-POSTRTG -s fd00:10:244:1::/64 -d fd00:10:244::/56');
    expect(save).not.toContain('127.0.0.0');
  });

  test('a name has both addresses, and the client takes IPv6', () => {
    expect(answerOf(cluster, 'pod/default/client', 'http://web')).toMatch(/^Peer: \[fd00:10:244:1::\d\]:/m);
    expect(answerOf(cluster, 'pod/default/client', 'dns://web')).toMatch(/Address: 10\.\S+\nName:\t\S+\nAddress: fd00:10:96::/);
  });

  test('the internet is met over IPv4, its IPv6 only when asked for; the node masquerades both', () => {
    expect(answerOf(cluster, 'pod/default/client', 'http://example.com')).toContain('Peer: 192.168.56.11:');
    expect(answerOf(cluster, 'pod/default/client', 'http://[2001:db8::10]')).toContain('Peer: [fd00:192:168::56:11]:');
  });
});

test('a server that listens on 0.0.0.0 refuses IPv6, and curl goes on to IPv4', () => {
  const pinned = WEB.replace('labels: {app: web}', 'labels: {app: web}, annotations: {packetwalk.dev/listen: "tcp:0.0.0.0:80"}');
  const cluster = clusterOf(SCENARIO + pinned);
  const walk = cluster.send('pod/default/client', 'http://web');
  if ('error' in walk) throw new Error(walk.error);
  expect(walk.outcome.terminal).toContainEqual(expect.stringMatching(/^Peer: 10\.244\.1\./));
  expect(walk.packets.map(({ label }) => label)).toContain('RST');
});

test('the tunnel carries both families', () => {
  const cluster = clusterOf(SCENARIO.replace('{ip', '{cni: vxlan, ip') + WEB);
  expect(answerOf(cluster, 'pod/default/client', 'http://web')).toMatch(/^Peer: \[fd00:10:244:1::/m);
});

test('a NetworkPolicy binds both families, and Neighbour Discovery goes on', () => {
  const deny = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: to-web}
spec: {podSelector: {matchLabels: {app: friend}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: friend, labels: {app: friend}}
spec: {nodeName: node-1, containers: [{name: curl, image: curlimages/curl}]}
`;
  const cluster = clusterOf(SCENARIO + WEB + deny);
  const address = get<Pod>(cluster, 'Pod', 'default', 'web').status?.podIPs?.[1]?.ip;
  expect(answerOf(cluster, 'pod/default/client', `http://[${address}]`)).toContain('timed out');
  expect(answerOf(cluster, 'pod/default/friend', `http://[${address}]`)).toContain('Hostname: web');
});

test.each([
  [
    'two pod ranges of a Node',
    'apiVersion: v1\nkind: Node\nmetadata: {name: node-2}\nspec: {podCIDR: 10.9.2.0/24, podCIDRs: [10.9.2.0/24, "fd00:9:2::/64"]}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n',
    'fd00:9:2::',
  ],
  [
    'kubeadm’s ranges',
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {podSubnet: "10.20.0.0/16,fd00:20::/48", serviceSubnet: "10.30.0.0/16,fd00:30::/112"}\n',
    'fd00:20:0:2::',
  ],
])('it is asked for by %s', (_, documents, prefix) => {
  const cluster = clusterOf(documents + WEB);
  expect(get<Pod>(cluster, 'Pod', 'default', 'web').status?.podIPs?.[1]?.ip).toMatch(new RegExp(`^${prefix}`));
  expect(answerOf(cluster, 'pod/default/client', 'http://web')).toMatch(/^Peer: \[fd00:/m);
});

test('IPv6 alone, or first, is not taken', () => {
  const { problems } = clusterOf(SCENARIO.replace('[IPv4, IPv6]', '[IPv6]'));
  expect(problems[0]?.message).toContain('cluster.ipFamilies: Unsupported value');
});
