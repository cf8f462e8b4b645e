// Why a Service has no ready endpoint: nobody writes them, its pods are not ready, or its selector matches none. The
// same causes stand behind a node's REJECT and an ingress controller's 503.

import type { Pod, Service } from '../api/types.ts';
import type { TextEdit, WhyStep } from '../view.ts';
import { candidatesOf, nearMiss } from './endpoints.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { type NotReady, probeSuggestion, whyNotReady } from './not-ready.ts';
import { rangeOf, viewKey } from './origin.ts';
import { labelSuggestion } from './suggestions.ts';

export interface NoEndpoints {
  readonly cause: 'no-selector' | 'not-ready' | 'no-match';
  readonly why: readonly WhyStep[];
  readonly suggestion?: TextEdit;
}

export function whyNoEndpoints(evidence: Evidence, service: Service): NoEndpoints {
  const { name } = service.metadata;
  const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (selector.length === 0) {
    const text = `Service \`${name}\` has no selector, and nobody wrote endpoints for it`;
    return { cause: 'no-selector', why: [step(text, 'cause', viewKey(service), rangeOf(evidence, service, 'spec'))] };
  }
  const matching = candidatesOf(evidence.store, service).filter(({ why }) => why.startsWith('its labels match'));
  if (matching.length === 0) return noMatch(evidence, service, selector.join(','));
  const pods = matching.slice(0, 3).map(({ pod }) => ({ pod, why: whyNotReady(evidence.store, pod) ?? READY }));
  const slice = step(`EndpointSlice of \`${name}\` lists no ready endpoint`, 'evidence', viewKey(service));
  const suggestion = pods.map(({ pod, why }) => probeSuggestion(evidence, pod, why)).find(Boolean);
  return { cause: 'not-ready', why: [slice, ...pods.map((one) => notReady(evidence, one))], ...(suggestion ? { suggestion } : {}) };
}

/** A pod that has become ready, where the slices do not know yet. */
const READY: NotReady = { text: 'the EndpointSlice lags behind', path: 'spec' };

function notReady(evidence: Evidence, { pod, why }: { readonly pod: Pod; readonly why: NotReady }): WhyStep {
  return step(`Pod \`${pod.metadata.name}\` is not ready: ${why.text}`, 'cause', viewKey(pod), rangeOf(evidence, pod, why.path));
}

function noMatch(evidence: Evidence, service: Service, selector: string): NoEndpoints {
  const key = viewKey(service);
  const slice = step(`EndpointSlice of \`${service.metadata.name}\` is empty: no pod matches \`${selector}\``, 'evidence', key);
  const miss = nearMiss(evidence.store, service);
  const pod = miss?.pods[0];
  if (!miss || !pod)
    return { cause: 'no-match', why: [slice, step('The selector', 'cause', key, rangeOf(evidence, service, 'spec.selector'))] };
  const letters = miss.distance === 1 ? 'one letter' : `${miss.distance} letters`;
  const count = miss.pods.length === 1 ? '1 pod differs' : `${miss.pods.length} pods differ`;
  const label = rangeOf(evidence, pod, `metadata.labels[${miss.key}]`);
  const suggestion = labelSuggestion(evidence, service, miss);
  return {
    cause: 'no-match',
    why: [
      slice,
      step(`${count} by ${letters}: \`${miss.key}=${miss.has}\``, 'evidence', viewKey(pod), label),
      step('The selector that asks for it', 'cause', key, rangeOf(evidence, service, `spec.selector[${miss.key}]`)),
    ],
    ...(suggestion ? { suggestion } : {}),
  };
}
