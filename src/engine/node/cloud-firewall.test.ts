import { describe, expect, it } from 'vitest';
import { Cluster } from '../cluster.ts';
import type { Walk } from '../view.ts';
import { wholeParts } from '../whole-parts.ts';

const TEXT = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, loadBalancerIP: 192.168.56.200, selector: { app: web }, ports: [{ name: http, port: 80, nodePort: 30080 }, { name: other, port: 81, nodePort: 30081 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { nodeName: node-2, containers: [{ name: web, image: nginx }] }
---
apiVersion: packetwalk.dev/v1
kind: Scenario
cluster:
  cloudProvider: true
  firewall:
    allow: [tcp:30080, tcp:8000-8999]
`;

const cluster = Cluster.atRest(TEXT, 1, wholeParts);
const walk = (from: string, to: string) => cluster.send(from, to) as Walk;
const said = (from: string, to: string) => walk(from, to).outcome.text;

describe('a firewall before the nodes', () => {
  it('a node port that is let in answers; on one that is not the client waits; where nothing listens the node refuses', () => {
    expect(said('world', 'http://192.168.56.11:30080')).toMatch(/^200 from web/);
    expect(said('world', 'tcp://192.168.56.11:30081')).toBe('timed out');
    expect(said('world', 'http://192.168.56.11:8080')).toBe('connection refused');
    expect(said('world', 'icmp://192.168.56.11')).toBe('timed out');
  });

  it('the walk says which door is closed, and where it would be opened', () => {
    const { reason } = walk('world', 'tcp://192.168.56.11:30081');
    expect(reason?.title).toBe("The cloud's firewall drops it: tcp:30081 is not open.");
    expect(reason?.why[0]).toMatchObject({ text: '`cluster.firewall.allow` has no `tcp:30081`', range: { startLine: 17 } });
  });

  it('it does not stand inside, nor in the way of answers, nor before the address that the provider gave', () => {
    expect(said('node/node-1', 'http://192.168.56.12:30080')).toMatch(/^200 from web/);
    expect(said('pod/default/web', 'http://203.0.113.10')).toMatch(/^200 from internet/);
    expect(said('world', 'http://192.168.56.200')).toMatch(/^200 from web/);
  });

  it('faults on the wires are met behind it', () => {
    cluster.console.run('node-1: ip link set eth0 down');
    expect(walk('world', 'http://192.168.56.11:30080').reason?.title).toContain('lost on the wire');
    expect(walk('world', 'http://192.168.56.11:81').reason?.title).toContain("cloud's firewall");
  });

  it('what cannot be read in its list is said', () => {
    const { problems } = new Cluster(TEXT.replace('tcp:30080', '80/tcp'), 1, wholeParts);
    expect(problems[0]?.message).toBe('cluster.firewall.allow[0]: Invalid value: "80/tcp": must be like tcp:80, tcp:30000-32767 or icmp');
  });
});
