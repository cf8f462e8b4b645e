// What kubeadm's and kube-proxy's documents, and the nodes of a Scenario, make of a cluster.

import { describe, expect, test } from 'vitest';
import { createSimulation } from './whole-simulation.ts';

const WEB = `
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-1, containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-2, containers: [{name: client, image: busybox, command: [sleep, infinity]}]}
`;

function run(documents: string, ...requests: string[]) {
  const simulation = createSimulation();
  const actions = requests.map((request) => {
    const [from = '', to = ''] = request.split(' ');
    return { type: 'send' as const, from, to };
  });
  const result = simulation.run(documents + WEB, 1, actions);
  const rulesOf = (node: string) => simulation.inspectNode(node)?.iptablesSave ?? '';
  const problems = result.problems.map(({ severity, range, message }) => `${severity} ${range.startLine}: ${message}`);
  return { simulation, result, problems, rulesOf, outcomes: result.walks.map(({ outcome }) => outcome.text) };
}

const scenario = (cluster: string) => `apiVersion: packetwalk.dev/v1
kind: Scenario
cluster:
${cluster.trimEnd().replace(/^/gm, '  ')}
`;

const cluster = (networking: string, version = 'v1beta4') => `apiVersion: kubeadm.k8s.io/${version}
kind: ClusterConfiguration
networking: {${networking}}
`;

