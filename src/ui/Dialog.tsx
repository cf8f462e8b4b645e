// A dialog over the page, on Radix: focus stays inside, Escape closes, focus returns.

import * as RadixDialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import './controls.css';

export interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** `sheet` comes from the right edge over the page's full height. */
  shape?: 'card' | 'wide' | 'sheet';
  description?: string;
}

export function Dialog({ title, open, onClose, children, shape = 'card', description }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="dialog-overlay" />
        <RadixDialog.Content className={`dialog dialog-${shape}`} {...(description ? {} : { 'aria-describedby': undefined })}>
          <header className="dialog-head">
            <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
            <Button look="ghost" icon="close" aria-label="Close" onClick={onClose} />
          </header>
          {description && <RadixDialog.Description className="dialog-description">{description}</RadixDialog.Description>}
          <div className="dialog-body">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
