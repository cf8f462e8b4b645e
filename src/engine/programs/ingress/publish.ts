// The status of an Ingress: the addresses at which its controller can be reached, written by the controller itself.
// Follows ingress-nginx internal/ingress/status/status.go (`--publish-service`, else the nodes that its pods run on).
// Gateways have more to tell: gateway-publish.ts.

import { hasLabels } from '../../api/label-selector.ts';
import type { Ingress, Pod, Service } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import type { Clock, Task } from '../../sim/clock.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { IngressDirectory } from './directory.ts';
import { publishGateways, type RunningController } from './gateway-publish.ts';
import { classMismatch } from './ingress-routes.ts';

/** Real controllers write once a minute; nobody should have to wait that long. */
const LAG_US = 300_000;

const WATCHED = ['Ingress', 'IngressClass', 'Service', 'Gateway', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant', 'Namespace', 'Secret'];

/** Writes the status of everything that has a running controller. */
export class IngressPublisher {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #directory: IngressDirectory;
  readonly #controllers = new Map<string, IngressBehaviour>();
  #task: Task | null = null;

  constructor(store: ObjectStore, clock: Clock, directory: IngressDirectory) {
    this.#store = store;
    this.#clock = clock;
    this.#directory = directory;
    for (const kind of WATCHED) store.watch(kind, () => this.#schedule());
  }

  /** A controller runs in this pod, `NAMESPACE/NAME`. */
  started(pod: string, behaviour: IngressBehaviour): void {
    this.#controllers.set(pod, behaviour);
    this.#schedule();
  }

  stopped(pod: string): void {
    if (this.#controllers.delete(pod)) this.#schedule();
  }

  #schedule(): void {
    if (this.#controllers.size === 0) return;
    this.#task ??= this.#clock.after(LAG_US, () => {
      this.#task = null;
      const running = [...this.#controllers].map(([pod, behaviour]) => ({ behaviour, addresses: this.#addressesOf(pod) }));
      this.#publishIngresses(running);
      publishGateways({ store: this.#store, clock: this.#clock, directory: this.#directory }, running);
    });
  }

  #publishIngresses(running: readonly RunningController[]): void {
    for (const ingress of this.#store.list<Ingress>('Ingress')) {
      const own = running.filter(({ behaviour: { config } }) => config && classMismatch(this.#directory.objects, config, ingress) === null);
      const ips = [...new Set(own.flatMap(({ addresses }) => addresses))].sort();
      const known = (ingress.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? '');
      if (own.length === 0 || ips.join() === known.join()) continue;
      this.#store.updateStatus<Ingress>({ ...ingress, status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } } });
    }
  }

  /** Those of the LoadBalancer Service that selects the pod, else that of the pod's node. */
  #addressesOf(key: string): readonly string[] {
    const [namespace = '', name = ''] = key.split('/');
    const pod = this.#store.get<Pod>('Pod', namespace, name);
    if (!pod) return [];
    const services = this.#store.list<Service>('Service', namespace);
    const published = services.filter(
      ({ spec }) => spec.type === 'LoadBalancer' && spec.selector && hasLabels(pod.metadata.labels, spec.selector),
    );
    const outer = published.flatMap(({ status }) => (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : [])));
    return outer.length > 0 ? outer : [pod.status?.hostIP ?? ''].filter((ip) => ip !== '');
  }
}
