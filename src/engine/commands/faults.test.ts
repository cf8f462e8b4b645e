import { expect, test } from 'vitest';
import type { Action, NodeView, PodView, Walk } from '../index.ts';
import { createSimulation } from '../whole-simulation.ts';

/** client on node-1, web-2 and web-3 on the other nodes, Service web in front of them. */
const pod = (name: string, node: string, more: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name.split('-')[0]}}}
spec:
  nodeName: ${node}
  containers:
    - ${more}
`;
const WEB =
  '{name: web, image: nginx, readinessProbe: {httpGet: {port: 80}, periodSeconds: 5}, livenessProbe: {httpGet: {port: 80}, periodSeconds: 5}}';
const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const TEXT = [
  pod('client', 'node-1', '{name: curl, image: curlimages/curl, command: [sleep, infinity]}'),
  pod('web-2', 'node-2', WEB),
  pod('web-3', 'node-3', WEB),
  SERVICE,
].join('---\n');

const run = (line: string): Action => ({ type: 'command', line });
const curl = (to = 'http://web-2-address', more: Partial<Action> = {}): Action =>
  ({ type: 'send', from: 'pod/default/client', to, ...more }) as Action;

function play(...actions: Action[]) {
  const result = createSimulation().run(TEXT, 1, actions);
  const walk = (nth: number) => result.walks[nth] as Walk;
  const podOf = (name: string) => result.objects.find(({ key }) => key === `Pod/default/${name}`) as PodView;
  const nodeOf = (name: string) => result.objects.find(({ key }) => key === `Node//${name}`) as NodeView;
  return { ...result, walk, podOf, nodeOf, said: result.actions.map(({ output }) => output.join('\n')) };
}
const WEB_2 = `http://${play().podOf('web-2').address}`;
const WEB_3 = `http://${play().podOf('web-3').address}`;

test('an interface that is down: the packet ends on the wire, and the client waits in vain', () => {
  const { walk: before } = play(run('node-2: ip link set eth0 down'), curl(WEB_2));
  expect(before(0).outcome).toMatchObject({ ok: false, text: 'no route to host' });
  expect(before(0).reason.title).toBe('Nobody hears node-1 ask: the question is lost on the wire of node-2.');
  const { walk: all, faults, nodeOf, said } = play(curl(WEB_2), run('node-2: ip link set eth0 down'), curl(WEB_2), curl(WEB_3));
  const walk = (nth: number) => all(nth + 1);
  expect(said[1]).toBe('');
  expect(walk(0).outcome).toMatchObject({ ok: false, kind: 'timed-out' });
  expect(walk(0).reason).toMatchObject({
    title: 'The packet is lost on the wire of node-2.',
    decidedBy: 'lost on the wire of node-2: eth0 is down',
  });
  expect(walk(1).outcome.ok).toBe(true);
  expect(faults).toMatchObject([
    { line: 'node-2: ip link set eth0 down', undo: 'node-2: ip link set eth0 up', at: ['Node//node-2'], text: 'eth0 is down' },
  ]);
  const simulation = createSimulation();
  simulation.run(TEXT, 1, [run('node-2: ip link set eth0 down')]);
  expect(simulation.inspectNode('node-2')?.addresses).toContain('eth0: <BROADCAST,MULTICAST> mtu 1500 state DOWN');
  expect(simulation.inspectNode('node-2')?.routes).toBe('10.244.2.0/24 dev cni0 proto kernel scope link src 10.244.2.1\n');
  expect(nodeOf('node-2').interfaces.find(({ name }) => name === 'eth0')).toMatchObject({ isDown: true });
});

test('what was cut and is mended works as before', () => {
  const { walk, faults } = play(run('node-2: ip link set eth0 down'), run('wait 5s'), run('node-2: ip link set eth0 up'), curl(WEB_2));
  expect(walk(0).outcome).toMatchObject({ ok: true, text: '200 from web-2' });
  expect(faults).toEqual([]);
});

