// An ingress controller as a program in a pod: it takes a request, picks the route by Host header and path, dials an
// endpoint itself, on a second connection, and passes the answer back. Where that fails it makes the answer: 404 without
// a route, 503 without an endpoint, 502 when endpoints refuse, 504 when they stay silent. Left out: connections kept
// open to endpoints, buffering, the delay of a reload, and the proxy's own cache of looked-up names.

import type { Payload } from '../../net/packet.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Connection, Listener } from '../../netstack/sockets.ts';
import { connectTCP } from '../../netstack/tcp.ts';
import type { Task } from '../../sim/clock.ts';
import { type ClientHost, lookUpAddress } from '../client.ts';
import { parseResponse } from '../http-text.ts';
import { printBackend, type ResolvedBackend, type Upstream } from './backends.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { IngressDirectory, ProxiedRequest, UpstreamAttempt } from './directory.ts';
import { decideRoute, type RouteDecision } from './ingress-routes.ts';
import { forwardedRequest, type HTTPRequestText, ownAnswer, parseHTTPRequest } from './proxy-http.ts';
import { limitsFor, redirectToTLS } from './tls-and-limits.ts';

export interface IngressProxyOptions {
  /** `NAMESPACE/NAME` of the pod that it runs in. */
  readonly pod: string;
  readonly address: string;
  readonly port: number;
  readonly behaviour: IngressBehaviour;
  readonly directory: IngressDirectory;
  /** Where and how the pod looks names up. */
  readonly host: () => ClientHost | null;
}

/** What it takes to read a request and choose. */
const PROCESS_US = 150;

/** Listens on one of the controller's ports. */
export function startIngressProxy(netns: NetworkNamespace, options: IngressProxyOptions): Listener | 'EADDRINUSE' {
  const { address, port, behaviour, directory } = options;
  const turns = new Turns(netns, options.pod);
  const listener: Listener = {
    protocol: 'tcp',
    address,
    port,
    program: behaviour.program,
    onConnection: (connection) => {
      connection.onData = (payload) => {
        const request = parseHTTPRequest(payload);
        const answer: AnswerOptions = { netns, options, connection, request: request ?? NOT_HTTP };
        netns.context.clock.after(PROCESS_US, () => {
          if (!request || behaviour.tlsPorts.includes(port)) return answerOneself(answer, null, 400);
          serve(answer, decideRoute(directory.table(behaviour.config), directory.objects, request), turns);
        });
      };
    },
  };
  return netns.sockets.listen(listener) ? 'EADDRINUSE' : listener;
}

const NOT_HTTP: HTTPRequestText = { method: '', path: '', host: '', headers: [], body: '' };

interface AnswerOptions {
  readonly netns: NetworkNamespace;
  readonly options: IngressProxyOptions;
  readonly connection: Connection;
  readonly request: HTTPRequestText;
}

function serve(answer: AnswerOptions, decision: RouteDecision, turns: Turns): void {
  const { behaviour } = answer.options;
  const redirect = redirectToTLS(behaviour, decision, answer.request);
  if (redirect) return answerOneself(answer, decision, redirect.status, [], [`Location: ${redirect.location}`]);
  const { backend } = decision;
  if (!backend) return answerOneself(answer, decision, 404);
  if (backend.problem) return answerOneself(answer, decision, behaviour.statusFor[backend.problem]);
  new UpstreamRun(answer, decision, turns.order(backend)).next();
}

function answerOneself(
  { options, connection, request }: AnswerOptions,
  decision: RouteDecision | null,
  status: number,
  attempts: readonly UpstreamAttempt[] = [],
  headers: readonly string[] = [],
): void {
  options.directory.record(connection.tag, logLine({ options, connection, request }, decision, attempts, status));
  connection.send(ownAnswer(options.behaviour, status, headers));
}

function logLine(
  { options, connection, request }: Pick<AnswerOptions, 'options' | 'connection' | 'request'>,
  decision: RouteDecision | null,
  attempts: readonly UpstreamAttempt[],
  ownStatus: number | null,
): ProxiedRequest {
  const { method, host, path } = request;
  const { pod, behaviour, directory } = options;
  const clientAddress = connection.remote.address;
  const table = directory.table(behaviour.config);
  return { pod, behaviour, request: { method, host, path }, clientAddress, decision, table, attempts: [...attempts], ownStatus };
}

/** One request on its way to the endpoints: one attempt after the other, until one answers. */
class UpstreamRun {
  readonly #answer: AnswerOptions;
  readonly #decision: RouteDecision;
  readonly #upstreams: readonly Upstream[];
  readonly #limits: ReturnType<typeof limitsFor>;
  readonly #attempts: UpstreamAttempt[] = [];
  #upstream: Connection | null = null;
  #timer: Task | null = null;
  #isOver = false;

