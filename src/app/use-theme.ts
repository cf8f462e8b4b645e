// The theme in force: the reader's choice, else the system's. Set on the root element, where the tokens look for it.

import { useEffect } from 'react';
import { useUi } from '../state/page.ts';
import type { Theme } from '../state/ui-store.ts';
import { useMedia } from './use-media.ts';

export function useTheme(): Theme {
  const chosen = useUi((ui) => ui.theme);
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const theme = chosen ?? (isDark ? 'dark' : 'light');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return theme;
}
