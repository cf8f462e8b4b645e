import { expect, test } from 'vitest';
import { parseLine } from './command.ts';

const read = (line: string) => {
  const parsed = parseLine(line);
  return 'command' in parsed ? parsed.command : parsed;
};

test('kubectl’s lines are read as kubectl reads them', () => {
  expect(read('kubectl scale deployment web --replicas=5')).toMatchObject({
    type: 'kubectl',
    command: { verb: 'scale', namespace: 'default', refs: [{ resource: 'deployment', name: 'web' }], replicas: 5 },
  });
  expect(read('kubectl delete pod web-1 web-2 -n shop --grace-period 0 --force')).toMatchObject({
    command: { verb: 'delete', namespace: 'shop', refs: [{ name: 'web-1' }, { name: 'web-2' }], gracePeriodSeconds: 0, force: true },
  });
  expect(read(`kubectl patch svc/web -p '{"spec": {"type": "NodePort"}}'`)).toMatchObject({
    command: { verb: 'patch', refs: [{ resource: 'svc', name: 'web' }], patch: '{"spec": {"type": "NodePort"}}', type: 'strategic' },
  });
  expect(read('kubectl label pods -l app=web tier=front old-')).toMatchObject({
    command: {
      selector: 'app=web',
      changes: [
        { key: 'tier', value: 'front' },
        { key: 'old', value: null },
      ],
    },
  });
  expect(read('kubectl taint nodes node-1 gpu=yes:NoSchedule')).toMatchObject({
    command: {
      refs: [{ resource: 'nodes', name: 'node-1' }],
      taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule', removes: false }],
    },
  });
});

test('a fault is what a person would type on that machine', () => {
  expect(read('node-2: systemctl stop kube-proxy')).toEqual({ type: 'systemctl', node: 'node-2', verb: 'stop', unit: 'kube-proxy' });
  expect(read('node-2: ip link set eth0 down')).toEqual({ type: 'link', place: 'node-2', device: 'eth0', up: false });
  expect(read('node-2: tc qdisc add dev eth0 root netem delay 80ms 10ms loss 5%')).toMatchObject({
    type: 'qdisc',
    verb: 'add',
    netem: { delayUs: 80_000, jitterUs: 10_000, lossPercent: 5 },
  });
  expect(read('pod/default/web-1: kill 1')).toMatchObject({ type: 'signal', pod: { name: 'web-1', container: null } });
});

test('where no tool exists the words are few and plain', () => {
  expect(read('pod/default/web-1: fail readiness')).toMatchObject({ type: 'probe', probe: 'readiness', fails: true });
  expect(read('control-plane: freeze endpointslice')).toMatchObject({ type: 'freeze', component: { name: 'endpointslice' }, frozen: true });
  expect(read('node-2: lag kube-proxy 5s')).toMatchObject({
    type: 'lag',
    component: { name: 'kube-proxy', node: 'node-2' },
    lagUs: 5_000_000,
  });
  expect(read('coredns: lag 1m30s')).toMatchObject({ component: { name: 'coredns', node: null }, lagUs: 90_000_000 });
  expect(read('partition node-1 node-2')).toMatchObject({ ends: ['node-1', 'node-2'], cut: true });
  expect(read('packet 17 at hop 6: delay 200ms')).toMatchObject({ packet: 17, hop: 6, deed: { type: 'delay', delayUs: 200_000 } });
  expect(read('node-2: power off')).toEqual({ type: 'power', node: 'node-2', on: false });
  expect(read('wait 5s')).toEqual({ type: 'wait', durationUs: 5_000_000 });
});

test.each([
  ['kubectl scal deployment web', 'error: unknown command "scal" for "kubectl"\npossible here: delete, scale, rollout', 8],
  ['kubectl logs web', 'kubectl logs is not simulated\npossible here: delete, scale, rollout', 8],
  ['kubectl describe pod web', 'kubectl describe changes nothing: type it in the terminal', 8],
  ['kubectl apply -f web.yaml', 'kubectl apply: there are no files here', 8],
  ['kubectl scale deployment web', 'error: required flag(s) "replicas" not set', 28],
  ['kubectl scale deployment web --replica=2', 'error: unknown flag: --replica\npossible here: -n, --namespace', 29],
  ['kubectl rollout status deployment web', 'kubectl rollout status is not simulated\npossible here: restart, undo, pause, resume', 16],
  ['kubectl delete pod', 'error: resource(s) were provided, but no name was specified', 18],
  ['node-2: reboot', '"reboot": ip, tc, systemctl, power or lag is expected', 8],
  ['node-2: systemctl stop docker', '"docker": kubelet or kube-proxy is expected', 23],
  ['node-2: tc qdisc add dev eth0 root netem rate 1mbit', '"rate": delay, loss or duplicate is expected', 41],
  ['node-2: ip link set eth0', 'up or down is expected', 24],
  ['control-plane: freeze kube-proxy', '"kube-proxy": deployment, replicaset', 22],
  ['pod/web: kill 1', '"pod/web": pod/NAMESPACE/NAME or pod/NAMESPACE/NAME/CONTAINER is expected', 0],
  ['wait long', '"long": a duration like 80ms, 5s or 1m30s is expected', 5],
  ['node-2: power off now', '"now": the line should end here', 18],
  [
    'reboot node-2',
    '"reboot": kubectl, partition, heal, packet, wait, NODE:, pod/NAMESPACE/NAME:, control-plane: or coredns: is expected',
    0,
  ],
])('%s: what could stand there is said', (line, error, start) => {
  const parsed = read(line) as { error: string; start: number };
  expect(parsed.error.slice(0, error.length)).toBe(error);
  expect(parsed.start).toBe(start);
});
