// Starts the tour when it is asked for; what it shows is in tour.ts.

import { useEffect } from 'react';
import { usePage } from '../state/page.ts';
import { startTour } from './tour.ts';

export function Tour() {
  const { ui } = usePage();
  useEffect(() => {
    ui.setState({ dialog: null });
    startTour();
  }, [ui]);
  return null;
}
