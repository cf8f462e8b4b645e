// Why an ingress controller answered as it did: which rule chose the Service, which endpoint was dialled, and where a
// 404, 502, 503 or 504 was made. The controller's own access log says what it decided; nothing is worked out twice.

import { nearest } from '../api/nearest.ts';
import type { Ingress, Service } from '../api/types.ts';
import { joinHostPort } from '../net/address.ts';
import { printBackend } from '../programs/ingress/backends.ts';
import type { ProxiedRequest, UpstreamAttempt } from '../programs/ingress/directory.ts';
import { hostName } from '../programs/ingress/hosts.ts';
import type { ClassMismatch, PathRoute, RouteDecision } from '../programs/ingress/ingress-routes.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { Reason, TextEdit, WhyStep } from '../view.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { whyNoEndpoints } from './no-endpoints.ts';
import { originOf, rangeOf, viewKey } from './origin.ts';
import type { ServiceRule } from './service-rule.ts';
import { targetPortSuggestion } from './suggestions.ts';

type Told = Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'>;

/** `causeOf` tells why one packet did not arrive. */
export function ingressReason(
  evidence: Evidence,
  facts: WalkFacts,
  proxied: ProxiedRequest,
  causeOf: (packet: TracedPacket) => Reason,
): Reason {
  const { decision, ownStatus } = proxied;
  const base = { decidedBy: routeText(proxied), at: arrivalOf(facts, proxied) };
  if (ownStatus === null) return { ...base, ...passedOn(evidence, facts, proxied), at: dialOf(facts, proxied) ?? base.at };
  if (!decision) return { ...base, ...plainOnTLS(proxied) };
  if (proxied.attempts.length > 0) return triedInVain(evidence, facts, proxied, causeOf);
  if (decision.backend?.problem) return { ...base, ...noBackend(evidence, proxied, decision) };
  if (decision.backend) return { ...base, ...redirected(evidence, proxied, decision) };
  return { ...base, ...noRoute(evidence, proxied, decision) };
}

/** `shop.example/cart Prefix -> default/cart:80` */
function routeText({ decision, behaviour, request }: ProxiedRequest): string {
  if (!decision) return `${behaviour.program}: TLS port`;
  const { route, server, backend } = decision;
  const to = backend ? printBackend(backend) : 'no backend';
  if (route) return `${server.host || '*'}${route.path} ${route.pathType} -> ${to}`;
  return decision.via === 'defaultBackend' ? `${server.host || '*'} defaultBackend -> ${to}` : `${request.host}${request.path} -> ${to}`;
}

/** The hop with which the request reached the controller. */
function arrivalOf({ packets }: WalkFacts, { pod }: ProxiedRequest): Reason['at'] {
  const packet = packets.find(({ label, fate }) => label === 'DATA' && fate?.node === pod);
  const hop = packet?.hops.at(-1);
  return packet && hop ? { packet: packet.id, hop: hop.n } : null;
}

function dialOf(facts: WalkFacts, proxied: ProxiedRequest): Reason['at'] {
  const packet = dialled(facts, proxied).at(-1);
  const hop = packet?.hops[0];
  return packet && hop ? { packet: packet.id, hop: hop.n } : null;
}

/** The controller's own first packets to endpoints. */
function dialled({ packets }: WalkFacts, { pod }: ProxiedRequest): readonly TracedPacket[] {
  return packets.filter(({ from, label }) => from === pod && label === 'SYN');
}

