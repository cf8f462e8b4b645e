// What must come out of every request of the built-in scenarios, as a real cluster would have it. Played headless
// against the engine, and the record of what each lesson promises.

import type { OutcomeKind } from '../protocol/messages.ts';

export interface Expectation {
  /** The scenario's id. */
  readonly scenario: string;
  readonly from: string;
  readonly to: string;
  readonly expect: {
    readonly ok: boolean;
    readonly kind: OutcomeKind;
    /** The outcome's text, where the scenario decides it. */
    readonly text?: string;
    /** What a line of the client's terminal begins with. */
    readonly terminal?: string;
  };
}

const CLIENT = 'pod/default/client';

export const expectations: readonly Expectation[] = [
  answers('pod-to-service', CLIENT, 'http://web', { terminal: 'Peer: 10.244.1.' }),
  refuses('no-endpoints', CLIENT, 'http://web'),
  answers('container-to-container', 'pod/default/shop/client', 'http://localhost', { text: '200 from shop', terminal: 'Peer: 127.0.0.1:' }),
  answers('pod-to-pod-same-node', CLIENT, 'http://10.244.1.20', { text: '200 from web', terminal: 'Peer: 10.244.1.' }),
  answers('pod-to-pod-across-nodes', CLIENT, 'http://10.244.2.20', { text: '200 from web', terminal: 'Peer: 10.244.1.' }),
  answers('tunnel-between-nodes', CLIENT, 'http://10.244.2.20', { text: '200 from web', terminal: 'Peer: 10.244.1.' }),
  answers('world-to-node-port', 'world', 'http://192.168.56.11:30080'),
  answers('pod-to-internet', CLIENT, 'http://example.com', { text: '200 from internet', terminal: 'Peer: 192.168.56.11:' }),
  answers('named-target-port', CLIENT, 'http://web'),
  answers('same-name-two-namespaces', CLIENT, 'http://web', { text: '200 from blue' }),
  answers('same-name-two-namespaces', CLIENT, 'http://web.shop', { text: '200 from green' }),
  answers('headless', CLIENT, 'tcp://cache:6379', { text: 'connected' }),
  answers('headless', CLIENT, 'tcp://cache-1.cache:6379', { text: 'connected' }),
  answers('stateful-set', CLIENT, 'tcp://cache-0.cache:6379', { text: 'connected' }),
  answers('stateful-set', CLIENT, 'tcp://cache-2.cache:6379', { text: 'connected' }),
  answers('stateful-set', CLIENT, 'dns://cache', { terminal: 'Server:' }),
  answers('daemon-set', CLIENT, 'http://agent', { terminal: 'Peer: 10.244.1.' }),
  answers('daemon-set', 'pod/default/client-3', 'http://agent', { terminal: 'Peer: 10.244.3.' }),
  answers('external-name', CLIENT, 'http://books', { text: '200 from internet', terminal: 'Host: books' }),
  answers('session-affinity', CLIENT, 'http://web'),
  answers('hairpin', 'pod/default/web-1', 'http://web', { text: '200 from web-1', terminal: 'Peer: 10.244.1.1:' }),
  answers('udp-service', CLIENT, 'udp://echo:7', { text: 'reply from echo', terminal: 'Peer: 10.244.1.' }),
  refuses('udp-service', CLIENT, 'udp://10.244.2.20:9'),
  answers('sctp-service', CLIENT, 'sctp://echo:9999', { text: 'reply from echo', terminal: 'Peer: 10.244.1.' }),
  refuses('sctp-service', CLIENT, 'sctp://10.244.2.20:9'),
  answers('dual-stack', CLIENT, 'http://web', { terminal: 'Peer: [fd00:10:244:1::' }),
  answers('dual-stack', CLIENT, 'http://web-v4', { terminal: 'Peer: 10.244.1.' }),
  answers('dual-stack', 'world', 'http://[fd00:192:168::56:13]:30080', { terminal: 'Peer: [fd00:192:168::56:13]:' }),
  answers('dual-stack', CLIENT, 'icmp://[fd00:10:244:2::2]'),
  answers('node-port-without-pod', 'world', 'http://192.168.56.13:30080', { terminal: 'Peer: 192.168.56.13:' }),
  timesOut('node-port-firewall', 'world', 'http://192.168.56.11:30081'),
  answers('node-port-firewall', 'world', 'http://192.168.56.11:30080'),
  refuses('node-port-firewall', 'world', 'http://192.168.56.11:8080'),
  answers('external-traffic-policy-local', 'world', 'http://192.168.56.12:30080', { terminal: 'Peer: 192.168.56.100:' }),
  timesOut('external-traffic-policy-local', 'world', 'http://192.168.56.13:30080'),
  answers('load-balancer-pending', 'world', 'http://192.168.56.11:30080'),
  answers('load-balancer', 'world', 'http://192.168.56.242'),
  answers('ingress-host-and-path', 'world', 'http://shop.example/', { text: '200 from web', terminal: 'X-Forwarded-For: 192.168.56.100' }),
  answers('ingress-host-and-path', 'world', 'http://shop.example/cart', { text: '200 from cart', terminal: 'Peer: 10.244.1.2:' }),
  answers('ingress-host-and-path', 'world', 'http://192.168.56.240/cart', { text: '404 from ingress-nginx' }),
  answers('ingress-no-endpoint', 'world', 'http://shop.example/', { text: '503 from ingress-nginx' }),
  refuses('ingress-no-endpoint', CLIENT, 'http://web'),
  answers('policy-one-dash', 'pod/ops/monitor', 'http://10.244.2.20', { text: '200 from web' }),
  answers('policy-one-dash', 'pod/ops/debug', 'http://10.244.2.20', { text: '200 from web' }),
  timesOut('policy-one-dash', CLIENT, 'http://10.244.2.20'),
  fails('policy-dns-forgotten', CLIENT, 'http://web', 'unresolved', 'could not resolve host'),
  answers('policy-dns-forgotten', CLIENT, 'http://10.244.2.20', { text: '200 from web' }),
  timesOut('policy-service-port', CLIENT, 'http://web'),
  timesOut('policy-two-gates', CLIENT, 'http://10.244.2.2'),
  timesOut('policy-two-gates', 'pod/default/other', 'http://10.244.2.2'),
  answers('policy-empty-or-missing', CLIENT, 'http://10.244.2.2', { text: '200 from all' }),
  timesOut('policy-empty-or-missing', CLIENT, 'http://10.244.2.3'),
  answers('policy-empty-or-missing', CLIENT, 'http://10.244.2.4', { text: '200 from other-way' }),
  timesOut('policy-ip-block', CLIENT, 'http://10.96.44.10'),
  timesOut('policy-probes-pass', CLIENT, 'http://10.244.2.2'),
  answers('policy-probes-pass', 'node/node-2', 'http://10.244.2.2', { text: '200 from web' }),
  answers('policy-probes-pass', CLIENT, 'http://192.168.56.13', { text: '200 from host' }),
  answers('policy-not-enforced', CLIENT, 'http://web', { text: '200 from web' }),
  answers('metallb', 'world', 'http://192.168.56.240', { text: '200 from web' }),
  answers('client-address', 'world', 'http://192.168.56.11:30080', { terminal: 'Peer: 192.168.56.11:' }),
  answers('client-address', 'world', 'http://192.168.56.12:30081', { terminal: 'Peer: 192.168.56.100:' }),
  answers('internal-traffic-policy', 'pod/default/near', 'http://web', { text: '200 from web' }),
  timesOut('internal-traffic-policy', CLIENT, 'http://web'),
  answers('keep-alive', CLIENT, 'http://web#requests=10', { terminal: '     10 Hostname: web-' }),
  answers('keep-alive', CLIENT, 'http://web'),
  timesOut('asymmetric-reply', CLIENT, 'http://192.168.56.12:30080'),
  answers('asymmetric-reply', CLIENT, 'http://web', { text: '200 from web' }),
  answers('ingress-tls', 'world', 'https://shop.example/', { text: '200 from web', terminal: 'X-Forwarded-For: 192.168.56.100' }),
  answers('ingress-tls', 'world', 'http://shop.example/', { text: '308 from ingress-nginx' }),
  {
    scenario: 'ingress-silent-backend',
    from: 'world',
    to: 'http://shop.example/',
    expect: { ok: true, kind: 'answered', text: '504 from ingress-nginx' },
  },
  timesOut('ingress-silent-backend', 'pod/default/ingress-nginx', 'http://web'),
  answers('affinity-behind-proxy', 'world', 'http://shop.example', { terminal: 'Peer: 10.244.1.' }),
  answers('affinity-behind-proxy', CLIENT, 'http://shop.example', { terminal: 'Peer: 10.244.1.' }),
  answers('affinity-behind-proxy', CLIENT, 'http://web'),
  fails('selector-match-labels', CLIENT, 'http://web', 'unresolved', 'could not resolve host'),
  refuses('wrong-target-port', CLIENT, 'http://web'),
  refuses('listening-on-localhost', CLIENT, 'http://web'),
  answers('listening-on-localhost', 'pod/default/web', 'http://localhost:8080', { text: '200 from web' }),
  answers('two-pods-one-port', CLIENT, 'http://10.244.1.20', { text: '200 from nginx' }),
  answers('two-pods-one-port', CLIENT, 'http://10.244.1.21', { text: '200 from httpd' }),
  answers('port-in-use', CLIENT, 'http://10.244.2.20', { text: '200 from web' }),
  refuses('port-in-use', CLIENT, 'http://web'),
  answers('readiness-probe', CLIENT, 'http://web'),
  answers('readiness-probe', CLIENT, 'http://10.244.3.23', { text: '200 from web-3' }),
  answers('pod-replaced', CLIENT, 'http://10.244.2.3:8080'),
  answers('pod-replaced', CLIENT, 'http://web'),
  answers('scale-up-and-down', CLIENT, 'http://web'),
  answers('rolling-update', CLIENT, 'http://web'),
  answers('rolling-update-pre-stop', CLIENT, 'http://web'),
  answers('rollout-undo', CLIENT, 'http://web'),
  answers('rollout-held-up', CLIENT, 'http://web'),
  answers('node-goes-away', CLIENT, 'http://10.96.44.10'),
  timesOut('unlisted-port', CLIENT, 'http://web:8080'),
  timesOut('ping-a-service', CLIENT, 'icmp://web'),
  answers('ping-a-service', CLIENT, 'http://web'),
  timesOut('world-to-cluster-ip', 'world', 'http://10.96.44.10'),
  answers('same-range-twice', CLIENT, 'http://10.244.0.30', { text: '200 from here' }),
  fails('same-range-twice', CLIENT, 'http://10.244.0.40', 'unreachable', 'no route to host'),
  timesOut('big-answers-hang', CLIENT, 'http://10.244.2.20/bytes/20000'),
  answers('big-answers-hang', CLIENT, 'http://10.244.2.20', { text: '200 from far' }),
  answers('big-answers-hang', CLIENT, 'http://10.244.1.20/bytes/20000', { text: '200 from near' }),
];