  constructor(answer: AnswerOptions, decision: RouteDecision, upstreams: readonly Upstream[]) {
    this.#answer = answer;
    this.#decision = decision;
    this.#upstreams = upstreams;
    this.#limits = limitsFor(answer.options.behaviour, decision, upstreams.length);
    // The client has gone: nothing is passed on to nobody.
    answer.connection.onClose = () => this.#end();
    answer.connection.onError = () => this.#end();
  }

  next(): void {
    const upstream = this.#upstreams[this.#attempts.length % this.#upstreams.length];
    if (this.#isOver || !upstream) return;
    const host = this.#answer.options.host();
    const isName = this.#decision.backend?.service?.spec.type === 'ExternalName';
    if (!isName || !host) return this.#dial(upstream, upstream.address);
    lookUpAddress(host, upstream.address, this.#answer.connection.tag, (address) => {
      if (address === null) this.#failed(upstream, 'unresolved');
      else this.#dial(upstream, address);
    });
  }

  #dial(upstream: Upstream, address: string): void {
    if (this.#isOver) return;
    const { netns, connection } = this.#answer;
    let isSettled = false;
    const settle = (result: UpstreamAttempt['result']) => {
      if (isSettled) return;
      isSettled = true;
      this.#failed(upstream, result);
    };
    this.#wait(this.#limits.connectTimeoutUs, () => settle('timed-out'));
    const opened = connectTCP(netns, {
      address,
      port: upstream.port,
      tag: connection.tag,
      onConnected: (open) => {
        this.#wait(this.#limits.readTimeoutUs, () => settle('timed-out'));
        open.onError = settle;
        open.onClose = () => settle('closed');
        open.onData = (payload) => {
          if (isSettled) return;
          if (!isHTTP(payload)) return settle('no-http');
          isSettled = true;
          this.#answered(upstream, open, payload);
        };
        open.send(forwardedRequest(this.#answer.request, { clientAddress: connection.remote.address, port: connection.local.port }));
      },
      onError: settle,
    });
    if (typeof opened === 'string') settle(opened);
    else this.#upstream = opened;
  }

  #answered(upstream: Upstream, open: Connection, payload: Payload): void {
    if (this.#isOver) return;
    const { options, connection, netns } = this.#answer;
    this.#attempts.push({ upstream, result: 'answered' });
    options.directory.record(connection.tag, logLine(this.#answer, this.#decision, this.#attempts, null));
    this.#isOver = true;
    this.#timer?.cancel();
    netns.context.clock.after(PROCESS_US, () => {
      open.close();
      connection.send(payload);
    });
  }

  #failed(upstream: Upstream, result: UpstreamAttempt['result']): void {
    if (this.#isOver) return;
    this.#timer?.cancel();
    this.#upstream?.close();
    this.#upstream = null;
    this.#attempts.push({ upstream, result });
    if (this.#attempts.length < this.#limits.tries) {
      this.#answer.netns.context.clock.after(PROCESS_US, () => this.next());
      return;
    }
    this.#isOver = true;
    answerOneself(this.#answer, this.#decision, result === 'timed-out' ? 504 : 502, this.#attempts);
  }

  #wait(timeoutUs: number, onTimeout: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#answer.netns.context.clock.after(timeoutUs, onTimeout);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#upstream?.close();
    const { options, connection } = this.#answer;
    options.directory.record(connection.tag, logLine(this.#answer, this.#decision, this.#attempts, null));
  }
}

function isHTTP(payload: Payload): boolean {
  return payload.type === 'bytes' && parseResponse(payload.text) !== null;
}

/** Round robin, one turn for each backend; the first one is left to chance, as every worker process starts elsewhere. */
class Turns {
  readonly #netns: NetworkNamespace;
  readonly #pod: string;
  readonly #next = new Map<string, number>();

  constructor(netns: NetworkNamespace, pod: string) {
    this.#netns = netns;
    this.#pod = pod;
  }

  /** The endpoints, beginning with the one whose turn it is. */
  order(backend: ResolvedBackend): readonly Upstream[] {
    const { upstreams } = backend;
    const key = printBackend(backend);
    const start = this.#next.get(key) ?? this.#netns.context.random(`ingress ${this.#pod} ${key}`).below(upstreams.length);
    this.#next.set(key, start + 1);
    const first = start % upstreams.length;
    return [...upstreams.slice(first), ...upstreams.slice(0, first)];
  }
}
