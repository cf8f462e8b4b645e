// Which Service a rule of kube-proxy's was written for. kube-proxy says so in every rule's comment:
// `default/web:http cluster IP`, `default/web -> 10.244.2.17:8080`, `default/web has no endpoints`.

import type { Service, ServicePort } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';

export interface ServiceRule {
  readonly service: Service;
  readonly port: ServicePort;
  /** The port's place in `spec.ports`. */
  readonly index: number;
}

const NAMED = /--comment "?([a-z0-9-]+)\/([a-z0-9.-]+)(?::([a-z0-9-]+))?(?=[ "]|$)/;

export function serviceOfRule(store: ObjectStore, ruleText: string): ServiceRule | null {
  const match = ruleText.match(NAMED);
  if (!match) return null;
  const service = store.get<Service>('Service', match[1] as string, match[2] as string);
  const ports = service?.spec.ports ?? [];
  const index = ports.findIndex((port) => (port.name ?? '') === (match[3] ?? ''));
  const port = ports[index];
  return service && port ? { service, port, index } : null;
}
