// Octagon: an error. Triangle: a warning. Dashed ring: accepted, not simulated.

import type { Problem } from '../protocol/messages.ts';

const names = { error: 'error', warning: 'warning', 'not-simulated': 'accepted, not simulated' } as const;

export function ProblemMark({ severity }: { severity: Problem['severity'] }) {
  return (
    <svg width={14} height={14} viewBox="-7 -7 14 14" role="img" aria-label={names[severity]} className="problem-mark">
      <title>{names[severity]}</title>
      {severity === 'error' && (
        <>
          <path d="M-2.6,-6.2 H2.6 L6.2,-2.6 V2.6 L2.6,6.2 H-2.6 L-6.2,2.6 V-2.6 Z" fill="var(--bad)" />
          <path d="M0,-3.4 V0.8 M0,3.3 V3.4" stroke="var(--panel)" strokeWidth={1.8} strokeLinecap="round" />
        </>
      )}
      {severity === 'warning' && (
        <>
          <path d="M0,-5.8 L6.2,5.4 H-6.2 Z" fill="var(--amberfill)" stroke="var(--ambersh)" strokeWidth={1.4} strokeLinejoin="round" />
          <path d="M0,-1.6 V1.4 M0,3.5 V3.6" stroke="var(--ink)" strokeWidth={1.5} strokeLinecap="round" />
        </>
      )}
      {severity === 'not-simulated' && <circle r={5} fill="none" stroke="var(--ambersh)" strokeWidth={2} strokeDasharray="2.4 2.1" />}
    </svg>
  );
}
