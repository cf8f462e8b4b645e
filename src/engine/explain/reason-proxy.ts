// Why an ingress controller answered as it did: which route chose the Service, which endpoint was dialled, and where an
// answer was made. The controller's own access log says what it decided; nothing is worked out twice.

import type { Service, ServicePort } from '../api/types.ts';
import { joinHostPort } from '../net/address.ts';
import type { ProxiedRequest, UpstreamAttempt } from '../programs/ingress/directory.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Reason, WhyStep } from '../view.ts';
import type { AddressBook } from './address-book.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { packetReason } from './failed-reasons.ts';
import { step } from './hop-why.ts';
import { rangeOf, viewKey } from './origin.ts';
import { gatewayAnswer, gatewayRouting } from './reason-gateway.ts';
import { ingressAnswer, ingressRouting } from './reason-ingress.ts';
import type { ServiceRule } from './service-rule.ts';
import { targetPortSuggestion } from './suggestions.ts';

type Told = Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'>;

/** How a request found its backend. */
interface Routing {
  /** `shop.example/cart Prefix -> default/cart:80` */
  readonly text: string;
  readonly steps: readonly WhyStep[];
  readonly service: Service | null;
  readonly port: ServicePort | null;
}

function isEndOfRounds({ attempts }: ProxiedRequest): boolean {
  return attempts.at(-1)?.result === 'no-connection';
}

/** `requests` are the walk's in the order in which they were answered: the client's own is the last. */
export function proxiedReason(evidence: Evidence, book: AddressBook, facts: WalkFacts, requests: readonly ProxiedRequest[]): Reason {
  const proxied = requests.find(isEndOfRounds) ?? (requests.at(-1) as ProxiedRequest);
  const causeOf = (packet: TracedPacket) => packetReason(evidence, book, facts, packet);
  const routing = routingOf(evidence, proxied);
  const base = { decidedBy: routing.text, at: arrivalOf(facts, proxied) };
  if (proxied.ownStatus === null) return { ...base, ...passedOn(facts, proxied, routing), at: dialOf(facts, proxied) ?? base.at };
  if (isEndOfRounds(proxied)) return { ...base, ...wentRound(proxied, routing) };
  if (proxied.attempts.length > 0) return triedInVain(evidence, facts, proxied, { routing, causeOf });
  return { ...base, ...ownAnswer(evidence, proxied) };
}

function routingOf(evidence: Evidence, { choice, behaviour, request }: ProxiedRequest): Routing {
  switch (choice.kind) {
    case 'ingress':
      return ingressRouting(evidence, choice.decision, request);
    case 'gateway':
      return gatewayRouting(evidence, choice, request);
    default:
      return { text: `${behaviour.program}: no route`, steps: [], service: null, port: null };
  }
}

function ownAnswer(evidence: Evidence, proxied: ProxiedRequest): Told {
  const { choice, behaviour } = proxied;
  const { program } = behaviour;
  switch (choice.kind) {
    case 'ingress':
      return ingressAnswer(evidence, proxied, choice);
    case 'gateway':
      return gatewayAnswer(evidence, proxied, choice);
    case 'not-plain':
      return {
        title: `${program} answers 400: it expects TLS on this port.`,
        detail: 'The request came in plain text. Nothing was routed.',
        why: [step('Plain requests go to the http port of the controller’s Service', 'cause')],
      };
    case 'nothing-served':
      return {
        title: `${program} answers 404: it was not told to look at Ingress objects.`,
        detail: 'Its arguments switch no Kubernetes provider on, so it has no routes at all.',
        why: [step('Missing: the argument `--providers.kubernetesingress`', 'cause')],
      };
  }
}

/** The hop with which the request reached the controller. */
function arrivalOf({ packets }: WalkFacts, { pod }: ProxiedRequest): Reason['at'] {
  const packet = packets.findLast(
    ({ label, fate, direction }) => /^(DATA|TLS)$/.test(label) && direction === 'request' && fate?.node === pod,
  );
  const hop = packet?.hops.at(-1);
  return packet && hop ? { packet: packet.id, hop: hop.n } : null;
}

/** The first hop of the controller's last attempt. */
function dialOf({ packets }: WalkFacts, { pod }: ProxiedRequest): Reason['at'] {
  const packet = packets.findLast(({ from, label }) => from === pod && label === 'SYN');
  const hop = packet?.hops[0];
  return packet && hop ? { packet: packet.id, hop: hop.n } : null;
}

function passedOn({ result }: WalkFacts, { behaviour, attempts, clientAddress }: ProxiedRequest, { steps, service }: Routing): Told {
  const upstream = attempts.at(-1)?.upstream;
  const endpoint = upstream ? joinHostPort(upstream.address, upstream.port) : 'an endpoint';
  const status = result.kind === 'answered' ? /^HTTP\/1\.[01] (\d+)/.exec(result.text)?.[1] : undefined;
  return {
    title: `Answered: ${status ?? 'an answer'}, passed on by ${behaviour.program}.`,
    detail: `${behaviour.program} took the request, chose Service ${service?.metadata.name ?? ''}, and dialled ${endpoint} itself, on a second connection.`,
    why: [
      ...steps,
      ...attempts.slice(0, -1).map((attempt) => step(`Before that ${attemptText(attempt)}, so it tried the next one`, 'cause')),
      ...(service ? [endpointStep(endpoint, service)] : []),
      step(`The endpoint sees the controller as its peer; \`X-Forwarded-For: ${clientAddress}\` says who asked`, 'evidence'),
    ],
  };
}

