// A dialog over the page. No dialog is open on the first screen, so that what it is made of is loaded when one opens.

import { lazy, type ReactNode, Suspense, useState } from 'react';

const DialogCard = lazy(() => import('./DialogCard.tsx').then((module) => ({ default: module.DialogCard })));

export interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** `sheet` comes from the right edge over the page's full height. */
  shape?: 'card' | 'wide' | 'sheet';
  description?: string;
}

export function Dialog(props: DialogProps) {
  // Once opened it stays, closed, so that Radix can give the focus back.
  const [wasOpened, setWasOpened] = useState(props.open);
  if (props.open && !wasOpened) setWasOpened(true);
  return (
    wasOpened && (
      <Suspense fallback={null}>
        <DialogCard {...props} />
      </Suspense>
    )
  );
}