function passedOn(evidence: Evidence, facts: WalkFacts, proxied: ProxiedRequest): Told {
  const { behaviour, decision, attempts, clientAddress } = proxied;
  const upstream = attempts.at(-1)?.upstream;
  const service = decision?.backend?.service ?? null;
  const endpoint = upstream ? joinHostPort(upstream.address, upstream.port) : 'an endpoint';
  const answer = facts.result.kind === 'answered' ? /^HTTP\/1\.[01] (\d+)/.exec(facts.result.text)?.[1] : undefined;
  const failed = attempts.slice(0, -1);
  return {
    title: `Answered: ${answer ?? 'an answer'}, passed on by ${behaviour.program}.`,
    detail: `${behaviour.program} took the request, chose Service ${service?.metadata.name ?? ''}, and dialled ${endpoint} itself, on a second connection.`,
    why: [
      ...routeSteps(evidence, decision),
      ...failed.map((attempt) => step(`Before that ${attemptText(attempt)}, so it tried the next one`, 'cause')),
      ...(service ? [endpointStep(endpoint, service)] : []),
      step(`The endpoint sees the controller as its peer; \`X-Forwarded-For: ${clientAddress}\` says who asked`, 'evidence'),
    ],
  };
}

function endpointStep(endpoint: string, service: Service): WhyStep {
  const { clusterIP = '', type } = service.spec;
  const unused = type === 'ExternalName' || clusterIP === 'None' ? '' : `; the Service's \`${clusterIP}\` was not used`;
  return step(`\`${endpoint}\` is one of the endpoints of Service \`${service.metadata.name}\`${unused}`, 'evidence', viewKey(service));
}

function plainOnTLS({ behaviour }: ProxiedRequest): Told {
  return {
    title: `${behaviour.program} answers 400: it expects TLS on this port.`,
    detail: 'The request came in plain text. Nothing was routed.',
    why: [step('Plain requests go to the http port of the controller’s Service', 'cause')],
  };
}

function redirected(evidence: Evidence, { behaviour, ownStatus }: ProxiedRequest, decision: RouteDecision): Told {
  const { ingress } = decision;
  const why = ingress
    ? [
        step(
          `Ingress \`${ingress.metadata.name}\` has TLS for this host`,
          'cause',
          viewKey(ingress),
          rangeOf(evidence, ingress, 'spec.tls'),
        ),
      ]
    : [];
  return {
    title: `${behaviour.program} answers ${ownStatus}: this host is served over https.`,
    detail: `No endpoint was asked. The annotation ${behaviour.tlsRedirect?.annotation}: "false" turns this off.`,
    why,
  };
}

/** The rule and the path, or the default backend, that chose the Service. */
function routeSteps(evidence: Evidence, decision: RouteDecision | null): WhyStep[] {
  const { route, ingress, backend, via } = decision ?? {};
  const name = backend?.reference.service ?? '';
  if (route) {
    const text = `Path \`${route.path}\` (${route.pathType}) of Ingress \`${route.ingress.metadata.name}\` leads to Service \`${name}\``;
    return [step(text, 'cause', viewKey(route.ingress), rangeOf(evidence, route.ingress, `${route.field}.path`))];
  }
  if (via === 'defaultService') return [step(`No Ingress takes it: the controller's own default Service \`${name}\` does`, 'cause')];
  if (!ingress) return [];
  const text = `No path fits: \`defaultBackend\` of Ingress \`${ingress.metadata.name}\` leads to Service \`${name}\``;
  return [step(text, 'cause', viewKey(ingress), rangeOf(evidence, ingress, 'spec.defaultBackend'))];
}

