// The Traffic tab: how a load is spread, as it happens. A bar per endpoint, beside the share that would be even.

import { type CSSProperties, useMemo } from 'react';
import type { TrafficView } from '../protocol/messages.ts';
import { sourceName } from '../state/command-line.ts';
import { momentOf } from '../state/moment.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { answersOf, spanOf, type TrafficCount, tallyAt } from '../state/traffic.ts';
import { formatMs } from './place.ts';
import './traffic.css';

export function TrafficPane() {
  const loads = useSimulation((mirror) => mirror.traffic);
  if (loads.length === 0) {
    return <p className="traffic-none">Nothing was sent more than once. Choose how often beside Send.</p>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="traffic" tabIndex={0} aria-label="Repeated traffic">
      {loads.toReversed().map((load) => (
        <LoadTally key={load.action} load={load} />
      ))}
    </section>
  );
}

function LoadTally({ load }: { load: TrafficView }) {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const nowUs = useSimulation((mirror) => mirror.nowUs);
  const position = useUi((ui) => ui.position);
  const moment = useUi((ui) => ui.moment);
  const span = useMemo(() => spanOf(load), [load]);
  const standingUs = momentOf(walks, { position, moment });
  // Who stands before or in the load sees it grow; who walks one of its requests sees the whole.
  const atUs = moment === null || standingUs === null ? nowUs : standingUs;
  const tally = useMemo(() => tallyAt(load, atUs), [load, atUs]);
  const answers = useMemo(() => answersOf(load), [load]);
  const endpoints = tally.counts.filter(({ ok }) => ok).length;
  const underWay = tally.sent - tally.ended;
  return (
    <article className="load">
      <h2 className="load-title">
        {load.samples.length} × {sourceName(load.from)} to <span className="mono">{load.to}</span>
        <button type="button" className="link" onClick={() => page.playLoad(load.action)}>
          Play again
        </button>
      </h2>
      <p className="load-words">
        {tally.ended - tally.failed} answered
        {tally.failed > 0 && <strong className="tone-bad">, {tally.failed} failed</strong>}
        {underWay > 0 && `, ${underWay} under way`}
        {tally.medianUs !== null && tally.p95Us !== null && (
          <span className="load-times mono">
            p50 {formatMs(tally.medianUs)}, p95 {formatMs(tally.p95Us)}
          </span>
        )}
      </p>
      <table className="load-table">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">answered by</th>
            <th scope="col">share</th>
            <th scope="col">requests</th>
            <th scope="col">a walk</th>
          </tr>
        </thead>
        <tbody>
          {tally.counts.map((count) => (
            <Bar
              key={`${count.ok} ${count.name}`}
              count={count}
              colour={answers.indexOf(count.name)}
              ended={tally.ended}
              even={count.ok ? 1 / endpoints : null}
            />
          ))}
        </tbody>
      </table>
      {span.endUs > atUs && <progress className="load-progress" max={span.endUs - span.startUs} value={Math.max(0, atUs - span.startUs)} />}
    </article>
  );
}

/** `even` is the share of an endpoint among equals. */
function Bar({
  count: { name, count, ok, walk },
  colour,
  ended,
  even,
}: {
  count: TrafficCount;
  colour: number;
  ended: number;
  even: number | null;
}) {
  const page = usePage();
  const share = ended === 0 ? 0 : count / ended;
  return (
    <tr className={ok ? '' : 'load-failure'}>
      <th scope="row" className={ok ? 'mono' : ''}>
        {name}
      </th>
      <td className="load-track">
        <span
          className="load-bar"
          style={{ '--share': share, ...(ok && { background: `var(--f${(colour % 6) + 1})` }) } as CSSProperties}
        />
        {even !== null && even < 1 && <span className="load-even" style={{ '--share': even } as CSSProperties} />}
      </td>
      <td className="load-count mono">
        {count} <span className="load-share">{(100 * share).toFixed(1)} %</span>
      </td>
      <td className="load-walk">
        {walk !== null && (
          <button type="button" className="link" aria-label={`Walk one: ${name}`} onClick={() => page.showWalk(walk)}>
            walk
          </button>
        )}
      </td>
    </tr>
  );
}
