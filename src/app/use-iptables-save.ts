// `iptables-save -c` of the machines that the Wire zoom opens, asked once for each run.

import { useEffect, useState } from 'react';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import type { HopInView } from '../state/stepping.ts';

type Saved = Readonly<Record<string, string>>;
const nothing: Saved = {};

/** By node, as far as it is known. Nothing is asked at the other zooms. */
export function useIptablesSave(view: HopInView | null): Saved {
  const { run } = usePage();
  const answered = useSimulation((mirror) => mirror.answered);
  const isWire = useUi((ui) => ui.zoom === 'wire');
  const isNode = useSimulation((mirror) =>
    view ? mirror.objects.some(({ kind, name }) => kind === 'Node' && name === view.hop.node) : false,
  );
  const node = isWire && view && isNode ? view.hop.node : null;
  const [kept, setKept] = useState({ answered, saved: nothing });
  const saved = kept.answered === answered ? kept.saved : nothing;
  const isKnown = node !== null && node in saved;
  useEffect(() => {
    if (node === null || isKnown) return;
    let isCurrent = true;
    run.inspectNode(node).then((inspection) => {
      if (!isCurrent || !inspection) return;
      const own = { [node]: inspection.iptablesSave };
      setKept((before) => ({ answered, saved: before.answered === answered ? { ...before.saved, ...own } : own }));
    });
    return () => {
      isCurrent = false;
    };
  }, [run, node, isKnown, answered]);
  return saved;
}
