// What answers beyond the nodes: the forwarder of names on the router, the host on the internet, the API server's port.

import type { DNSRecord } from './net/packet.ts';
import { type ClusterNetwork, CONTROL_PLANE_ADDRESS, INTERNET_ADDRESS, ROUTER_ADDRESS } from './node/cluster-network.ts';
import { startForwarder } from './programs/dns/server.ts';
import { startServer } from './programs/server.ts';
import type { Certificate } from './programs/tls.ts';

/** `records` is asked at every question: names come and go. */
export function startWorldPrograms({ router, internet, controlPlane }: ClusterNetwork, records: () => readonly DNSRecord[]): void {
  startForwarder(router, ROUTER_ADDRESS, records);
  for (const port of [80, 443])
    startServer(
      internet,
      { name: 'internet', program: 'web server', ...(port === 443 && { certificateFor: certificateOf }) },
      { protocol: 'tcp', address: INTERNET_ADDRESS, port },
    );
  startServer(
    controlPlane,
    { name: 'kube-apiserver', program: 'kube-apiserver' },
    { protocol: 'tcp', address: CONTROL_PLANE_ADDRESS, port: 6443 },
  );
}

/** Hosts of the internet have certificates for their names. */
function certificateOf(serverName: string): Certificate {
  return { subject: serverName, names: [serverName], isTrusted: true };
}