/** What comes of one load of a scenario's timeline, when its lesson is played. */
export interface LessonExpectation {
  readonly scenario: string;
  readonly to: string;
  readonly requests: number;
  /** How many fail, and what those are told. */
  readonly failed: number;
  readonly texts: readonly string[];
  /** How many pods answer, at one time or another. */
  readonly pods: number;
}

const REFUSED = 'connection refused';

export const lessons: readonly LessonExpectation[] = [
  lesson('pod-replaced', 'http://10.244.2.3:8080', { requests: 50, pods: 1 }, 39, [REFUSED, 'no route to host']),
  lesson('pod-replaced', 'http://web', { requests: 50, pods: 2 }, 7, [REFUSED]),
  lesson('scale-up-and-down', 'http://web', { requests: 300, pods: 4 }),
  lesson('rolling-update', 'http://web', { requests: 600, pods: 6 }, 29, [REFUSED]),
  lesson('rolling-update-pre-stop', 'http://web', { requests: 600, pods: 6 }),
  lesson('rollout-undo', 'http://web', { requests: 400, pods: 6 }, 210, [REFUSED]),
  lesson('rollout-held-up', 'http://web', { requests: 400, pods: 3 }),
  lesson('node-goes-away', 'http://10.96.44.10', { requests: 120, pods: 4 }, 19, ['timed out']),
];

function lesson(
  scenario: string,
  to: string,
  { requests, pods }: { requests: number; pods: number },
  failed = 0,
  texts: readonly string[] = [],
): LessonExpectation {
  return { scenario, to, requests, pods, failed, texts };
}

function answers(scenario: string, from: string, to: string, more: { text?: string; terminal?: string } = {}): Expectation {
  return { scenario, from, to, expect: { ok: true, kind: 'answered', ...more } };
}

function refuses(scenario: string, from: string, to: string): Expectation {
  return fails(scenario, from, to, 'refused', 'connection refused');
}

function timesOut(scenario: string, from: string, to: string): Expectation {
  return fails(scenario, from, to, 'timed-out', 'timed out');
}

function fails(scenario: string, from: string, to: string, kind: OutcomeKind, text: string): Expectation {
  return { scenario, from, to, expect: { ok: false, kind, text } };
}
