// How kube-proxy names things: service ports, their chains, probabilities. Follows portProtoHash,
// servicePortEndpointChainName and computeProbability in pkg/proxy/iptables/proxier.go, v1.33.

import { base32, sha256 } from './sha256.ts';

export const SERVICE_CHAIN_PREFIXES = ['KUBE-SVC-', 'KUBE-SVL-', 'KUBE-FW-', 'KUBE-EXT-', 'KUBE-SEP-'] as const;
export type ServiceChainPrefix = Exclude<(typeof SERVICE_CHAIN_PREFIXES)[number], 'KUBE-SEP-'>;

const HASH_LENGTH = 16;

/** `namespace/name:port`, or `namespace/name` when the port has no name. */
export function servicePortName(namespace: string, name: string, portName: string): string {
  return portName === '' ? `${namespace}/${name}` : `${namespace}/${name}:${portName}`;
}

/** The 16 characters that all chains of one service port share. */
export function servicePortHash(servicePort: string, protocol: string): string {
  return hashOf(servicePort + protocol.toLowerCase());
}

/** `KUBE-SVC-XPGD46QRK7WJZT7O` for service port `ns1/svc1:p80` and protocol TCP. */
export function servicePortChainName(prefix: ServiceChainPrefix, servicePort: string, protocol: string): string {
  return prefix + servicePortHash(servicePort, protocol);
}

/** The chain of one endpoint (`10.0.1.1:80`, `[fd00::1]:80`) of a service port. */
export function servicePortEndpointChainName(servicePort: string, protocol: string, endpoint: string): string {
  return `KUBE-SEP-${hashOf(servicePort + protocol.toLowerCase() + endpoint)}`;
}

/** A cluster that is edited has nearly the same names again. */
const known = new Map<string, string>();
const MOST_KNOWN = 50_000;

function hashOf(text: string): string {
  let hash = known.get(text);
  if (hash === undefined) {
    hash = base32(sha256(text), HASH_LENGTH);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, hash);
  }
  return hash;
}

/** Whether a chain is one that kube-proxy makes per service port, and removes when it is stale. */
export function isServiceChainName(chain: string): boolean {
  return SERVICE_CHAIN_PREFIXES.some((prefix) => chain.startsWith(prefix));
}

/** The probability of taking one of `n` remaining endpoints, with ten decimals. */
export function computeProbability(n: number): string {
  return (1 / n).toFixed(10);
}
