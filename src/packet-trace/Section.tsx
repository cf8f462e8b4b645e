// One section of the inspector: a small heading and what stands under it.

import type { ReactNode } from 'react';

export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <section className="inspect-section">
      <h3>
        {title}
        {aside}
      </h3>
      {children}
    </section>
  );
}
