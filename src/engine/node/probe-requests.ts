// One probe as the kubelet makes it: a real connection from the node to the pod, untraced, and its result in the words
// of the Go libraries that the kubelet uses. Follows pkg/probe/http/http.go and pkg/probe/tcp/tcp.go, Kubernetes 1.33.
// Left out: TLS (an HTTPS probe only connects), and exec and gRPC, which always succeed.

import type { Container, HTTPGetAction, Probe } from '../api/types.ts';
import { joinHostPort } from '../net/address.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Errno } from '../netstack/skb.ts';
import type { Connection } from '../netstack/sockets.ts';
import { connectTCP } from '../netstack/tcp.ts';
import { httpRequest, parseResponse } from '../programs/http-text.ts';

export type ProbeResult =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly message: string }
  /** The probe could not be made at all; it says nothing about the container. */
  | { readonly kind: 'unknown'; readonly message: string };

/** Where a probe comes from and goes to. */
export interface ProbeTarget {
  /** The node's namespace. */
  readonly netns: NetworkNamespace;
  readonly podIP: string;
  readonly container: Container;
}

const SUCCESS: ProbeResult = { kind: 'success' };
const ERRNO_WORDS: Readonly<Partial<Record<Errno, string>>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
};

/** Makes one probe; `onDone` is called once, at the latest when `timeoutSeconds` are over. */
export function runProbe(target: ProbeTarget, probe: Probe, onDone: (result: ProbeResult) => void): void {
  const { httpGet, tcpSocket } = probe;
  const action = httpGet ?? tcpSocket;
  if (!action) return onDone(SUCCESS);
  const port = resolvePort(action.port, target.container);
  if (typeof port === 'string') return onDone({ kind: 'unknown', message: port });
  const goal = { host: action.host || target.podIP, port, timeoutUs: (probe.timeoutSeconds || 1) * 1_000_000 };
  const speaksHTTP = httpGet !== undefined && (httpGet.scheme ?? 'HTTP') === 'HTTP';
  exchange(target.netns, goal, speaksHTTP ? (httpGet.path ?? '/') : null, (end) => onDone(judge(end, goal, httpGet)));
}

/** The number of a port that may be given by its name (ResolveContainerPort); a text is the error. */
function resolvePort(port: number | string, { ports = [] }: Container): number | string {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port);
  return named?.containerPort ?? (/^\d+$/.test(port) ? Number(port) : `strconv.Atoi: parsing "${port}": invalid syntax`);
}

interface Goal {
  readonly host: string;
  readonly port: number;
  readonly timeoutUs: number;
}

/** How the connection went: an HTTP status, connected (all that is asked of TCP), an errno, or nothing in time. */
type End = { readonly status: number | null } | 'connected' | 'timeout' | { readonly errno: Errno; readonly connected: boolean };

/** Connects, and with a `path` asks for it. */
function exchange(netns: NetworkNamespace, { host, port, timeoutUs }: Goal, path: string | null, onEnd: (end: End) => void): void {
  let isOver = false;
  let opened: Connection | Errno | null = null;
  const finish = (end: End) => {
    if (isOver) return;
    isOver = true;
    timer.cancel();
    if (opened && typeof opened === 'object') opened.close();
    onEnd(end);
  };
  const timer = netns.context.clock.after(timeoutUs, () => finish('timeout'));
  opened = connectTCP(netns, {
    address: host,
    port,
    tag: 0,
    onConnected: (connection) => {
      if (path === null) return finish('connected');
      connection.onError = (errno) => finish({ errno, connected: true });
      connection.onClose = () => finish({ status: null });
      connection.onData = (payload) => finish({ status: payload.type === 'bytes' ? (parseResponse(payload.text)?.status ?? null) : null });
      connection.send(httpRequest({ host, port, path }));
    },
    onError: (errno) => finish({ errno, connected: false }),
  });
  if (typeof opened === 'string') finish({ errno: opened, connected: false });
}

function judge(end: End, goal: Goal, httpGet: HTTPGetAction | undefined): ProbeResult {
  if (end === 'connected') return SUCCESS;
  if (end === 'timeout') return { kind: 'failure', message: timeoutText(goal, httpGet) };
  if ('errno' in end) return { kind: 'failure', message: inRequest(errnoText(end, goal), goal, httpGet) };
  if (end.status === null) return { kind: 'failure', message: inRequest('EOF', goal, httpGet) };
  if (end.status >= 200 && end.status < 400) return SUCCESS;
  return { kind: 'failure', message: `HTTP probe failed with statuscode: ${end.status}` };
}

function errnoText({ errno, connected }: { errno: Errno; connected: boolean }, { host, port }: Goal): string {
  const at = `tcp ${joinHostPort(host, port)}`;
  return `${connected ? `read ${at}: read` : `dial ${at}: connect`}: ${ERRNO_WORDS[errno] ?? errno}`;
}

function timeoutText(goal: Goal, httpGet: HTTPGetAction | undefined): string {
  if (!httpGet) return `dial tcp ${joinHostPort(goal.host, goal.port)}: i/o timeout`;
  return inRequest('context deadline exceeded (Client.Timeout exceeded while awaiting headers)', goal, httpGet);
}

/** Errors of an HTTP client name the request. */
function inRequest(text: string, { host, port }: Goal, httpGet: HTTPGetAction | undefined): string {
  if (!httpGet) return text;
  return `Get "${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${joinHostPort(host, port)}${httpGet.path ?? '/'}": ${text}`;
}
