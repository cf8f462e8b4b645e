// Small edits that would mend the common mistakes. Offered as a change of the text, never applied unasked.

import type { Service } from '../api/types.ts';
import type { Listener } from '../netstack/sockets.ts';
import type { TextEdit } from '../view.ts';
import { editDistance, type NearMiss } from './endpoints.ts';
import type { Evidence } from './explain-walk.ts';
import { originOf } from './origin.ts';
import type { ServiceRule } from './service-rule.ts';

/** The selector's value as the pods have it. */
export function labelSuggestion(evidence: Evidence, service: Service, miss: NearMiss): TextEdit | undefined {
  const origin = originOf(evidence, service);
  const path = `spec.selector[${miss.key}]`;
  if (!origin?.source.has(path)) return undefined;
  return {
    title: miss.distance === 1 ? 'Suggested change, one letter' : 'Suggested change',
    range: origin.source.rangeOf(path),
    newText: miss.has,
  };
}

/** `targetPort` as the port that the pods listen on, where there is just one. */
export function targetPortSuggestion(evidence: Evidence, rule: ServiceRule, listeners: readonly Listener[]): TextEdit | undefined {
  const origin = originOf(evidence, rule.service);
  const protocol = (rule.port.protocol ?? 'TCP').toLowerCase();
  const ports = [
    ...new Set(listeners.filter((one) => one.protocol === protocol && !one.address.startsWith('127.')).map((one) => one.port)),
  ];
  const port = ports[0];
  if (!origin || port === undefined || ports.length !== 1) return undefined;
  const path = `spec.ports[${rule.index}].targetPort`;
  const title = 'Suggested change';
  if (origin.source.has(path)) return { title, range: origin.source.rangeOf(path), newText: String(port) };
  const portPath = `spec.ports[${rule.index}].port`;
  if (!origin.source.has(portPath)) return undefined;
  return { title, ...origin.source.behind(portPath, `targetPort: ${port}`) };
}

/** `targetPort` as the pods name their port, where there is one name, or one that is nearly the same. */
export function portNameSuggestion(evidence: Evidence, service: Service, index: number, names: readonly string[]): TextEdit | undefined {
  const origin = originOf(evidence, service);
  const path = `spec.ports[${index}].targetPort`;
  const wanted = String(service.spec.ports?.[index]?.targetPort ?? '');
  const near = names.filter((name) => editDistance(name, wanted) <= 2);
  const [name, ...others] = near.length > 0 ? near : names;
  if (!origin?.source.has(path) || name === undefined || others.length > 0) return undefined;
  return { title: 'Suggested change', range: origin.source.rangeOf(path), newText: name };
}

/** Another protocol for a port of the Service. */
export function protocolSuggestion(evidence: Evidence, service: Service, index: number, protocol: string): TextEdit | undefined {
  const origin = originOf(evidence, service);
  const [path, portPath] = [`spec.ports[${index}].protocol`, `spec.ports[${index}].port`];
  const title = 'Suggested change';
  if (origin?.source.has(path)) return { title, range: origin.source.rangeOf(path), newText: protocol };
  return origin?.source.has(portPath) ? { title, ...origin.source.behind(portPath, `protocol: ${protocol}`) } : undefined;
}