test('netem delays what an interface sends; both ways it is twice as long', () => {
  const one = play(curl(WEB_2), run('node-2: tc qdisc add dev eth0 root netem delay 80ms'), curl(WEB_2)).walk(1).outcome;
  // SYN·ACK and the answer each wait once.
  expect(one).toMatchObject({ ok: true });
  expect(Math.round(one.elapsedUs / 10_000)).toBe(16);
  expect(
    play(run('node-2: tc qdisc add dev eth0 root netem delay 80ms'), run('node-2: tc qdisc del dev eth0 root'), curl(WEB_2)).walk(0).outcome
      .elapsedUs,
  ).toBeLessThan(10_000);
});

test('what netem loses is sent again, and the walk says why it took so long', () => {
  const { walks, traffic } = play(
    run('node-2: tc qdisc add dev eth0 root netem loss 40%'),
    curl(WEB_2, { times: 12, everyUs: 10_000 } as Partial<Action>),
  );
  const lost = walks.flatMap(({ packets }) => packets).filter(({ fate }) => fate?.text === 'lost on the wire of node-2: netem loss 40%');
  expect(lost.length).toBeGreaterThan(5);
  expect(traffic[0]?.samples.some(({ startUs, endUs }) => endUs - startUs >= 1_000_000)).toBe(true);
  const slow = walks.find(({ outcome }) => outcome.ok && outcome.elapsedUs > 1_000_000);
  expect(slow?.reason.why.map(({ text }) => text).join('\n')).toMatch(/is lost on the wire of node-2: netem loss 40%/);
});

test('a partition: two nodes do not hear each other, all others do', () => {
  const { walk, nodeOf } = play(run('partition node-1 node-2'), curl(WEB_2), curl(WEB_3), run('heal node-1 node-2'), curl(WEB_2));
  expect([0, 1, 2].map((nth) => walk(nth).outcome.ok)).toEqual([false, true, true]);
  expect(walk(0).reason.decidedBy).toBe('lost on the wire between node-1 and node-2: partition');
  expect(nodeOf('node-2').ready).toBe(true);
});

test('a packet in flight is dropped, held or doubled; a replay takes the same one', () => {
  const [plain] = play(curl(WEB_2)).walks;
  const syn = plain?.packets.find(({ label }) => label === 'SYN');
  const at = syn?.hops.find(({ node, kind }) => kind === 'if' && node === 'node-2')?.n;
  const deed = (what: string) => play(run(`packet ${syn?.id} at hop ${at}: ${what}`), curl(WEB_2)).walk(0);
  const dropped = deed('drop');
  expect(dropped.packets.find(({ id }) => id === syn?.id)?.fate).toMatchObject({
    kind: 'lost',
    node: 'node-2',
    text: `lost on the wire of node-2: packet ${syn?.id} was dropped by hand`,
  });
  const last = dropped.packets.find(({ id }) => id === syn?.id)?.hops.length;
  expect(dropped.whys[`${syn?.id}/${last}`]?.title).toBe('The packet is lost on the wire of node-2.');
  expect(dropped.outcome).toMatchObject({ ok: true });
  expect(Math.round(dropped.outcome.elapsedUs / 100_000)).toBe(10);
  expect(Math.round(deed('delay 300ms').outcome.elapsedUs / 100_000)).toBe(3);
  const doubled = deed('duplicate');
  expect(doubled.outcome.ok).toBe(true);
  expect(doubled.packets.filter(({ label }) => label === 'SYN')).toHaveLength(2);
  expect(JSON.stringify(deed('drop'))).toBe(JSON.stringify(dropped));
});

