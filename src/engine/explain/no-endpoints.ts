// Why a port of a Service leads nowhere: nobody writes its endpoints, none has such a port, its pods are not ready, its
// selector matches none, or the news has not come yet. The same causes stand behind a node's REJECT and a 503.

import type { Pod, Service, ServicePort } from '../api/types.ts';
import type { ServiceEndpointView, TextEdit, WhyStep } from '../view.ts';
import { candidatesOf, endpointsOf, nearMiss } from './endpoints.ts';
import type { Evidence } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { type NotReady, probeSuggestion, whyNotReady } from './not-ready.ts';
import { rangeOf, viewKey } from './origin.ts';
import { labelSuggestion, portNameSuggestion } from './suggestions.ts';

export interface NoEndpoints {
  readonly cause: 'no-selector' | 'no-port' | 'not-ready' | 'no-match' | 'late';
  readonly why: readonly WhyStep[];
  readonly suggestion?: TextEdit;
}

/** `port` is the one that was asked for, where it is one of the Service's. */
export function whyNoEndpoints(evidence: Evidence, service: Service, port?: ServicePort): NoEndpoints {
  const { name } = service.metadata;
  const ready = endpointsOf(evidence.store, service).filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return (port && noPort(evidence, service, port, ready)) ?? late(service, ready);
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

/** There are endpoints, and none of them has the port: a container port, or a port of a slice written by hand, is called otherwise. */
function noPort(evidence: Evidence, service: Service, port: ServicePort, ready: readonly ServiceEndpointView[]): NoEndpoints | null {
  if (ready.some(({ ports }) => ports.some(({ name }) => name === (port.name ?? '')))) return null;
  const index = (service.spec.ports ?? []).indexOf(port);
  const asks = (field: string) => rangeOf(evidence, service, `spec.ports[${index}].${field}`);
  const key = viewKey(service);
  const pods = ready
    .flatMap(({ pod }) => (pod ? [evidence.store.get<Pod>('Pod', ...placeOf(pod))] : []))
    .filter((pod) => pod !== undefined);
  if (typeof port.targetPort !== 'string' || pods.length === 0) {
    const listed = [...new Set(ready.flatMap(({ ports }) => ports.map(({ name }) => `\`${name}\``)))].join(', ');
    const text = `Its EndpointSlice has ${listed ? `the ports ${listed}` : 'no port'}, and none called \`${port.name ?? ''}\``;
    return { cause: 'no-port', why: [step(text, 'cause', key, asks(port.name === undefined ? 'port' : 'name'))] };
  }
  const [pod] = pods as [Pod, ...Pod[]];
  const names = pod.spec.containers.flatMap(({ ports = [] }) => ports.flatMap(({ name }) => (name ? [name] : [])));
  const has = names.length > 0 ? `has ${names.map((name) => `\`${name}\``).join(', ')}` : 'names none of its ports';
  const suggestion = portNameSuggestion(evidence, service, index, names);
  return {
    cause: 'no-port',
    why: [
      step(
        `It selects ${count(ready.length, 'ready pod')}, and no container port of theirs is called \`${port.targetPort}\``,
        'evidence',
        key,
      ),
      step(`Pod \`${pod.metadata.name}\` ${has}`, 'evidence', viewKey(pod), rangeOf(evidence, pod, 'spec.containers[0].ports')),
      step('The `targetPort` that asks for it', 'cause', key, asks('targetPort')),
    ],
    ...(suggestion ? { suggestion } : {}),
  };
}

/** The slices know of endpoints, and whoever answered did not. */
function late(service: Service, ready: readonly ServiceEndpointView[]): NoEndpoints {
  const text = `EndpointSlice of \`${service.metadata.name}\` lists ${count(ready.length, 'ready endpoint')}, and that has not come here yet`;
  return { cause: 'late', why: [step(text, 'cause', viewKey(service))] };
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** Namespace and name of a view key, `Pod/default/web-1`. */
function placeOf(key: string): [namespace: string, name: string] {
  const [, namespace = '', name = ''] = key.split('/');
  return [namespace, name];
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