function wentRound({ behaviour, attempts, ownStatus }: ProxiedRequest, { steps, service }: Routing): Told {
  const { program } = behaviour;
  const upstream = attempts.at(-1)?.upstream;
  const endpoint = upstream ? joinHostPort(upstream.address, upstream.port) : '';
  return {
    title: `${program} answers ${ownStatus}: the request goes round until no connection is left.`,
    detail: `${endpoint} leads back to ${program}, which takes the request for a new one and sends it there again. Each round holds two of its connections.`,
    why: [
      ...steps,
      step(`\`${endpoint}\` is where ${program} itself is reached`, 'cause', service ? viewKey(service) : undefined),
      ...attempts.map((attempt) => step(attemptText(attempt), 'evidence')),
    ],
  };
}

function endpointStep(endpoint: string, service: Service): WhyStep {
  const { clusterIP = '', type } = service.spec;
  const unused = type === 'ExternalName' || clusterIP === 'None' ? '' : `; the Service's \`${clusterIP}\` was not used`;
  return step(`\`${endpoint}\` is one of the endpoints of Service \`${service.metadata.name}\`${unused}`, 'evidence', viewKey(service));
}

/** Every endpoint that was tried refused, or kept silent. */
function triedInVain(
  evidence: Evidence,
  { packets }: WalkFacts,
  { behaviour, attempts, ownStatus, pod }: ProxiedRequest,
  { routing, causeOf }: { routing: Routing; causeOf: (packet: TracedPacket) => Reason },
): Reason {
  const lost = packets.find(({ from, direction, fate }) => from === pod && direction === 'request' && fate && fate.kind !== 'delivered');
  const cause = lost && causeOf(lost);
  const rule = ruleOf(routing);
  const result = attempts.at(-1)?.result;
  const listeners = (lost && evidence.netnsOf(lost.fate?.node ?? '')?.sockets.listeners()) ?? [];
  const suggestion = cause?.suggestion ?? (rule && result === 'ECONNREFUSED' ? targetPortSuggestion(evidence, rule, listeners) : undefined);
  const what = result === 'timed-out' ? 'no endpoint answered in time' : 'no endpoint took the connection';
  const tries = attempts.length === 1 ? 'once' : `${attempts.length} times`;
  const dialled = packets.findLast(({ from, label }) => from === pod && label === 'SYN');
  return {
    title: `${behaviour.program} answers ${ownStatus}: ${cause ? cause.title : `${what}.`}`,
    detail: `${behaviour.program} made the answer itself. It tried ${tries}, and ${what}. ${cause?.detail ?? ''}`.trim(),
    decidedBy: cause?.decidedBy || routing.text,
    at: cause?.at ?? (dialled?.hops[0] ? { packet: dialled.id, hop: dialled.hops[0].n } : null),
    why: [
      ...attempts.map((attempt) => step(`Tried: ${attemptText(attempt)}`, 'evidence')),
      ...(cause?.why ?? []),
      ...(rule ? [targetPortStep(evidence, rule)] : []),
      ...routing.steps,
    ],
    ...(suggestion ? { suggestion } : {}),
  };
}

function ruleOf({ service, port }: Routing): ServiceRule | null {
  const index = port ? (service?.spec.ports?.indexOf(port) ?? -1) : -1;
  return service && port && index >= 0 ? { service, port, index } : null;
}

function targetPortStep(evidence: Evidence, { service, port, index }: ServiceRule): WhyStep {
  const text = `Service \`${service.metadata.name}\` sends port ${port.port} to \`targetPort: ${port.targetPort ?? port.port}\``;
  return step(text, 'cause', viewKey(service), rangeOf(evidence, service, `spec.ports[${index}].targetPort`));
}

const RESULTS: Readonly<Record<UpstreamAttempt['result'], string>> = {
  answered: 'answered',
  'timed-out': 'kept silent until the time was up',
  closed: 'closed the connection without an answer',
  'no-http': 'answered with something that is not HTTP',
  unresolved: 'has no address',
  'no-connection': 'was not dialled any more: no connection is left',
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection',
  EHOSTUNREACH: 'could not be reached: no route to host',
  ENETUNREACH: 'could not be reached: the network is unreachable',
  ETIMEDOUT: 'kept silent until the kernel gave up',
  EACCES: 'could not be reached: it is prohibited',
  EADDRINUSE: 'could not be dialled: no free port',
  EMSGSIZE: 'could not be reached: the message is too long',
  ENOPROTOOPT: 'could not be reached: it does not speak the protocol',
  EPERM: 'could not be dialled: operation not permitted',
  EPROTO: 'could not be reached: protocol error',
  EPROTONOSUPPORT: 'could not be dialled: the protocol is not supported',
};

function attemptText({ upstream, result }: UpstreamAttempt): string {
  return `\`${joinHostPort(upstream.address, upstream.port)}\` ${RESULTS[result]}`;
}
