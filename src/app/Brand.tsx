// The sign: a packet with a rewritten nose.

export function Brand({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" className="brand" aria-hidden="true">
      <path d="M1.5 11 H7" stroke="var(--f1)" strokeWidth={2.4} strokeLinecap="round" />
      <path d="M7 5.5 H14 L20 11 L14 16.5 H7 Z" fill="var(--f1)" stroke="var(--f1)" strokeWidth={1.6} strokeLinejoin="round" />
      <path d="M14.3 5.5 L20 11 L14.3 16.5 Z" fill="var(--amberfill)" stroke="var(--f1)" strokeWidth={1.6} strokeLinejoin="round" />
    </svg>
  );
}
