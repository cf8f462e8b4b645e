// The admission plugin DefaultIngressClass: a new Ingress that says nothing about its class gets the one that is marked
// as the default. Follows plugin/pkg/admission/network/defaultingressclass/admission.go, Kubernetes 1.33.

import type { Ingress, IngressClass } from './types.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** The Ingress as it is stored; of several default classes the newest counts, then the first by name. */
export function withDefaultIngressClass(ingress: Ingress, classes: readonly IngressClass[]): Ingress {
  if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return ingress;
  const [chosen] = classes
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_ANNOTATION] === 'true')
    .sort((a, b) => createdAt(b) - createdAt(a) || (a.metadata.name < b.metadata.name ? -1 : 1));
  return chosen ? { ...ingress, spec: { ...ingress.spec, ingressClassName: chosen.metadata.name } } : ingress;
}

function createdAt({ metadata }: IngressClass): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}