function noRoute(evidence: Evidence, proxied: ProxiedRequest, { server }: RouteDecision): Told {
  const { behaviour, request } = proxied;
  const host = hostName(request.host);
  const made = `No Service was asked: ${behaviour.program} made the 404 itself.`;
  if (server.host !== '') {
    const routes = [...server.exact.values(), ...server.prefixes];
    return {
      title: `${behaviour.program} answers 404: no path of ${server.host} fits ${request.path}.`,
      detail: `${made} The host is known, and no other host's rules are tried.`,
      why: routes.map((route) => pathStep(evidence, route)),
    };
  }
  const ignored = proxied.table.ignored.filter(({ ingress }) => lists(ingress, host));
  const hosts = [...proxied.table.servers.keys()].filter((one) => one !== '');
  const near = nearest(host, hosts);
  return {
    title: `${behaviour.program} answers 404: no rule is for the host ${host || '(none)'}.`,
    detail: ignored.length > 0 ? `${made} An Ingress lists the host, but it is not this controller's.` : made,
    why: [
      ...ignored.map(({ ingress, why }) => mismatchStep(evidence, proxied, ingress, why)),
      ...[...server.exact.values(), ...server.prefixes].map((route) => pathStep(evidence, route)),
      step(hosts.length > 0 ? `Hosts with rules: ${hosts.map((one) => `\`${one}\``).join(', ')}` : 'No Ingress is served here', 'evidence'),
      ...(near && ignored.length === 0 ? [step(`\`${near}\` is nearly the same`, 'evidence')] : []),
    ],
  };
}

function pathStep(evidence: Evidence, { ingress, path, pathType, field }: PathRoute): WhyStep {
  const text = `\`${path}\` (${pathType}) of Ingress \`${ingress.metadata.name}\` does not fit`;
  return step(text, 'evidence', viewKey(ingress), rangeOf(evidence, ingress, `${field}.path`));
}

function lists(ingress: Ingress, host: string): boolean {
  return (ingress.spec?.rules ?? []).some((rule) => (rule.host ?? '') === '' || rule.host?.toLowerCase() === host);
}

function mismatchStep(evidence: Evidence, { behaviour }: ProxiedRequest, ingress: Ingress, why: ClassMismatch): WhyStep {
  const name = `Ingress \`${ingress.metadata.name}\``;
  const className = ingress.spec?.ingressClassName ?? '';
  const { controller } = behaviour.config;
  const texts: Readonly<Record<ClassMismatch, readonly [text: string, field: string]>> = {
    'no-such-class': [`${name} asks for class \`${className}\`, and no IngressClass has that name`, 'spec.ingressClassName'],
    'class-of-other-controller': [`${name} is of class \`${className}\`, which is not of \`${controller}\``, 'spec.ingressClassName'],
    'other-annotation': [`The class annotation of ${name} names another controller`, 'metadata.annotations'],
    'no-class': [`${name} names no class, and this controller leaves such ones alone`, 'spec'],
  };
  const [text, field] = texts[why];
  return step(text, 'cause', viewKey(ingress), rangeOf(evidence, ingress, field));
}

function noBackend(evidence: Evidence, { behaviour, ownStatus }: ProxiedRequest, decision: RouteDecision): Told {
  const { backend } = decision;
  const { reference, service, problem } = backend ?? {};
  const name = reference?.service ?? '';
  const says = `${behaviour.program} answers ${ownStatus}`;
  const made = `${behaviour.program} made the answer itself: it had nobody to ask.`;
  const routing = routeSteps(evidence, decision);
  if (!service) {
    const suggestion = serviceNameSuggestion(evidence, decision);
    const why = [...routing, step(`There is no Service \`${name}\` in namespace \`${reference?.namespace}\``, 'cause')];
    return { title: `${says}: Service ${name} does not exist.`, detail: made, why, ...(suggestion ? { suggestion } : {}) };
  }
  if (problem === 'no-port') {
    const ports = (service.spec.ports ?? []).map((port) => `\`${port.port}\`${port.name ? ` (${port.name})` : ''}`).join(', ');
    const text = `Service \`${name}\` has the ports ${ports || 'none'}, not \`${reference?.port}\``;
    const why = [...routing, portStep(evidence, decision), step(text, 'cause', viewKey(service), rangeOf(evidence, service, 'spec.ports'))];
    return { title: `${says}: Service ${name} has no port ${reference?.port}.`, detail: made, why };
  }
  const { why, suggestion } = whyNoEndpoints(evidence, service);
  const title = `${says}: Service ${name} has no ready endpoint.`;
  return { title, detail: made, why: [...routing, ...why], ...(suggestion ? { suggestion } : {}) };
}

