// The tour: six places of the page, one sentence each. It can be left at any moment, by Escape or by a click beside it.

import { type DriveStep, driver } from 'driver.js';
import 'driver.js/dist/driver.css';
import './tour.css';

const steps: readonly (DriveStep & { element: string })[] = [
  step('.editor-column', 'The cluster is this YAML', 'Change a letter, and everything else follows: endpoints, rules, packets.'),
  step(
    '.drawing-pane',
    'The same cluster, drawn',
    'Solid boxes are machines. A Service is dashed: it exists only as rules. Select anything to look inside.',
  ),
  step('.command', 'Send something', 'Choose who sends and what, as you would type it in that pod, and how often.'),
  step(
    '.play-controls',
    'Walk',
    'Play, or go hop by hop with the arrow keys. Nothing is scripted: each hop is what the simulated kernel did.',
  ),
  step('.inspector', 'Why', 'The rule, route or socket that decided, the header before and after, and the line of YAML behind it.'),
  step('.drawer', 'Time', 'Hops, a timeline to scrub and branch, the sequence, events, and who can reach whom.'),
];

/** Starts it on what is on the screen: places that are not there are left out. */
export function startTour(): void {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const tour = driver({
    animate: !isStill,
    allowClose: true,
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    popoverClass: 'tour',
    // They are marked up as the header and footer of a page, of which there is one.
    onPopoverRender: ({ title, footer }) => {
      title.role = 'none';
      footer.role = 'none';
    },
    steps: steps.filter(({ element }) => document.querySelector(element) !== null),
  });
  tour.drive();
}

function step(element: string, title: string, description: string): DriveStep & { element: string } {
  return { element, popover: { title, description } };
}
