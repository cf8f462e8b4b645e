// The why-chain in view as marks beside the YAML and badges in the drawing: the same numbers in all three.

import type { Highlight } from '../editor/editor-props.ts';
import type { WhyStep } from '../protocol/messages.ts';

export interface WhyInView {
  readonly steps: readonly WhyStep[];
  readonly isBad: boolean;
}

export function highlightsOf({ steps, isBad }: WhyInView): readonly Highlight[] {
  return steps.flatMap((step, index) => (step.range ? [{ range: step.range, label: String(index + 1), tone: toneOf(step, isBad) }] : []));
}

function toneOf(step: WhyStep, isBad: boolean): Highlight['tone'] {
  if (step.role === 'cause') return isBad ? 'bad' : 'cause';
  return isBad ? 'bad-evidence' : 'evidence';
}
