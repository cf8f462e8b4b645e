// The small signs on buttons. Drawn, because the fonts' latin subset has no arrows.

export type ControlIconName =
  | 'play'
  | 'pause'
  | 'step-back'
  | 'step-forward'
  | 'chevron-down'
  | 'arrow-left'
  | 'arrow-right'
  | 'arrow-down'
  | 'share'
  | 'present'
  | 'moon'
  | 'sun'
  | 'more'
  | 'menu'
  | 'close'
  | 'search'
  | 'check'
  | 'keyboard'
  | 'trash'
  | 'link'
  | 'fold';

/** A 16 by 16 icon in the text's colour. It says nothing by itself: the button that holds it has the name. */
export function ControlIcon({ name, size = 16 }: { name: ControlIconName; size?: number }) {
  return (
    <svg className="control-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}

const drawings: Readonly<Record<ControlIconName, React.ReactNode>> = {
  play: <path d="M5 3.5v9l7.5-4.5z" fill="currentColor" />,
  pause: <path d="M5.5 4v8M10.5 4v8" strokeWidth={2.6} />,
  'step-back': (
    <>
      <path d="M12 3.5v9l-6-4.5z" fill="currentColor" />
      <path d="M3.5 3.5v9" />
    </>
  ),
  'step-forward': (
    <>
      <path d="M4 3.5v9l6-4.5z" fill="currentColor" />
      <path d="M12.5 3.5v9" />
    </>
  ),
  'chevron-down': <path d="M4.5 6.5 8 10l3.5-3.5" />,
  'arrow-left': <path d="M13 8H3M6.5 4.5 3 8l3.5 3.5" />,
  'arrow-right': <path d="M3 8h10M9.5 4.5 13 8l-3.5 3.5" />,
  'arrow-down': <path d="M8 3v10M4.5 9.5 8 13l3.5-3.5" />,
  share: <path d="M8 2.5v7M5 5l3-3 3 3M3 9v4.5h10V9" />,
  present: <path d="M2.5 3h11v7.5h-11zM8 10.5v3M5.5 13.5h5" />,
  moon: <path d="M12.8 9.6A5.4 5.4 0 1 1 6.6 3a4.4 4.4 0 0 0 6.2 6.6z" />,
  sun: (
    <>
      <circle cx={8} cy={8} r={3} />
      <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
    </>
  ),
  more: (
    <>
      <circle cx={3.5} cy={8} r={0.9} fill="currentColor" />
      <circle cx={8} cy={8} r={0.9} fill="currentColor" />
      <circle cx={12.5} cy={8} r={0.9} fill="currentColor" />
    </>
  ),
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  search: (
    <>
      <circle cx={7} cy={7} r={4} />
      <path d="M10 10l3.5 3.5" />
    </>
  ),
  check: <path d="M3.5 8.5 6.5 11.5 12.5 4.5" />,
  keyboard: <path d="M1.5 4h13v8h-13zM4 6.5h.5M7 6.5h.5M10 6.5h.5M4.5 9.5h7" />,
  trash: <path d="M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13h6l.5-8.5" />,
  link: <path d="M6.5 9.5a3 3 0 0 0 4.2 0l2-2a3 3 0 0 0-4.2-4.2L7.7 4M9.5 6.5a3 3 0 0 0-4.2 0l-2 2a3 3 0 0 0 4.2 4.2l.8-.7" />,
  fold: <path d="M9.5 4.5 6 8l3.5 3.5M3 3v10" />,
};
