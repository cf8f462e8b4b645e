// What a Gateway and its HTTPRoutes have to do with an answer: the match that chose the backend, the route that is not
// attached, the reference that may not be followed.

import type { Gateway, HTTPRoute } from '../api/gateway-types.ts';
import type { Service, ServicePort } from '../api/types.ts';
import { printBackend } from '../programs/ingress/backends.ts';
import type { Choice, ProxiedRequest } from '../programs/ingress/directory.ts';
import { listenerConflict } from '../programs/ingress/gateway-attachment.ts';
import type { BackendShare, MatchEntry } from '../programs/ingress/gateway-routes.ts';
import type { Reason, WhyStep } from '../view.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { whyNoEndpoints } from './no-endpoints.ts';
import { rangeOf, viewKey } from './origin.ts';

type Told = Pick<Reason, 'title' | 'detail' | 'why' | 'suggestion'>;
type GatewayChoice = Extract<Choice, { kind: 'gateway' }>;

/** The rule that chose the backend. */
export function gatewayRouting(
  evidence: Evidence,
  choice: GatewayChoice,
  { host, path }: ProxiedRequest['request'],
): { text: string; steps: WhyStep[]; service: Service | null; port: ServicePort | null } {
  const { decision, share } = choice;
  const entry = 'entry' in decision ? decision.entry : null;
  const { service = null, port = null } = share?.backend ?? {};
  const to = share?.backend ? printBackend(share.backend) : 'no backend';
  if (!entry) return { text: `${host}${path} -> ${to}`, steps: [], service, port };
  const text = `${viewKey(entry.route)} ${entry.field} -> ${to}`;
  return { text, steps: [ruleStep(evidence, entry), ...(share ? shareSteps(evidence, entry, share) : [])], service, port };
}

function ruleStep(evidence: Evidence, { route, match, field }: MatchEntry): WhyStep {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  const rest = [
    ...(match.method === undefined ? [] : [`method ${match.method}`]),
    ...(match.headers ?? []).map(({ name }) => `header ${name}`),
    ...(match.queryParams ?? []).map(({ name }) => `query ${name}`),
  ];
  const text = `\`${type} ${value}\`${rest.length > 0 ? ` with ${rest.join(', ')}` : ''} of HTTPRoute \`${route.metadata.name}\` fits best`;
  return step(text, 'cause', viewKey(route), rangeOf(evidence, route, field));
}

function shareSteps(evidence: Evidence, { route, rule, field }: MatchEntry, { ref, share }: BackendShare): WhyStep[] {
  if (share === 1) return [];
  const index = (rule.backendRefs ?? []).indexOf(ref);
  const text = `Picked by chance: \`${ref.name}\` gets ${Math.round(share * 100)} of 100 requests by its weight`;
  return [step(text, 'evidence', viewKey(route), rangeOf(evidence, route, `${field}.backendRefs[${index}].weight`))];
}

/** Why the controller answered itself, without asking an endpoint. */
export function gatewayAnswer(evidence: Evidence, proxied: ProxiedRequest, choice: GatewayChoice): Told {
  const { behaviour, ownStatus, request } = proxied;
  const { decision, share, gateway } = choice;
  const says = `${behaviour.program} answers ${ownStatus}`;
  const detail = `${behaviour.program} made the answer itself: it had nobody to ask.`;
  switch (decision.kind) {
    case 'redirect': {
      const title = `${says}: the route redirects to ${decision.redirect.location}.`;
      return { title, detail: 'No endpoint was asked.', why: [ruleStep(evidence, decision.entry)] };
    }
    case 'error': {
      const what = decision.why === 'no-backends' ? 'the rule names no backend' : 'the rule has a filter that is not known here';
      return { title: `${says}: ${what}.`, detail, why: [ruleStep(evidence, decision.entry)] };
    }
    case 'backends':
      return noBackend(evidence, { says, detail }, decision.entry, share);
    default: {
      const what = decision.kind === 'no-listener' ? noListener(gateway, request.host) : `no route fits ${request.host}${request.path}`;
      return { title: `${says}: ${what}.`, detail, why: unattached(evidence, gateway) };
    }
  }
}

function noListener(gateway: Gateway, host: string): string {
  const clashing = (gateway.spec?.listeners ?? []).filter((listener) => listenerConflict(gateway, listener)).map(({ name }) => name);
  const text = `no listener is for ${host}`;
  return clashing.length === 0 ? text : `${text}, and the listeners ${clashing.join(' and ')} are in conflict, so that none of them serves`;
}

const REASONS: Readonly<Record<NonNullable<BackendShare['reason']>, string>> = {
  InvalidKind: 'is of a kind that cannot be a backend',
  RefNotPermitted: 'is in another namespace, and no ReferenceGrant there permits it',
  BackendNotFound: 'does not exist, or has no such port',
  UnknownFilter: 'has a filter that is not known here',
};

function noBackend(
  evidence: Evidence,
  { says, detail }: { says: string; detail: string },
  entry: MatchEntry,
  share: BackendShare | null,
): Told {
  const name = share?.ref.name ?? '';
  const service = share?.backend?.service;
  const routing = [ruleStep(evidence, entry), ...(share ? shareSteps(evidence, entry, share) : [])];
  if (service) {
    const port = (service.spec.ports ?? []).find(({ port }) => port === share?.ref.port);
    const { why, suggestion } = whyNoEndpoints(evidence, service, port);
    const title = `${says}: Service ${name} has no ready endpoint.`;
    return { title, detail, why: [...routing, ...why], ...(suggestion ? { suggestion } : {}) };
  }
  const index = share ? (entry.rule.backendRefs ?? []).indexOf(share.ref) : 0;
  const text = `Backend \`${name}\` ${share?.reason ? REASONS[share.reason] : 'gets nothing'}`;
  const range = rangeOf(evidence, entry.route, `${entry.field}.backendRefs[${index}].name`);
  return { title: `${says}: backend ${name} cannot be used.`, detail, why: [...routing, step(text, 'cause', viewKey(entry.route), range)] };
}

/** Routes that ask for the Gateway and were not accepted, with the reason of their own status. */
function unattached(evidence: Evidence, gateway: Gateway): WhyStep[] {
  const { name, namespace } = gateway.metadata;
  return evidence.store.list<HTTPRoute>('HTTPRoute').flatMap((route) =>
    (route.status?.parents ?? []).flatMap(({ parentRef, conditions }) => {
      const isOurs = parentRef.name === name && (parentRef.namespace ?? route.metadata.namespace) === namespace;
      const accepted = conditions.find(({ type }) => type === 'Accepted');
      if (!isOurs || accepted?.status !== 'False') return [];
      const text = `HTTPRoute \`${route.metadata.name}\` is not attached: \`${accepted.reason}\`, ${accepted.message}`;
      return [step(text, 'cause', viewKey(route), rangeOf(evidence, route, 'spec.parentRefs'))];
    }),
  );
}