const proxy = (fields: string) => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
${fields}
`;

describe('ClusterConfiguration', () => {
  test('gives Services, pods and names their ranges', () => {
    const { simulation, result, problems, rulesOf, outcomes } = run(
      cluster('serviceSubnet: 10.32.0.0/16, podSubnet: 10.200.0.0/16, dnsDomain: k8s.example'),
      'pod/default/client http://web.default.svc.k8s.example',
    );
    expect(problems).toEqual([]);
    expect(outcomes).toEqual(['200 from web']);
    const services = result.objects.flatMap((one) => (one.kind === 'Service' ? [[one.name, 'clusterIP' in one && one.clusterIP]] : []));
    expect(services).toContainEqual(['kubernetes', '10.32.0.1']);
    expect(services).toContainEqual(['kube-dns', '10.32.0.10']);
    expect(simulation.inspectPod('Pod/default/client')?.resolvConf).toBe(
      'search default.svc.k8s.example svc.k8s.example k8s.example\nnameserver 10.32.0.10\noptions ndots:5\n',
    );
    expect(simulation.inspectPod('Pod/default/client')?.addresses).toContain('inet 10.200.2.2/24');
    expect(rulesOf('node-1')).toContain('! -s 10.200.0.0/16');
    expect(rulesOf('node-1')).toContain('-A FLANNEL-FWD -s 10.200.0.0/16');
  });

  test('has arguments as a list in v1beta4, as a map in v1beta3', () => {
    const list = `${cluster('podSubnet: 10.200.0.0/16')}controllerManager: {extraArgs: [{name: node-cidr-mask-size, value: "26"}]}\n`;
    const map = `${cluster('podSubnet: 10.200.0.0/16', 'v1beta3')}controllerManager: {extraArgs: {node-cidr-mask-size: "26"}}\n`;
    for (const documents of [list, map])
      expect(run(documents).simulation.inspectNode('node-2')?.routes).toContain('10.200.0.128/26 dev cni0');
  });

  test.each([
    ['serviceSubnet: 10.96.0.0', 'networking.serviceSubnet: Invalid value: "10.96.0.0": couldn\'t parse subnet'],
    [
      'serviceSubnet: 10.0.0.0/8',
      'networking.serviceSubnet: Invalid value: "10.0.0.0/8": specified service subnet is too large; for 32-bit addresses, the mask must be >= 12',
    ],
    [
      'serviceSubnet: 10.96.0.0/29',
      'networking.serviceSubnet: Invalid value: "10.96.0.0/29": subnet with 8 address(es) is too small, the minimum is 10',
    ],
    [
      'podSubnet: 10.244.0.0/25',
      'networking.podSubnet: Invalid value: "10.244.0.0/25": the size of pod subnet with mask 25 is smaller than the size of node subnet with mask 24',
    ],
    [
      'podSubnet: 10.0.0.0/7',
      'networking.podSubnet: Invalid value: "10.0.0.0/7": pod subnet mask (7) and node-mask (24) difference is greater than 16',
    ],
    [
      'podSubnet: "10.1.0.0/16,10.2.0.0/16"',
      'networking.podSubnet: Invalid value: "10.1.0.0/16,10.2.0.0/16": expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking',
    ],
  ])("%s is refused in kubeadm's words", (networking, message) => {
    const { problems, rulesOf } = run(cluster(networking));
    expect(problems).toContain(`error 3: ${message}`);
    expect(rulesOf('node-1')).toContain('! -s 10.244.0.0/16');
  });

  test('an unknown field is refused with the one that was meant', () => {
    const { result } = run(cluster('podSubnets: 10.200.0.0/16'));
    const [problem] = result.problems;
    expect(problem?.message).toBe('strict decoding error: unknown field "networking.podSubnets"');
    expect(problem?.hint).toContain('podSubnet');
  });
});

describe('KubeProxyConfiguration', () => {
  test('masqueradeAll, masqueradeBit and the detector of local pods reach the rules', () => {
    const { rulesOf } = run(proxy('iptables: {masqueradeAll: true, masqueradeBit: 15}'));
    expect(rulesOf('node-1')).toMatch(
      /-A KUBE-SVC-\w+ -d 10\.\S+ -p tcp -m comment --comment "default\/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ/,
    );
    expect(rulesOf('node-1')).toContain('-A KUBE-MARK-MASQ -j MARK --set-xmark 0x8000/0x8000');
    const nodeCIDR = run(proxy('detectLocalMode: NodeCIDR')).rulesOf('node-2');
    expect(nodeCIDR).toMatch(/-A KUBE-SVC-\w+ ! -s 10\.244\.2\.0\/24 -d/);
    const bridge = run(proxy('detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}')).rulesOf('node-2');
    expect(bridge).toMatch(/-A KUBE-SVC-\w+ -d \S+ ! -i cni0/);
  });

  test('nodePortAddresses says which addresses serve node ports', () => {
    const nodePorts = ['world http://192.168.56.11:30080', 'node/node-1 http://127.0.0.1:30080', 'node/node-1 http://10.244.1.1:30080'];
    expect(run('', ...nodePorts).outcomes).toEqual(['200 from web', '200 from web', '200 from web']);
    const { outcomes, rulesOf, simulation } = run(proxy('nodePortAddresses: ["192.168.56.0/24"]'), ...nodePorts);
    expect(outcomes[0]).toBe('200 from web');
    expect(outcomes.slice(1)).not.toContain('200 from web');
    expect(rulesOf('node-1')).toMatch(/must be the last rule in this chain" -j KUBE-NODEPORTS\n/);
    expect(rulesOf('node-1')).toContain('-A KUBE-SERVICES -d 192.168.56.11/32');
    expect(simulation.inspectNode('node-1')?.iptablesSave).not.toContain('block incoming localnet connections');
  });

  test('without localhostNodePorts a node port is not served on 127.0.0.1', () => {
    const { outcomes, rulesOf } = run(proxy('iptables: {localhostNodePorts: false}'), 'node/node-1 http://127.0.0.1:30080');
    expect(outcomes).not.toEqual(['200 from web']);
    expect(rulesOf('node-1')).toContain('! -d 127.0.0.0/8');
  });

  test.each([
    [
      'mode: ebpf',
      'error 3: mode: Invalid value: "ebpf": must be iptables,ipvs,nftables or blank (blank means the best-available proxy [currently iptables])',
    ],
    ['mode: nftables', 'not-simulated 3: mode nftables is accepted, not simulated: kube-proxy writes its iptables rules'],
    [
      'nodePortAddresses: [primary, 10.0.0.0/8]',
      "error 3: nodePortAddresses[0]: Invalid value: \"primary\": can't use both 'primary' and CIDRs",
    ],
    [
      'clusterCIDR: here',
      'error 3: clusterCIDR: Invalid value: "here": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)',
    ],
    [
      'detectLocalMode: Magic',
      'error 3: detectLocalMode: Unsupported value: "Magic": supported values: "BridgeInterface", "ClusterCIDR", "InterfaceNamePrefix", "NodeCIDR"',
    ],
    ['bindAddress: here', 'error 3: bindAddress: Invalid value: "here": not a valid textual representation of an IP address'],
    ['iptables: {syncPeriod: 0s}', 'error 3: iptables.syncPeriod: Invalid value: "0s": must be greater than 0'],
    [
      'iptables: {syncPeriod: 1s, minSyncPeriod: 2s}',
      'error 3: iptables.syncPeriod: Invalid value: "2s": must be greater than or equal to iptables.minSyncPeriod',
    ],
    ['iptables: {masqueradeBit: 32}', 'error 3: iptables.masqueradeBit: Invalid value: 32: must be within the range [0, 31]'],
  ])('%s', (fields, problem) => expect(run(proxy(fields)).problems).toContain(problem));
});

describe('a node of the Scenario', () => {
  const DROP_ALL = `nodes:
  node-1:
    iptablesSave: |
      *filter
      :INPUT ACCEPT [0:0]
      :FORWARD DROP [0:0]
      :OUTPUT ACCEPT [0:0]
      :cali-FORWARD - [0:0]
      -A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
      -A cali-FORWARD -s 10.244.9.0/24 -j ACCEPT
      COMMIT
