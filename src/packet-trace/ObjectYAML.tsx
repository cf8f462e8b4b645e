// An object as the API server holds it, folded until asked for.

import { useState } from 'react';
import { TextBox } from './RuleBox.tsx';
import { useShown } from './use-shown.ts';

/** `place` as kubectl is told of it: `pod web -n shop`. */
export function ObjectYAML({ place }: { place: string }) {
  const [isOpen, setOpen] = useState(false);
  const yaml = useShown(isOpen ? `kubectl get ${place} -o yaml` : null);
  return (
    <details className="header-bytes" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>kubectl get -o yaml</summary>
      {yaml && <TextBox lines={yaml} />}
    </details>
  );
}
