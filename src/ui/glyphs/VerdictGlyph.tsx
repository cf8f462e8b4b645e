// How a packet ended, told by silhouette before colour: disc, octagon, dashed ring, square, diamond, clock; and a slashed
// ring, calm, for an answer that came and says that there is no such name.

export type Verdict = 'delivered' | 'refused' | 'dropped' | 'reset' | 'unreachable' | 'timed-out';

/** What stands at a packet's end: its verdict, or, where it was delivered, that it brings no name. */
export type Ending = Verdict | 'no-name';

/** What each verdict is called where its glyph needs a name. */
export const verdictTitle: Readonly<Record<Ending, string>> = {
  delivered: 'delivered: a socket took it',
  refused: 'refused: something answered no',
  dropped: 'dropped: nobody is told',
  reset: 'reset: the connection was broken',
  unreachable: 'unreachable: no way there',
  'timed-out': 'timed out: the client gave up',
  'no-name': 'NXDOMAIN: no such name',
};

const octagon = 'M-4.9,-11.7 H4.9 L11.7,-4.9 V4.9 L4.9,11.7 H-4.9 L-11.7,4.9 V-4.9 Z';

/** The glyph around 0,0, about 24 wide before `scale`. */
export function VerdictMark({ verdict, scale = 1 }: { verdict: Ending; scale?: number }) {
  return (
    <g transform={`scale(${scale})`} fill="none" strokeLinecap="round" strokeLinejoin="round">
      {drawings[verdict]}
    </g>
  );
}

export function VerdictGlyph({ verdict, size = 16, title }: { verdict: Ending; size?: number; title?: string }) {
  const name = title ?? verdictTitle[verdict];
  return (
    <svg className="glyph" width={size} height={size} viewBox="-13.5 -13.5 27 27" role="img" aria-label={name}>
      <title>{name}</title>
      <VerdictMark verdict={verdict} />
    </svg>
  );
}

const drawings: Readonly<Record<Ending, React.ReactNode>> = {
  delivered: (
    <>
      <circle r={12} fill="var(--good)" />
      <path d="M-5.4,0.6 L-1.8,4.3 L5.4,-3.8" stroke="var(--panel)" strokeWidth={2.6} />
    </>
  ),
  refused: (
    <>
      <path d={octagon} fill="var(--bad)" stroke="var(--bad)" />
      <path d="M-5.4,-3.7 H1.5 A3.9,3.9 0 0 1 1.5,4.1 H-5 M-2.3,1.1 L-5.4,4.1 L-2.3,7.1" stroke="var(--panel)" strokeWidth={2.2} />
    </>
  ),
  dropped: (
    <>
      <circle r={11.5} fill="var(--panel)" stroke="var(--bad)" strokeWidth={2.2} strokeDasharray="3.4 3.4" strokeLinecap="butt" />
      <path d="M0,-6 V5 M-4.2,1.1 L0,5.3 L4.2,1.1" stroke="var(--bad)" strokeWidth={2.4} />
    </>
  ),
  reset: (
    <>
      <rect x={-11.5} y={-11.5} width={23} height={23} rx={4} fill="var(--bad)" />
      <path d="M2.4,-7.6 L-3.6,0.6 H2.8 L-2.4,7.8" stroke="var(--panel)" strokeWidth={2.4} />
    </>
  ),
  unreachable: (
    <>
      <path d="M0,-12.8 L12.8,0 L0,12.8 L-12.8,0 Z" fill="var(--panel)" stroke="var(--bad)" strokeWidth={2.2} />
      <path d="M-7,0 H-3.2 M3.2,0 H7" stroke="var(--bad)" strokeWidth={2.6} />
      <path d="M-1.7,4.4 L1.7,-4.4" stroke="var(--bad)" strokeWidth={2} />
    </>
  ),
  'timed-out': (
    <>
      <circle r={11.5} fill="var(--panel)" stroke="var(--bad)" strokeWidth={2.2} />
      <path d="M0,-6.4 V0 L4.4,3.2" stroke="var(--bad)" strokeWidth={2.4} />
    </>
  ),
  'no-name': (
    <>
      <circle r={11.2} fill="var(--panel)" stroke="var(--ink2)" strokeWidth={2.4} />
      <path d="M-5.2,5.2 L5.2,-5.2" stroke="var(--ink2)" strokeWidth={2.6} />
    </>
  ),
};