test('a stopped kubelet: after the grace period the node is NotReady, after five minutes its pods are evicted', () => {
  const stop = run('node-2: systemctl stop kubelet');
  const early = play(stop, run('wait 30s'));
  expect(early.nodeOf('node-2')).toMatchObject({ ready: true, stopped: ['kubelet'] });
  const late = play(stop, run('wait 70s'), curl('http://web'));
  expect(late.nodeOf('node-2').ready).toBe(false);
  expect(late.podOf('web-2').ready).toBe(false);
  expect(late.walk(0).outcome.text).toBe('200 from web-3');
  expect(play(stop, run('wait 6m')).podOf('web-2').status).toBe('Terminating');
  const back = play(stop, run('wait 70s'), run('node-2: systemctl start kubelet'), run('wait 10s'));
  expect(back.nodeOf('node-2')).toMatchObject({ ready: true });
  expect(back.podOf('web-2').ready).toBe(true);
  expect(back.faults).toEqual([]);
});

test('nothing starts where no kubelet runs, and what was missed is made up for', () => {
  const late: Action = { type: 'apply', text: pod('web-4', 'node-2', WEB) };
  const { podOf } = play(run('node-2: systemctl stop kubelet'), late, run('kubectl delete pod web-2'));
  expect([podOf('web-4').status, podOf('web-2').status]).toEqual(['ContainerCreating', 'Terminating']);
  const back = play(
    run('node-2: systemctl stop kubelet'),
    late,
    run('kubectl delete pod web-2'),
    run('node-2: systemctl start kubelet'),
    run('wait 10s'),
  );
  expect([back.podOf('web-4').status, back.podOf('web-2')]).toEqual(['Running', undefined]);
});

test('a node that is cut off from the control plane hears nothing, and is given up; its pods run on', () => {
  const { nodeOf, podOf } = play(run('partition node-2 control-plane'), run('kubectl delete pod web-3'), run('wait 60s'));
  expect(nodeOf('node-2')).toMatchObject({ ready: false, behind: ['default/web', 'kube-system/kube-dns'] });
  expect(podOf('web-2')).toMatchObject({ ready: false, containers: [{ state: 'running' }] });
  const healed = play(
    run('partition node-2 control-plane'),
    run('kubectl delete pod web-3'),
    run('wait 60s'),
    run('heal node-2 control-plane'),
    run('wait 5s'),
  );
  expect(healed.nodeOf('node-2').ready).toBe(true);
  expect(healed.nodeOf('node-2').behind).toBeUndefined();
});

test('a node without power loses its pods’ answers; with power its containers are started again', () => {
  const off = play(run('node-2: power off'), curl(WEB_2));
  expect(off.walk(0).reason.decidedBy).toBe('lost on the wire of node-2: no power');
  const on = play(run('node-2: power off'), run('wait 2m'), run('node-2: power on'), run('wait 15s'), curl(WEB_2));
  expect(on.walk(0).outcome.ok).toBe(true);
  expect(on.podOf('web-2')).toMatchObject({ ready: true, containers: [{ restartCount: 1 }] });
});

test('a stopped kube-proxy leaves old rules: the node sends to a pod that is gone', () => {
  const { walks, nodeOf, actions } = play(
    run('node-1: systemctl stop kube-proxy'),
    run('kubectl delete pod web-2'),
    curl('http://web', { times: 8, everyUs: 1_000 } as Partial<Action>),
    run('node-1: systemctl start kube-proxy'),
    run('wait 1s'),
    curl('http://web', { times: 8, everyUs: 1_000 } as Partial<Action>),
  );
  const oks = (action: number) => walks.filter(({ id }) => actions[action]?.walks.includes(id)).filter(({ outcome }) => outcome.ok).length;
  expect(oks(2)).toBeLessThan(8);
  expect(oks(5)).toBe(8);
  expect(nodeOf('node-1').behind).toBeUndefined();
});

test('how far the rules of a node are behind is counted', () => {
  const { nodeOf } = play(run('node-1: lag kube-proxy 1h'), run('kubectl delete pod web-2'));
  expect([nodeOf('node-1').behind, nodeOf('node-2').behind]).toEqual([['default/web'], undefined]);
});

