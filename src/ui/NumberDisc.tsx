// A numbered disc: filled for a cause, outlined for evidence. The same number stands in the drawing and beside the text.

export type DiscTone = 'cause' | 'evidence' | 'bad' | 'bad-evidence';

export function NumberDisc({ number, tone = 'cause' }: { number: number; tone?: DiscTone }) {
  return (
    <span className={`disc disc-${tone}`} aria-hidden="true">
      {number}
    </span>
  );
}
