// The hops as text, in step with the picture. The current row stands third, so that its cause is above and its effect
// below. Arrow keys move it; everything that the drawing shows of a hop can be read here.

import { type KeyboardEvent, useEffect, useRef } from 'react';
import { usePage, useUi } from '../state/page.ts';
import type { HopInView } from '../state/stepping.ts';
import { ControlIcon } from '../ui/ControlIcon.tsx';
import { type HopRow, hopRow } from './hop-row.ts';
import { shortName } from './place.ts';

const rowHeight = 24;

export function HopTable({ view }: { view: HopInView }) {
  const page = usePage();
  const frame = useRef<HTMLElement>(null);
  const { walk, packet, hop } = view;
  const isHidden = useUi((ui) => ui.predict && !ui.revealed);
  const rows = packet.hops.filter((candidate) => !isHidden || candidate.n <= hop.n).map((candidate) => hopRow(packet, candidate));

  useEffect(() => {
    const box = frame.current;
    if (box) box.scrollTop = Math.max(0, (hop.n - 3) * rowHeight);
  }, [hop.n]);

  const onKeyDown = (event: KeyboardEvent) => {
    const move = keys[event.key];
    if (!move) return;
    event.preventDefault();
    page.jumpTo({ walk: walk.id, packet: packet.id, hop: Math.min(Math.max(1, move(hop.n, packet.hops.length)), packet.hops.length) });
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region whose current row the arrow keys move
    <section ref={frame} className="hop-rows" tabIndex={0} aria-label={`Hops of ${packet.label}`} onKeyDown={onKeyDown}>
      <table className="hop-table">
        <colgroup>
          <col width={46} />
          <col width={88} />
          <col width={122} />
          <col width={270} />
          <col />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">hop</th>
            <th scope="col">place</th>
            <th scope="col">where</th>
            <th scope="col">rule or interface</th>
            <th scope="col">what it did</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.n}
              aria-current={row.n === hop.n ? 'step' : undefined}
              className={rowClass(row, hop.n)}
              onClick={() => {
                page.jumpTo({ walk: walk.id, packet: packet.id, hop: row.n });
              }}
            >
              <td className="hop-n">{row.n}</td>
              <td title={row.place}>{shortName(row.place, 12)}</td>
              <td className="hop-where">{row.where}</td>
              <td className="hop-what" title={row.what}>
                {row.what}
              </td>
              <td className="hop-detail">
                <Detail row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Detail({ row }: { row: HopRow }) {
  const [change] = row.rewrite?.changes ?? [];
  if (row.rewrite && change) {
    return (
      <span className="hop-rewrite">
        {row.rewrite.name} <s>{change.before}</s>
        <ControlIcon name="arrow-right" size={13} />
        <span className="visually-hidden">becomes</span>
        <span className="changed">{change.after}</span>
      </span>
    );
  }
  if (row.isBad) {
    return (
      <>
        <strong className="tone-bad">{row.detail.startsWith('--reject') ? 'REJECT' : 'DROP'}</strong> {row.detail}
      </>
    );
  }
  return <>{row.detail}</>;
}

const keys: Readonly<Record<string, (n: number, last: number) => number>> = {
  ArrowDown: (n) => n + 1,
  ArrowUp: (n) => n - 1,
  PageDown: (n) => n + 5,
  PageUp: (n) => n - 5,
};

function rowClass(row: HopRow, current: number): string {
  if (row.n === current) return row.isBad ? 'hop-current hop-bad' : 'hop-current';
  return row.n > current ? 'hop-future' : '';
}
