// A rule, route or conntrack line in a sunk box, in its tool's own words.

import { Fragment } from 'react';
import type { Decision } from './inspect-hop.ts';

export function DecisionBox({ decision, onWriter }: { decision: Decision; onWriter: (at: { packet: number; hop: number }) => void }) {
  const { writer } = decision;
  return (
    <>
      <div className={`rule-box ${decision.isMemory ? 'rule-memory' : ''}`}>
        {decision.head && <div className={decision.isMemory ? 'rule-strong' : ''}>{decision.head}</div>}
        <div className={decision.isMemory ? '' : 'rule-strong'}>
          {decision.parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is replaced as a whole
            <Fragment key={index}>
              <span className="rule-part">{part}</span>{' '}
            </Fragment>
          ))}
        </div>
      </div>
      {writer && (
        <p className="rule-note">
          The entry was written at{' '}
          <button type="button" className="link" onClick={() => onWriter(writer)}>
            request hop {writer.hop}
          </button>
        </p>
      )}
      {decision.note && <p className="rule-note">{decision.note}</p>}
    </>
  );
}

/** Lines of a tool or a terminal. */
export function TextBox({ lines }: { lines: readonly string[] }) {
  return <pre className="rule-box">{lines.join('\n')}</pre>;
}

/** A terminal: the typed line quiet, what was printed strong. */
export function Terminal({ lines: [typed, ...printed] }: { lines: readonly string[] }) {
  return (
    <pre className="rule-box">
      {typed}
      {'\n'}
      <strong>{printed.join('\n')}</strong>
    </pre>
  );
}
