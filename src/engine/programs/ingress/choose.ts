// What a controller makes of one request: an answer of its own, or endpoints to dial and the request for them. Gateways
// are asked before Ingress objects where a controller serves both.

import type { HeaderModifier } from '../../api/gateway-types.ts';
import type { Random } from '../../sim/random.ts';
import { printBackend, serviceUpstream, type Upstream } from './backends.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { Choice, IngressDirectory } from './directory.ts';
import { type BackendShare, decideGatewayRoute } from './gateway-routes.ts';
import { decideRoute } from './ingress-routes.ts';
import { type HTTPRequestText, headersOf, rewritten } from './proxy-http.ts';
import { dialsService, type Limits, limitsFor, redirectToTLS } from './tls-and-limits.ts';

/** What to do, and what it was decided from. */
export interface Plan {
  readonly choice: Choice;
  readonly action:
    | { readonly kind: 'answer'; readonly status: number; readonly location?: string }
    | {
        readonly kind: 'forward';
        readonly upstreams: readonly Upstream[];
        /** The key under which the endpoints take turns. */
        readonly backend: string;
        /** The upstream is a name, not an address. */
        readonly isName: boolean;
        readonly limits: Limits;
        readonly request: HTTPRequestText;
        readonly responseModifiers: readonly HeaderModifier[];
      };
}

/** `random` picks among weighted backends. */
export function choose(
  behaviour: IngressBehaviour,
  directory: IngressDirectory,
  request: HTTPRequestText,
  { port, random, isTLS }: { readonly port: number; readonly random: Random; readonly isTLS: boolean },
): Plan {
  const gateways = behaviour.gatewayController === null ? [] : directory.gatewaysOf(behaviour.gatewayController);
  const headers = headersOf(request);
  const plans = gateways.map((gateway): Plan => {
    const asked = { ...request, headers, port };
    const decision = decideGatewayRoute(directory.gatewayTable(gateway), directory.gatewayObjects, asked);
    const share = decision.kind === 'backends' ? pick(decision.shares, random) : null;
    const choice: Choice = { kind: 'gateway', gateway, decision, share };
    if (decision.kind === 'redirect') return { choice, action: { kind: 'answer', ...decision.redirect } };
    if (decision.kind !== 'backends') return { choice, action: { kind: 'answer', status: decision.status } };
    return { choice, action: share ? forwardShare(behaviour, share, request) : { kind: 'answer', status: 500 } };
  });
  const served = plans.find(({ action }) => action.kind === 'forward' || action.status !== 404);
  if (served) return served;
  if (behaviour.config) return chooseIngress(behaviour, directory, request, isTLS);
  return plans[0] ?? { choice: { kind: 'nothing-served' }, action: { kind: 'answer', status: 404 } };
}

function chooseIngress(behaviour: IngressBehaviour, directory: IngressDirectory, request: HTTPRequestText, isTLS: boolean): Plan {
  if (!behaviour.config) return { choice: { kind: 'nothing-served' }, action: { kind: 'answer', status: 404 } };
  const table = directory.table(behaviour.config);
  const decision = decideRoute(table, directory.objects, request);
  const choice: Choice = { kind: 'ingress', decision, table };
  const redirect = isTLS ? null : redirectToTLS(behaviour, decision, request);
  if (redirect) return { choice, action: { kind: 'answer', ...redirect } };
  const { backend, ingress } = decision;
  if (!backend) return { choice, action: { kind: 'answer', status: 404 } };
  const viaService = dialsService(behaviour, ingress);
  // Nobody looks at endpoints who dials the Service.
  if (backend.problem && !(viaService && backend.problem === 'no-endpoints'))
    return { choice, action: { kind: 'answer', status: behaviour.statusFor[backend.problem] } };
  const { service } = backend;
  const upstreams = viaService ? serviceUpstream(backend) : backend.upstreams;
  const limits = limitsFor(behaviour, ingress, upstreams.length);
  const isName = service?.spec.type === 'ExternalName';
  return { choice, action: { kind: 'forward', upstreams, backend: printBackend(backend), isName, limits, request, responseModifiers: [] } };
}

function forwardShare(behaviour: IngressBehaviour, share: BackendShare, request: HTTPRequestText): Plan['action'] {
  const { backend, status, responseModifiers } = share;
  if (status !== 200 || !backend) return { kind: 'answer', status };
  const { upstreams, service } = backend;
  return {
    kind: 'forward',
    upstreams,
    backend: printBackend(backend),
    isName: service?.spec.type === 'ExternalName',
    limits: limitsFor(behaviour, null, upstreams.length),
    request: rewritten(request, share.request),
    responseModifiers,
  };
}

/** One backend by chance, in the proportion of the weights. */
function pick(shares: readonly BackendShare[], random: Random): BackendShare | null {
  if (shares.length === 1) return shares[0] ?? null;
  let rest = random.float();
  for (const share of shares) {
    rest -= share.share;
    if (rest < 0) return share;
  }
  return shares.at(-1) ?? null;
}
