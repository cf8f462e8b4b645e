// What the glyphs of the matrix mean, and its keys.

import { CellGlyph } from './CellGlyph.tsx';
import { stateWords } from './words.ts';

const states = ['o', 'e', 'i', 'b', 'm', 'p', 'r', 'n', '.'] as const;

export function Legend() {
  return (
    <div className="matrix-legend">
      <h2>Legend</h2>
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
    </div>
  );
}