test('a frozen controller acts when it thaws', () => {
  const ready = ({ objects }: ReturnType<typeof play>) =>
    objects.flatMap((object) =>
      object.key === 'Service/default/web' && 'endpoints' in object ? object.endpoints.map(({ pod }) => pod) : [],
    );
  const freeze = [run('control-plane: freeze endpointslice'), run('kubectl delete pod web-2')];
  expect(ready(play(...freeze))).toEqual(['Pod/default/web-2', 'Pod/default/web-3']);
  expect(ready(play(...freeze, run('control-plane: thaw endpointslice'), run('wait 1s')))).toEqual(['Pod/default/web-3']);
});

test('CoreDNS that lags answers for what was', () => {
  const make: Action = { type: 'apply', text: SERVICE.replace('name: web', 'name: shop') };
  const ask = curl('dns://shop');
  expect(play(run('coredns: freeze'), make, ask).walk(0).outcome).toMatchObject({ kind: 'unresolved' });
  expect(play(run('coredns: freeze'), make, run('coredns: thaw'), ask).walk(0).outcome.ok).toBe(true);
  expect(play(run('coredns: lag 1m'), make, ask, run('wait 1m'), ask).walks.map(({ outcome }) => outcome.ok)).toEqual([false, true]);
});

test('without CoreDNS the resolver waits five seconds, and asks again', () => {
  const { walk } = play(run('node-1: tc qdisc add dev eth0 root netem loss 100%'), curl('http://web'));
  expect(walk(0).outcome.ok).toBe(false);
  const scaled = play(run('kubectl scale deployment coredns -n kube-system --replicas=0'), curl('http://web')).walk(0);
  expect(scaled.outcome).toMatchObject({ kind: 'unresolved' });
});

test('a container that is killed comes back, with back-off when it happens again', () => {
  const once = play(run('pod/default/web-2: kill 1'), run('wait 3s')).podOf('web-2');
  expect(once.containers).toMatchObject([{ state: 'running', restartCount: 1 }]);
  const twice = play(run('pod/default/web-2: crash'), run('wait 3s'), run('pod/default/web-2: oom'), run('wait 3s')).podOf('web-2');
  expect(twice).toMatchObject({ ready: false, status: 'CrashLoopBackOff' });
});

test('a readiness probe that fails takes the pod out of the Service, a liveness probe restarts it', () => {
  const unready = play(
    run('pod/default/web-2: fail readiness'),
    run('wait 20s'),
    curl('http://web', { times: 6, everyUs: 1_000 } as Partial<Action>),
  );
  expect(unready.podOf('web-2')).toMatchObject({ ready: false, containers: [{ restartCount: 0 }] });
  expect(new Set(unready.traffic[0]?.samples.map(({ by }) => by))).toEqual(new Set(['web-3']));
  expect(play(run('pod/default/web-2: fail liveness'), run('wait 20s')).podOf('web-2').containers[0]?.restartCount).toBeGreaterThan(0);
  expect(play(run('pod/default/client: fail readiness')).said).toEqual(['pod default/client has no readinessProbe']);
});

test.each([
  ['node-9: ip link set eth0 down', 'Error from server (NotFound): nodes "node-9" not found'],
  ['node-2: ip link set eth7 down', 'Cannot find device "eth7"'],
  ['node-2: tc qdisc del dev eth0 root', 'Error: Cannot delete qdisc with handle of zero.'],
  ['pod/default/nope: kill 1', 'Error from server (NotFound): pods "nope" not found'],
])('%s: %s', (line, said) => expect(play(run(line)).actions[0]).toMatchObject({ ok: false, output: [said] }));

