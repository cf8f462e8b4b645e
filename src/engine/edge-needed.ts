// Whether a text has anything of the cluster's edge in it: its kinds, or an image that works as an ingress controller.

const EDGE = /\bkind["']?\s*:\s*["']?(NetworkPolicy|Ingress|IngressClass|Gateway|GatewayClass|HTTPRoute|ReferenceGrant)\b|ingress|traefik/i;

/** False only when a run without `edge.ts` comes out the same. */
export function needsEdge(text: string): boolean {
  return EDGE.test(text);
}
