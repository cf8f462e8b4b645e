// Which certificate a controller shows for a name: that of the Secret in `tls` of an Ingress that it serves, or of an
// HTTPS listener of its Gateways; without one, the one that it made for itself. ingress-nginx: the default certificate of
// internal/net/ssl/ssl.go (GetFakeSSLCert); Traefik: pkg/tls/generate. What stands in a Secret is not read: it counts as
// signed by somebody whom clients trust, for the hosts that are listed beside it.

import type { KubeObject } from '../../api/types.ts';
import type { Certificate } from '../tls.ts';
import type { IngressBehaviour } from './controllers.ts';
import type { IngressDirectory } from './directory.ts';
import { covers, hostName } from './hosts.ts';
import { classMismatch } from './ingress-routes.ts';
import { tlsEntriesFor } from './tls-and-limits.ts';

const OWN: Readonly<Record<string, Certificate>> = {
  'ingress-nginx': { subject: 'Kubernetes Ingress Controller Fake Certificate', names: ['ingress.local'], isTrusted: false },
  'nginx-ingress': { subject: 'NGINXIngressController', names: [], isTrusted: false },
  traefik: { subject: 'TRAEFIK DEFAULT CERT', names: [], isTrusted: false },
};

/** The certificate for a client that asks for `serverName`. */
export function certificateFor(behaviour: IngressBehaviour, directory: IngressDirectory, serverName: string): Certificate {
  const host = hostName(serverName);
  const own = OWN[behaviour.program] ?? { subject: behaviour.program, names: [], isTrusted: false };
  return ofGateways(behaviour, directory, host) ?? ofIngresses(behaviour, directory, host) ?? own;
}

function ofIngresses({ config }: IngressBehaviour, { objects, gatewayObjects }: IngressDirectory, host: string): Certificate | null {
  if (!config) return null;
  for (const ingress of objects.ingresses()) {
    if (classMismatch(objects, config, ingress) !== null) continue;
    for (const { hosts = [], secretName } of tlsEntriesFor(ingress, host)) {
      const secret = secretName ? gatewayObjects.secret(ingress.metadata.namespace ?? '', secretName) : undefined;
      if (secret) return signed(secret, hosts.length > 0 ? hosts : [host]);
    }
  }
  return null;
}

function ofGateways({ gatewayController }: IngressBehaviour, directory: IngressDirectory, host: string): Certificate | null {
  for (const gateway of gatewayController === null ? [] : directory.gatewaysOf(gatewayController)) {
    for (const { protocol, hostname = '', tls } of gateway.spec?.listeners ?? []) {
      if (protocol !== 'HTTPS' || (hostname !== '' && !covers(hostname.toLowerCase(), host))) continue;
      for (const { namespace = gateway.metadata.namespace ?? '', name } of tls?.certificateRefs ?? []) {
        const secret = directory.gatewayObjects.secret(namespace, name);
        if (secret) return signed(secret, [hostname === '' ? host : hostname]);
      }
    }
  }
  return null;
}

function signed({ metadata }: KubeObject, names: readonly string[]): Certificate {
  return { subject: `${names[0]} (Secret ${metadata.namespace}/${metadata.name})`, names, isTrusted: true };
}
