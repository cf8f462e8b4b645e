// An ingress controller as a program in a pod: it takes a request, picks the route by Host header and path, dials an
// endpoint itself, on a second connection, and passes the answer back. Where that fails it makes the answer: 404 without
// a route, 503 without an endpoint, 502 when endpoints refuse, 504 when they stay silent. Left out: connections kept
// open to endpoints, buffering, the delay of a reload, and the proxy's own cache of looked-up names.

import type { Payload } from '../../net/packet.ts';
import type { NetworkNamespace } from '../../netstack/netns.ts';
import type { Connection, Listener } from '../../netstack/sockets.ts';
import { connectTCP } from '../../netstack/tcp.ts';
import type { Task } from '../../sim/clock.ts';
import type { Random } from '../../sim/random.ts';
import { type ClientHost, lookUpAddress } from '../client.ts';
import { parseResponse } from '../http-text.ts';
import { acceptTLS } from '../tls.ts';
import type { Upstream } from './backends.ts';
import { certificateFor } from './certificates.ts';
import { choose, type Plan } from './choose.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { Choice, IngressDirectory, UpstreamAttempt } from './directory.ts';
import { forwardedRequest, type HTTPRequestText, ownAnswer, parseHTTPRequest, rewrittenAnswer } from './proxy-http.ts';

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
  const { address, port, behaviour, directory, pod } = options;
  const random = netns.context.random(`ingress ${pod} ${port}`);
  const turns = new Turns(random);
  const listener: Listener = {
    protocol: 'tcp',
    address,
    port,
    program: behaviour.program,
    onConnection: (connection) => {
      const take = (payload: Payload, open: Connection, isTLS: boolean) => {
        const request = parseHTTPRequest(payload);
        const exchange: Exchange = { netns, options, connection: open, request: request ?? NOT_HTTP, isTLS };
        netns.context.clock.after(PROCESS_US, () => {
          if (!request || isTLS !== behaviour.tlsPorts.includes(port)) return answerOneself(exchange, { kind: 'not-plain' }, 400);
          serve(exchange, choose(behaviour, directory, request, { port, random, isTLS }), turns);
        });
      };
      if (!behaviour.tlsPorts.includes(port)) {
        connection.onData = (payload) => take(payload, connection, false);
        return;
      }
      acceptTLS(connection, (serverName) => certificateFor(behaviour, directory, serverName), {
        onOpen: (secured) => {
          secured.onData = (payload) => take(payload, secured, true);
        },
        onPlain: (payload) => take(payload, connection, false),
      });
    },
  };
  return netns.sockets.listen(listener) ? 'EADDRINUSE' : listener;
}

const NOT_HTTP: HTTPRequestText = { method: '', path: '', host: '', headers: [], body: '', rounds: 0 };

/**
 * A backend that leads back to the controller sends a request round until the connections are used up: nginx has 16384
 * worker_connections, each round takes two, and the last one's 500 goes all the way back. Here it comes after fewer rounds.
 */
const MOST_ROUNDS = 32;

/** One request of a client. */
interface Exchange {
  readonly netns: NetworkNamespace;
  readonly options: IngressProxyOptions;
  readonly connection: Connection;
  readonly request: HTTPRequestText;
  /** The client came over TLS, which ends here. */
  readonly isTLS: boolean;
}

type Forward = Extract<Plan['action'], { kind: 'forward' }>;

function serve(exchange: Exchange, { choice, action }: Plan, turns: Turns): void {
  if (action.kind === 'answer') {
    const headers = action.location === undefined ? [] : [`Location: ${action.location}`];
    return answerOneself(exchange, choice, action.status, [], headers);
  }
  const upstreams = turns.order(action);
  if (exchange.request.rounds < MOST_ROUNDS) return new UpstreamRun(exchange, choice, { ...action, upstreams }).next();
  answerOneself(exchange, choice, 500, upstreams[0] ? [{ upstream: upstreams[0], result: 'no-connection' }] : []);
}

function answerOneself(
  exchange: Exchange,
  choice: Choice,
  status: number,
  attempts: readonly UpstreamAttempt[] = [],
  headers: readonly string[] = [],
): void {
  record(exchange, choice, attempts, status);
  exchange.connection.send(ownAnswer(exchange.options.behaviour, status, headers));
}

/** A line in the access log. */
function record(exchange: Exchange, choice: Choice, attempts: readonly UpstreamAttempt[], ownStatus: number | null): void {
  const { options, connection, request } = exchange;
  const { pod, behaviour, directory } = options;
  const { method, host, path } = request;
  const clientAddress = connection.remote.address;
  directory.record(connection.tag, {
    pod,
    behaviour,
    request: { method, host, path },
    clientAddress,
    choice,
    attempts: [...attempts],
    ownStatus,
  });
}

