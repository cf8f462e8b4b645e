// The headers byte by byte, folded until asked for. A changed field shows its old bytes struck and the new ones beside them.

import { useMemo } from 'react';
import type { HopInView } from '../state/stepping.ts';
import { type HeaderField, headerFields } from './header-bytes.ts';

export function HeaderBytes({ view: { packet, hop } }: { view: HopInView }) {
  const fields = useMemo(() => headerFields(packet, hop), [packet, hop]);
  if (fields.length === 0) return null;
  return (
    <details className="header-bytes">
      <summary>Byte by byte</summary>
      <table>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">offset</th>
            <th scope="col">field</th>
            <th scope="col">bytes</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.offset} className={field.after ? 'header-changed' : ''}>
              <td className="mono inspect-quiet">{field.offset}</td>
              <th scope="row">
                {field.name}
                <span className="inspect-quiet">{field.value}</span>
              </th>
              <td className="mono">
                <Bytes field={field} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Bytes({ field: { before, after } }: { field: HeaderField }) {
  if (!before) return <span className="inspect-quiet">-</span>;
  if (!after) return before.join(' ');
  return (
    <>
      <s>{before.join(' ')}</s> <span className="changed">{after.join(' ')}</span>
    </>
  );
}