`;

  test('follows its own iptables-save, and kube-proxy stands still', () => {
    const { problems, outcomes, rulesOf, result } = run(scenario(DROP_ALL), 'pod/default/client tcp://10.244.1.2:80');
    expect(problems).toEqual(['not-simulated 6: node-1 has rules of its own: kube-proxy, flannel and policies write nothing there']);
    expect(outcomes).toEqual(['timed out']);
    expect(result.walks[0]?.packets.find(({ label }) => label === 'SYN')?.fate).toMatchObject({ kind: 'dropped', node: 'node-1' });
    expect(rulesOf('node-1')).not.toContain('KUBE-');
    expect(rulesOf('node-2')).toContain('KUBE-SERVICES');
  });

  test('its own dump, pasted back, changes nothing', () => {
    const dump = run('')
      .rulesOf('node-2')
      .replace(/^\[\d+:\d+\] /gm, '');
    const pasted = scenario(`nodes:\n  node-2:\n    iptablesSave: |\n${dump.replace(/^/gm, '      ')}`);
    const { outcomes, rulesOf } = run(pasted, 'pod/default/client http://web');
    expect(outcomes).toEqual(['200 from web']);
    expect(rulesOf('node-2')).toContain('KUBE-SVC-');
  });

  describe('of a dual-stack cluster', () => {
    const V6 = '# Generated by ip6tables-save v1.8.9\n*filter\n:FORWARD DROP [0:0]\nCOMMIT\n'.replace(/^(?=.)/gm, '      ');
    const BOTH = 'ipFamilies: [IPv4, IPv6]\n';
    const web6 = 'pod/default/client tcp://[fd00:10:244:1::2]:80';
    const tables = ({ simulation }: ReturnType<typeof run>, node: string) => simulation.inspectNode(node)?.ip6tablesSave ?? '';

    test('ip6tablesSave is followed by IPv6, and that half of kube-proxy stands still', () => {
      const own = run(scenario(`${BOTH}nodes:\n  node-1:\n    ip6tablesSave: |\n${V6}`), web6, 'pod/default/client http://web');
      expect(own.problems).toEqual([
        'not-simulated 7: node-1 has IPv6 rules of its own: kube-proxy, flannel and policies write none there',
      ]);
      expect(own.outcomes).toEqual(['timed out', '200 from web']);
      expect(tables(own, 'node-1')).not.toContain('KUBE-');
      expect(own.rulesOf('node-1')).toContain('KUBE-SERVICES');
      expect(tables(own, 'node-2')).toContain('KUBE-SERVICES');
    });

    test('one dump may hold both', () => {
      const both = run(scenario(`${BOTH}${DROP_ALL}${V6}`), web6, 'pod/default/client tcp://10.244.1.2:80');
      expect(both.outcomes).toEqual(['timed out', 'timed out']);
      expect(tables(both, 'node-1') + both.rulesOf('node-1')).not.toContain('KUBE-');
      const wrong = run(scenario(`${BOTH}${DROP_ALL}${V6.replace('DROP [0:0]', 'DROP [0:0]\n      -A FORWARD -s 10.0.0.1 -j DROP')}`));
      expect(wrong.problems).toContainEqual(expect.stringMatching(/^error 19: ip6tables-restore: /));
      expect(tables(wrong, 'node-1')).toContain('KUBE-SERVICES');
    });
  });

  test('what iptables-restore refuses stands at its line, and the node keeps its generated rules', () => {
    const { problems, rulesOf, result } = run(scenario(DROP_ALL.replace('-s 10.244.9.0/24', '-s 10.244.9.0/24 --dport 80')));
    expect(problems).toEqual(['error 13: iptables-restore: unknown option "--dport"']);
    expect(result.problems[0]?.range).toMatchObject({ startColumn: 9, endLine: 13 });
    expect(rulesOf('node-1')).toContain('KUBE-SVC-');
  });

  test('a set that is not there is said; with ipsetSave the rule asks it', () => {
    const rule = (text: string) => DROP_ALL.replace('DROP [0:0]', 'ACCEPT [0:0]').replace('-s 10.244.9.0/24 -j ACCEPT', text);
    const matching = rule('-m set --match-set cali40web dst -j DROP');
    const alone = run(scenario(matching), 'pod/default/client tcp://10.244.1.2:80');
    expect(alone.problems[0]).toBe("warning 13: iptables-restore: Set cali40web doesn't exist.");
    expect(alone.outcomes).toEqual(['connected']);
    const hops = alone.result.walks[0]?.packets.flatMap((packet) => packet.hops) ?? [];
    expect(hops.find((hop) => hop.kind === 'rule' && hop.verdict === 'NOT SIMULATED')?.say).toBe(
      'Whether rule 1 of cali-FORWARD matches cannot be told: a part of it is not simulated. Taken as no.',
    );
    const sets = '    ipsetSave: |\n      create cali40web hash:ip family inet\n      add cali40web 10.244.1.2\n';
    expect(run(scenario(matching + sets), 'pod/default/client tcp://10.244.1.2:80').outcomes).toEqual(['timed out']);
  });

  test('may have the table security in its dump, of which nothing is simulated', () => {
    const security = '*security\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j SECMARK --selctx x\nCOMMIT\n'.replace(/^(?=.)/gm, '      ');
    const { problems, rulesOf } = run(scenario(DROP_ALL.replace('      *filter', `${security}      *filter`)));
    expect(problems[0]).toBe('warning 9: iptables-restore: the table security is not simulated: no packet meets this rule');
    expect(rulesOf('node-1')).toContain(':FORWARD DROP');
  });

  test('has sysctls', () => {
    const { outcomes, problems } = run(
      scenario('nodes: {node-1: {sysctls: {net.ipv4.ip_forward: 0, net.ipv4.conf.all.rp_filtr: 1}}, node-9: {}}'),
      'pod/default/client tcp://10.244.1.2:80',
    );
    expect(outcomes).toEqual(['timed out']);
    expect(problems).toEqual([
      'error 4: sysctl: cannot stat /proc/sys/net/ipv4/conf/all/rp_filtr: No such file or directory',
      'error 4: cluster.nodes[node-9]: nodes "node-9" not found',
    ]);
  });

  test('gives up on a connection as early as its sysctls say', () => {
    const { result } = run(
      scenario('nodes: {node-1: {sysctls: {net.ipv4.tcp_syn_retries: 1, net.ipv4.ip_default_ttl: 0}}}'),
      'node/node-1 tcp://192.168.56.77:80',
      'node/node-1 tcp://203.0.113.99:80',
    );
    const walk = result.walks[1];
    expect(walk?.packets.filter(({ label }) => label === 'SYN')).toHaveLength(3);
    expect((walk?.endUs ?? 0) - (walk?.startUs ?? 0)).toBe(3_000_000);
    expect(result.problems.map(({ message }) => message)).toContain('sysctl: setting key "net.ipv4.ip_default_ttl": Invalid argument');
  });

  test.each([
    ['net.ipv4.conf.cni0.forwarding: 0', 'net.ipv4.conf.cni0.forwarding = 0: nothing that comes in by cni0 is forwarded'],
    ['net.ipv4.ip_forward: 0', 'net.ipv4.ip_forward = 0: this machine forwards nothing'],
    ['net.ipv4.conf.cni0.rp_filter: 3', undefined],
  ])('has sysctls of one interface: %s', (sysctl, lost) => {
    const { result, problems } = run(scenario(`nodes: {node-2: {sysctls: {${sysctl}}}}`), 'pod/default/client tcp://10.244.1.2:80');
    expect(result.walks[0]?.packets.find(({ fate }) => fate?.kind === 'lost')?.fate?.text).toBe(lost);
    expect(problems).toEqual(lost ? [] : ['error 4: sysctl: setting key "net.ipv4.conf.cni0.rp_filter": Invalid argument']);
  });

  test('forwards what comes in by an interface whose own switch is on', () => {
    const own = 'net.ipv4.ip_forward: 0, net.ipv4.conf.eth0.forwarding: 1, net.ipv4.conf.cni0.forwarding: 1';
    const { outcomes } = run(scenario(`nodes: {node-2: {sysctls: {${own}}}}`), 'pod/default/client tcp://10.244.1.2:80');
    expect(outcomes).toEqual(['connected']);
  });

  test('whose connection table is full drops new connections', () => {
    const { result } = run(
      scenario('nodes: {node-1: {sysctls: {net.netfilter.nf_conntrack_max: 0}}}'),
      'pod/default/client tcp://10.244.1.2:80',
    );
    expect(result.walks[0]?.packets[0]?.fate?.text).toBe('nf_conntrack: table full, dropping packet');
  });
});

/** Answers /bytes/N with N bytes. */
const PAGES = `---
apiVersion: v1
kind: Pod
metadata: {name: pages}
spec: {nodeName: node-1, containers: [{name: pages, image: kennethreitz/httpbin}]}
status: {podIP: 10.244.1.9}
`;

describe('a network that carries less than the nodes believe', () => {
  test('loses long packets between the nodes without a word', () => {
    const { outcomes, result } = run(
      scenario('cni: vxlan\nnetworkMTU: 1450').concat(PAGES),
      'pod/default/client http://10.244.1.9',
      'pod/default/client http://10.244.1.9/bytes/9000',
    );
    expect(outcomes).toEqual(['200 from pages', 'timed out']);
    expect(result.walks[1]?.reason).toMatchObject({
      title: '1500 bytes do not fit where 1450 do, and nobody is told.',
      why: [{ text: 'The sender fills its packets: 1450 bytes' }, { text: 'The tunnel wraps it: 1450 + 50 = 1500 bytes' }, {}],
    });
  });

  test('is crossed when the pods know', () => {
    const { outcomes } = run(
      scenario('cni: vxlan\nnetworkMTU: 1450\npodMTU: 1400').concat(PAGES),
      'pod/default/client http://10.244.1.9/bytes/9000',
    );
    expect(outcomes).toEqual(['200 from pages']);
  });
});