test('every fault is a line of the timeline, and is listed until it is undone', () => {
  const lines = [
    'node-2: systemctl stop kubelet',
    'node-3: tc qdisc add dev eth0 root netem loss 5%',
    'coredns: lag 5s',
    'partition node-1 node-3',
  ];
  const { timeline, faults } = play(...lines.map(run));
  expect(timeline.filter(({ lane }) => lane === 'you').map(({ text }) => text)).toEqual(lines);
  expect(faults.map(({ line }) => line)).toEqual(lines);
  expect(play(...lines.map(run), ...faults.map(({ undo }) => run(undo))).faults).toEqual([]);
});

test('a run with faults equals itself when it is played again, goes on, or is looked at earlier', () => {
  const actions = [
    run('node-2: tc qdisc add dev eth0 root netem delay 20ms 10ms loss 20%'),
    curl('http://web', { times: 6, everyUs: 50_000 } as Partial<Action>),
    run('node-3: systemctl stop kubelet'),
    { ...run('pod/default/web-2: crash'), atUs: 2_000_000 },
    run('wait 70s'),
    curl('http://web'),
  ];
  const whole = play(...actions);
  const simulation = createSimulation();
  simulation.run(TEXT, 1, actions.slice(0, 3));
  const again = simulation.run(TEXT, 1, actions);
  expect(JSON.stringify(again.walks)).toBe(JSON.stringify(whole.walks));
  expect(JSON.stringify(again.timeline)).toBe(JSON.stringify(whole.timeline));
  const early = simulation.run(TEXT, 1, actions, (whole.actions.find(({ index }) => index === 2)?.startUs ?? 0) + 1);
  expect(early.faults.map(({ text }) => text)).toEqual(['eth0: netem delay 20ms 10ms loss 20%', 'kubelet is stopped']);
  expect({ ...early, objects: [], faults: [], lookUs: 0 }).toEqual({
    ...simulation.run(TEXT, 1, actions),
    objects: [],
    faults: [],
    lookUs: 0,
  });
});

test('a process that hangs: the kernel opens connections all the same, and answers come when it goes on', () => {
  const stop = run('pod/default/web-2: kill -STOP 1');
  const goOn = run('pod/default/web-2: kill -CONT 1');
  const text = TEXT.replaceAll(/, livenessProbe: .*\}\}/g, '}');
  const { walks, faults } = createSimulation().run(text, 1, [stop, curl(WEB_2), curl(`tcp${WEB_2.slice(4)}:80`), goOn, curl(WEB_2)]);
  expect(walks.map(({ outcome }) => outcome.text)).toEqual(['timed out', 'connected', '200 from web-2']);
  expect(walks[0]?.reason.title).toBe('web-2 took the request and does not answer: its process is stopped.');
  expect(faults).toEqual([]);
  expect(play(stop).faults).toMatchObject([{ undo: 'pod/default/web-2: kill -CONT 1', text: 'process 1 is stopped' }]);
  // The liveness probe waits in vain three times, and the container is started again.
  const restarted = play(stop, run('wait 30s'));
  expect([restarted.podOf('web-2').containers[0]?.restartCount, restarted.faults]).toEqual([1, []]);
});

test('an accept queue that is full: the SYN is dropped, and the client sends it again', () => {
  const text = TEXT.replaceAll(
    'image: nginx, readinessProbe: {httpGet: {port: 80}, periodSeconds: 5}, livenessProbe: {httpGet: {port: 80}, periodSeconds: 5}',
    'image: busybox, command: [nc, -lk, -p, "80"]',
  );
  const connect = curl(`tcp${WEB_2.slice(4)}:80`);
  const { walks } = createSimulation().run(text, 1, [run('pod/default/web-2: kill -STOP 1'), connect, connect, connect]);
  expect(walks.map(({ outcome }) => outcome.text)).toEqual(['connected', 'connected', 'timed out']);
  const { packets = [], reason } = walks[2] ?? {};
  expect(packets.filter(({ label }) => label === 'SYN').length).toBeGreaterThan(3);
  expect(reason?.decidedBy).toBe('nc does not accept: 2 connections wait for it, listen() allows 1 (TcpExtListenOverflows)');
});
