// A note over the drawing where NetworkPolicies were applied and the CNI takes no notice of them.

import { usePage, useSimulation } from '../state/page.ts';

export function CNINote() {
  const page = usePage();
  const idle = useSimulation((mirror) =>
    mirror.objects.find((object) => object.kind === 'NetworkPolicy' && 'summary' in object && object.summary.startsWith('not enforced')),
  );
  if (!idle) return null;
  return (
    <p className="cni-note" role="note">
      <button type="button" className="link" onClick={() => page.select(idle.key)}>
        This CNI does not enforce NetworkPolicies
      </button>
    </p>
  );
}
