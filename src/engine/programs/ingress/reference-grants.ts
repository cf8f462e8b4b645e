// May an object of one namespace refer to an object of another? Only where a ReferenceGrant beside the target says so.
// Follows gateway-api apis/v1beta1/referencegrant_types.go @ 4564255ac2c3.

import { GATEWAY_GROUP, type ReferenceGrant } from '../../api/gateway-types.ts';

export interface GrantObjects {
  referenceGrants(namespace: string): readonly ReferenceGrant[];
}

interface Reference {
  /** A kind of the Gateway API. */
  readonly from: { readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

export function isPermitted(objects: GrantObjects, { from, to }: Reference): boolean {
  if (from.namespace === to.namespace) return true;
  return objects.referenceGrants(to.namespace).some(({ spec }) => {
    const fitsFrom = spec?.from?.some(
      ({ group, kind, namespace }) => group === GATEWAY_GROUP && kind === from.kind && namespace === from.namespace,
    );
    const fitsTo = spec?.to?.some(
      ({ group = '', kind, name = '' }) => group === to.group && kind === to.kind && (name === '' || name === to.name),
    );
    return fitsFrom === true && fitsTo === true;
  });
}
