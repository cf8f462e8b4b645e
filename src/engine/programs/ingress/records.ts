// The DNS records that an external-dns would make: the hosts of Ingress rules and of attached HTTPRoutes, at the addresses
// that stand in the status of the Ingress or the Gateway. Follows kubernetes-sigs/external-dns source/{ingress,gateway_httproute}.go.

import type { Gateway, HTTPRoute, RouteParentStatus } from '../../api/gateway-types.ts';
import type { Ingress } from '../../api/types.ts';
import type { ObjectStore } from '../../apiserver/types.ts';
import { parseAddress } from '../../net/address.ts';
import type { DNSRecord } from '../../net/packet.ts';

const TTL_SECONDS = 300;

/** The records, made anew only when an object behind them has changed. */
export class ExternalRecords {
  readonly #store: ObjectStore;
  #known: { readonly from: readonly unknown[]; readonly records: readonly DNSRecord[] } | null = null;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  list(): readonly DNSRecord[] {
    const ingresses = this.#store.list<Ingress>('Ingress');
    const routes = this.#store.list<HTTPRoute>('HTTPRoute');
    const gateways = this.#store.list<Gateway>('Gateway');
    // The store gives the same list until an object of the kind changes.
    const from = [ingresses, routes, gateways];
    if (!this.#known?.from.every((list, i) => list === from[i]))
      this.#known = { from, records: withoutRepeats([...ingressRecords(ingresses), ...gatewayRecords(routes, gateways)]) };
    return this.#known?.records ?? [];
  }
}

/** Several rules may be for one host. */
function withoutRepeats(records: readonly DNSRecord[]): readonly DNSRecord[] {
  return [...new Map(records.map((record) => [`${record.name} ${record.data}`, record])).values()];
}

function ingressRecords(ingresses: readonly Ingress[]): readonly DNSRecord[] {
  return ingresses.flatMap(({ spec, status }) => {
    const ips = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
    const hosts = (spec?.rules ?? []).flatMap(({ host }) => host || []);
    return hosts.flatMap((host) => hostRecords(host, ips));
  });
}

function gatewayRecords(routes: readonly HTTPRoute[], gateways: readonly Gateway[]): readonly DNSRecord[] {
  const addresses = new Map(
    gateways.map(({ metadata, status }) => [`${metadata.namespace}/${metadata.name}`, (status?.addresses ?? []).map(({ value }) => value)]),
  );
  return routes.flatMap(({ metadata, spec, status }) =>
    (status?.parents ?? []).filter(isAccepted).flatMap(({ parentRef }) => {
      const ips = addresses.get(`${parentRef.namespace ?? metadata.namespace}/${parentRef.name}`) ?? [];
      return (spec?.hostnames ?? []).flatMap((host) => hostRecords(host, ips));
    }),
  );
}

function isAccepted({ conditions }: RouteParentStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Accepted' && status === 'True');
}

function hostRecords(host: string, ips: readonly string[]): readonly DNSRecord[] {
  const name = `${host.toLowerCase()}.`;
  return ips.filter((ip) => parseAddress(ip) !== null).map((data) => ({ name, type: 'A', ttl: TTL_SECONDS, data }));
}