/** One request on its way to the endpoints: one attempt after the other, until one answers. */
class UpstreamRun {
  readonly #exchange: Exchange;
  readonly #choice: Choice;
  readonly #forward: Forward;
  readonly #attempts: UpstreamAttempt[] = [];
  #upstream: Connection | null = null;
  #timer: Task | null = null;
  #isOver = false;

  constructor(exchange: Exchange, choice: Choice, forward: Forward) {
    this.#exchange = exchange;
    this.#choice = choice;
    this.#forward = forward;
    // The client has gone: nothing is passed on to nobody.
    exchange.connection.onClose = () => this.#end();
    exchange.connection.onError = () => this.#end();
  }

  next(): void {
    const { upstreams, isName } = this.#forward;
    const upstream = upstreams[this.#attempts.length % upstreams.length];
    if (this.#isOver || !upstream) return;
    const host = this.#exchange.options.host();
    if (!isName || !host) return this.#dial(upstream, upstream.address);
    lookUpAddress(host, upstream.address, this.#exchange.connection.tag, (address) => {
      if (address === null) this.#failed(upstream, 'unresolved');
      else this.#dial(upstream, address);
    });
  }

  #dial(upstream: Upstream, address: string): void {
    if (this.#isOver) return;
    const { netns, connection } = this.#exchange;
    const { limits, request } = this.#forward;
    let isSettled = false;
    const settle = (result: UpstreamAttempt['result']) => {
      if (isSettled) return;
      isSettled = true;
      this.#failed(upstream, result);
    };
    this.#wait(limits.connectTimeoutUs, () => settle('timed-out'));
    const opened = connectTCP(netns, {
      address,
      port: upstream.port,
      tag: connection.tag,
      onConnected: (open) => {
        this.#wait(limits.readTimeoutUs, () => settle('timed-out'));
        open.onError = settle;
        open.onClose = () => settle('closed');
        open.onData = (payload) => {
          if (isSettled) return;
          if (!isHTTP(payload)) return settle('no-http');
          isSettled = true;
          this.#answered(upstream, open, payload);
        };
        open.send(
          forwardedRequest(request, this.#exchange.request.host, {
            clientAddress: connection.remote.address,
            port: connection.local.port,
            isTLS: this.#exchange.isTLS,
          }),
        );
      },
      onError: settle,
    });
    if (typeof opened === 'string') settle(opened);
    else this.#upstream = opened;
  }

  #answered(upstream: Upstream, open: Connection, payload: Payload): void {
    if (this.#isOver) return;
    const { connection, netns } = this.#exchange;
    this.#attempts.push({ upstream, result: 'answered' });
    record(this.#exchange, this.#choice, this.#attempts, null);
    this.#finish();
    const answer = rewrittenAnswer(payload, this.#forward.responseModifiers);
    netns.context.clock.after(PROCESS_US, () => {
      open.close();
      connection.send(answer);
    });
  }

  #failed(upstream: Upstream, result: UpstreamAttempt['result']): void {
    if (this.#isOver) return;
    this.#timer?.cancel();
    this.#upstream?.close();
    this.#upstream = null;
    this.#attempts.push({ upstream, result });
    if (this.#attempts.length < this.#forward.limits.tries) {
      this.#exchange.netns.context.clock.after(PROCESS_US, () => this.next());
      return;
    }
    this.#finish();
    answerOneself(this.#exchange, this.#choice, result === 'timed-out' ? 504 : 502, this.#attempts);
  }

  #wait(timeoutUs: number, onTimeout: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#exchange.netns.context.clock.after(timeoutUs, onTimeout);
  }

  #finish(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#upstream?.close();
    record(this.#exchange, this.#choice, this.#attempts, null);
  }
}

function isHTTP(payload: Payload): boolean {
  return payload.type === 'bytes' && parseResponse(payload.text) !== null;
}

/** Round robin, one turn for each backend; the first one is left to chance, as every worker process starts elsewhere. */
class Turns {
  readonly #random: Random;
  readonly #next = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** The endpoints, beginning with the one whose turn it is. */
  order({ backend, upstreams }: Pick<Forward, 'backend' | 'upstreams'>): readonly Upstream[] {
    const start = this.#next.get(backend) ?? this.#random.below(upstreams.length);
    this.#next.set(backend, start + 1);
    const first = start % upstreams.length;
    return [...upstreams.slice(first), ...upstreams.slice(0, first)];
  }
}
