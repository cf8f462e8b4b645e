import { describe, expect, it } from 'vitest';
import { Cluster } from '../cluster.ts';
import { wholeParts } from '../whole-parts.ts';

const SERVICE = (policy: string) => `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, externalTrafficPolicy: ${policy}, healthCheckNodePort: 32000, loadBalancerIP: 192.168.56.200, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, labels: { app: web } }
spec: { nodeName: node-1, terminationGracePeriodSeconds: 0, containers: [{ name: web, image: nginx }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-2, labels: { app: web } }
spec: { nodeName: node-2, terminationGracePeriodSeconds: 0, containers: [{ name: web, image: nginx }] }
---
apiVersion: packetwalk.dev/v1
kind: Scenario
cluster: { cloudProvider: true }`;

const LOCAL = SERVICE('Local');
const CLUSTER = SERVICE('Cluster').replace(' healthCheckNodePort: 32000,', '');

function start(text: string) {
  const cluster = Cluster.atRest(text, 1, wholeParts);
  const pass = (seconds: number) => cluster.clock.advanceTo(cluster.clock.nowUs + seconds * 1_000_000);
  const hops = () => cluster.network.loadBalancer?.routing.routes.find(({ destination }) => destination?.prefix === 32)?.nexthops ?? [];
  const told = () => cluster.context.journal.entries.filter(({ lane }) => lane === 'load-balancer').map(({ text }) => text);
  return { cluster, pass, hops, told };
}

describe('the health checks of a cloud balancer', () => {
  it('ask the health check node port where the policy is Local: a node without an endpoint gets nothing', () => {
    const { cluster, hops } = start(LOCAL);
    expect(hops()).toEqual(['192.168.56.11', '192.168.56.12']);
    expect(cluster.send('world', 'http://192.168.56.200')).toMatchObject({ outcome: { ok: true } });
  });

  it('notice a change only when three probes in a row have failed, and one that passes is enough to come back', () => {
    const { cluster, pass, hops, told } = start(LOCAL);
    cluster.store.delete('Pod', 'default', 'web-2');
    pass(12);
    expect(hops()).toContain('192.168.56.12');
    pass(16);
    expect(hops()).toEqual(['192.168.56.11']);
    expect(told().at(-1)).toBe(
      'node-2 fails 3 health checks in a row on port 32000: it gets no more connections (HTTP probe failed with statuscode: 503)',
    );
    cluster.console.run('kubectl label pod web-1 app=old --overwrite');
    pass(30);
    expect(hops()).toEqual([]);
    cluster.console.run('kubectl label pod web-1 app=web --overwrite');
    pass(9);
    expect(hops()).toEqual(['192.168.56.11']);
  });

  it('ask kube-proxy on 10256 where the policy is Cluster: every node gets connections while its kube-proxy runs', () => {
    const { cluster, pass, hops, told } = start(CLUSTER);
    expect(hops()).toEqual(['192.168.56.11', '192.168.56.12', '192.168.56.13']);
    cluster.console.run('node-3: systemctl stop kube-proxy');
    pass(30);
    expect(hops()).toEqual(['192.168.56.11', '192.168.56.12']);
    expect(told().at(-1)).toContain('dial tcp 192.168.56.13:10256: connect: connection refused');
    cluster.console.run('node-3: systemctl start kube-proxy');
    pass(9);
    expect(hops()).toContain('192.168.56.13');
  });

  it('are packets: a node whose link is down does not answer', () => {
    const { cluster, pass, hops, told } = start(CLUSTER);
    cluster.console.run('node-1: ip link set eth0 down');
    pass(30);
    expect(hops()).toEqual(['192.168.56.12', '192.168.56.13']);
    expect(told().at(-1)).toContain('Get "http://192.168.56.11:10256/healthz"');
  });

  it('are not made on nodes that are excluded from external load balancers', () => {
    const { cluster, hops } = start(CLUSTER);
    cluster.console.run('kubectl label node node-2 node.kubernetes.io/exclude-from-external-load-balancers=');
    expect(hops()).toEqual(['192.168.56.11', '192.168.56.13']);
  });
});
