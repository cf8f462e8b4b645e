// One button: the link to this moment goes into the address bar and onto the clipboard.

import { useEffect, useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { useShell } from './shell-context.ts';

const shownMs = 4000;

export function ShareButton({ isIcon = false }: { isIcon?: boolean }) {
  const shell = useShell();
  const [isShared, setShared] = useState(false);
  useEffect(() => {
    if (!isShared) return;
    const timer = setTimeout(() => setShared(false), shownMs);
    return () => clearTimeout(timer);
  }, [isShared]);
  const share = () => shell.share().then(() => setShared(true));
  return (
    <span className="share">
      {isIcon ? (
        <Button look="ghost" icon="share" aria-label="Share" onClick={share} />
      ) : (
        <Button look="ghost" icon="share" onClick={share}>
          <span className="bar-text">Share</span>
        </Button>
      )}
      <span className="share-done" role="status">
        {isShared && 'Link copied. It opens on this hop.'}
      </span>
    </span>
  );
}
