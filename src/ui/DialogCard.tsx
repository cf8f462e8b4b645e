// The dialog itself, on Radix: focus stays inside, Escape closes, focus returns.

import * as RadixDialog from '@radix-ui/react-dialog';
import { useRef } from 'react';
import { Button } from './Button.tsx';
import type { DialogProps } from './Dialog.tsx';

export function DialogCard({ title, open, onClose, children, shape = 'card', description }: DialogProps) {
  const opener = useRef<HTMLElement>(null);
  return (
    <RadixDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="dialog-overlay" />
        <RadixDialog.Content
          className={`dialog dialog-${shape}`}
          {...(description ? {} : { 'aria-describedby': undefined })}
          // Our dialogs are opened by state, so that Radix knows no button to give the focus back to.
          onOpenAutoFocus={() => {
            opener.current = document.activeElement as HTMLElement | null;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            opener.current?.focus();
          }}
        >
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
