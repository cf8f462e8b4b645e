// What the glyphs of the matrix mean, and its keys. Folded where it would stand under the grid, not beside it.

import { CellGlyph } from './CellGlyph.tsx';
import { stateWords } from './words.ts';

const states = ['o', 'e', 'i', 'b', 'm', 'p', 'r', 'n', '.'] as const;

export function Legend() {
  return (
    <details className="matrix-legend" open={isBeside()}>
      <summary>Legend</summary>
      <ul>
        {states.map((state) => (
          <li key={state}>
            <CellGlyph state={state} />
            {stateWords[state]}
          </li>
        ))}
        <li>
          <b className="matrix-mark matrix-gained">+</b>gained since the text was opened
        </li>
        <li>
          <b className="matrix-mark matrix-lost">−</b>lost since then
        </li>
      </ul>
      <p>Judged by the policy rules of the nodes, after the Service address was rewritten. Routes and listening programs are not asked.</p>
      <p className="matrix-keys">
        <kbd>Arrow keys</kbd> move, <kbd>Enter</kbd> or a click sends the packet, <kbd>Space</kbd> explains.
      </p>
    </details>
  );
}

/** As wide as the style sheet asks for the two columns. */
function isBeside(): boolean {
  return !matchMedia('(max-width: 899px)').matches;
}
