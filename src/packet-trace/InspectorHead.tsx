// The head of an object's inspector, with the way back to the packet.

import type { ReactNode } from 'react';
import { usePage } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';

export function InspectorHead({ icon, name, kind }: { icon: ReactNode; name: string; kind: string }) {
  const page = usePage();
  return (
    <header className="inspect-head">
      {icon && (
        <span className="inspect-icon" aria-hidden="true">
          {icon}
        </span>
      )}
      <h2 className="inspect-name">{name}</h2>
      <span className="inspect-quiet inspect-kind">{kind}</span>
      <Button look="ghost" icon="close" aria-label="Back to the packet" title="Back to the packet" onClick={() => page.select(null)} />
    </header>
  );
}