/** The field of the rule, or of the default backend, that names the Service. */
function backendField({ route }: RouteDecision): string {
  return route ? `${route.field}.backend` : 'spec.defaultBackend';
}

function portStep(evidence: Evidence, decision: RouteDecision): WhyStep {
  const { ingress } = decision;
  const range = ingress && rangeOf(evidence, ingress, `${backendField(decision)}.service.port`);
  return step('The port that the Ingress asks for', 'cause', ingress ? viewKey(ingress) : undefined, range);
}

/** The Service that was probably meant. */
function serviceNameSuggestion(evidence: Evidence, decision: RouteDecision): TextEdit | undefined {
  const { ingress, backend } = decision;
  const origin = ingress && originOf(evidence, ingress);
  const path = `${backendField(decision)}.service.name`;
  if (!origin?.source.has(path) || !backend) return undefined;
  const names = evidence.store.list<Service>('Service', backend.reference.namespace).map(({ metadata }) => metadata.name);
  const meant = nearest(backend.reference.service, names);
  return meant === undefined ? undefined : { title: 'Suggested change', range: origin.source.rangeOf(path), newText: meant };
}

/** Every endpoint that was tried refused, or kept silent. */
function triedInVain(evidence: Evidence, facts: WalkFacts, proxied: ProxiedRequest, causeOf: (packet: TracedPacket) => Reason): Reason {
  const { behaviour, decision, attempts, ownStatus, pod } = proxied;
  const last = attempts.at(-1) as UpstreamAttempt;
  const lost = facts.packets.filter(({ from, direction, fate }) => from === pod && direction === 'request' && fate?.kind !== 'delivered');
  const cause = lost[0] && causeOf(lost[0]);
  const tries = attempts.length === 1 ? 'once' : `${attempts.length} times`;
  const what = last.result === 'timed-out' ? 'no endpoint answered in time' : 'no endpoint took the connection';
  const { service, port } = decision?.backend ?? {};
  const index = service?.spec.ports?.indexOf(port as never) ?? -1;
  const rule: ServiceRule | null = service && port && index >= 0 ? { service, port, index } : null;
  const listeners = evidence.netnsOf(cause ? (lost[0]?.fate?.node ?? '') : '')?.sockets.listeners() ?? [];
  const isRefused = last.result === 'ECONNREFUSED';
  const suggestion = cause?.suggestion ?? (rule && isRefused ? targetPortSuggestion(evidence, rule, listeners) : undefined);
  return {
    title: `${behaviour.program} answers ${ownStatus}: ${cause ? cause.title : `${what}.`}`,
    detail: `${behaviour.program} made the answer itself. It tried ${tries}, and ${what}. ${cause?.detail ?? ''}`.trim(),
    decidedBy: cause?.decidedBy || routeText(proxied),
    at: cause?.at ?? dialOf(facts, proxied),
    why: [
      ...attempts.map((attempt) => step(`Tried: ${attemptText(attempt)}`, 'evidence')),
      ...(cause?.why ?? []),
      ...(rule ? [targetPortStep(evidence, rule)] : []),
      ...routeSteps(evidence, decision),
    ],
    ...(suggestion ? { suggestion } : {}),
  };
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
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection',
  EHOSTUNREACH: 'could not be reached: no route to host',
  ENETUNREACH: 'could not be reached: the network is unreachable',
  ETIMEDOUT: 'kept silent until the kernel gave up',
  EADDRINUSE: 'could not be dialled: no free port',
  EMSGSIZE: 'could not be reached: the message is too long',
  EPERM: 'could not be asked: a rule of the proxy’s own machine dropped the packet',
};

function attemptText({ upstream, result }: UpstreamAttempt): string {
  return `\`${joinHostPort(upstream.address, upstream.port)}\` ${RESULTS[result]}`;
}
