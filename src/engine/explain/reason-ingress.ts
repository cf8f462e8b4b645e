// What an Ingress has to do with an answer: the rule that chose the Service, the rule that is missing, the class that is
// another controller's, the Service that is not there or has nobody behind it.

import { nearest } from '../api/nearest.ts';
import type { Ingress, Service, ServicePort } from '../api/types.ts';
import { printBackend } from '../programs/ingress/backends.ts';
import type { Choice, ProxiedRequest } from '../programs/ingress/directory.ts';
import { hostName } from '../programs/ingress/hosts.ts';
import type { ClassMismatch, PathRoute, RouteDecision } from '../programs/ingress/ingress-routes.ts';
import type { Reason, TextEdit, WhyStep } from '../view.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { whyNoEndpoints } from './no-endpoints.ts';
import { originOf, rangeOf, viewKey } from './origin.ts';

type Told = Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'>;
type IngressChoice = Extract<Choice, { kind: 'ingress' }>;

/** The rule and the path, or the default backend, that chose the Service. */
export function ingressRouting(
  evidence: Evidence,
  decision: RouteDecision,
  request: ProxiedRequest['request'],
): { text: string; steps: WhyStep[]; service: Service | null; port: ServicePort | null } {
  const { service = null, port = null } = decision.backend ?? {};
  return { text: routeText(decision, request), steps: routeSteps(evidence, decision), service, port };
}

function routeText({ route, server, backend, via }: RouteDecision, { host, path }: ProxiedRequest['request']): string {
  const to = backend ? printBackend(backend) : 'no backend';
  if (route) return `${server.host || '*'}${route.path} ${route.pathType} -> ${to}`;
  return via === 'defaultBackend' ? `${server.host || '*'} defaultBackend -> ${to}` : `${host}${path} -> ${to}`;
}

function routeSteps(evidence: Evidence, { route, ingress, backend, via }: RouteDecision): WhyStep[] {
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

/** Why the controller answered itself, without asking an endpoint. */
export function ingressAnswer(evidence: Evidence, proxied: ProxiedRequest, choice: IngressChoice): Told {
  const { backend } = choice.decision;
  if (backend?.problem) return noBackend(evidence, proxied, choice.decision);
  if (backend) return redirected(evidence, proxied, choice.decision);
  return choice.decision.server.host === '' ? noHost(evidence, proxied, choice) : noPath(evidence, proxied, choice);
}

function redirected(evidence: Evidence, { behaviour, ownStatus }: ProxiedRequest, { ingress }: RouteDecision): Told {
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

function madeItself({ behaviour }: ProxiedRequest): string {
  return `No Service was asked: ${behaviour.program} made the 404 itself.`;
}

function noPath(evidence: Evidence, proxied: ProxiedRequest, { decision: { server } }: IngressChoice): Told {
  return {
    title: `${proxied.behaviour.program} answers 404: no path of ${server.host} fits ${proxied.request.path}.`,
    detail: `${madeItself(proxied)} The host is known, and no other host's rules are tried.`,
    why: [...server.exact.values(), ...server.prefixes].map((route) => pathStep(evidence, route)),
  };
}

function noHost(evidence: Evidence, proxied: ProxiedRequest, { decision: { server }, table }: IngressChoice): Told {
  const host = hostName(proxied.request.host);
  const ignored = table.ignored.filter(({ ingress }) => lists(ingress, host));
  const hosts = [...table.servers.keys()].filter((one) => one !== '');
  const near = nearest(host, hosts);
  const known = hosts.length > 0 ? `Hosts with rules: ${hosts.map((one) => `\`${one}\``).join(', ')}` : 'No Ingress is served here';
  return {
    title: `${proxied.behaviour.program} answers 404: no rule is for the host ${host || '(none)'}.`,
    detail: `${madeItself(proxied)}${ignored.length > 0 ? ' An Ingress lists the host, but it is not this controller’s.' : ''}`,
    why: [
      ...ignored.map(({ ingress, why }) => mismatchStep(evidence, table.config.controller, ingress, why)),
      ...[...server.exact.values(), ...server.prefixes].map((route) => pathStep(evidence, route)),
      step(known, 'evidence'),
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

function mismatchStep(evidence: Evidence, controller: string, ingress: Ingress, why: ClassMismatch): WhyStep {
  const name = `Ingress \`${ingress.metadata.name}\``;
  const className = ingress.spec?.ingressClassName ?? '';
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
  const { reference, service, problem } = decision.backend ?? {};
  const name = reference?.service ?? '';
  const says = `${behaviour.program} answers ${ownStatus}`;
  const detail = `${behaviour.program} made the answer itself: it had nobody to ask.`;
  const routing = routeSteps(evidence, decision);
  if (!service) {
    const suggestion = serviceNameSuggestion(evidence, decision);
    const why = [...routing, step(`There is no Service \`${name}\` in namespace \`${reference?.namespace}\``, 'cause')];
    return { title: `${says}: Service ${name} does not exist.`, detail, why, ...(suggestion ? { suggestion } : {}) };
  }
  if (problem === 'no-port') {
    const ports = (service.spec.ports ?? []).map((port) => `\`${port.port}\`${port.name ? ` (${port.name})` : ''}`).join(', ');
    const text = `Service \`${name}\` has the ports ${ports || 'none'}, not \`${reference?.port}\``;
    const why = [...routing, portStep(evidence, decision), step(text, 'cause', viewKey(service), rangeOf(evidence, service, 'spec.ports'))];
    return { title: `${says}: Service ${name} has no port ${reference?.port}.`, detail, why };
  }
  const port = (service.spec.ports ?? []).find(({ name, port }) => name === reference?.port || port === reference?.port);
  const { why, suggestion } = whyNoEndpoints(evidence, service, port);
  const title = `${says}: Service ${name} has no ready endpoint.`;
  return { title, detail, why: [...routing, ...why], ...(suggestion ? { suggestion } : {}) };
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
