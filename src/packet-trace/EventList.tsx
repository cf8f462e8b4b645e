// The Events tab: what happened, in time, in the cluster and over all walks of the run; the same as the timeline, as rows
// that can be filtered.

import { useMemo, useState } from 'react';
import { momentOf } from '../state/moment.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { Segmented } from '../ui/Segmented.tsx';
import { clusterEvents, type EventFilter, type EventRow, filterEvents, walkEvents } from './events.ts';
import { formatSince } from './place.ts';

/** More rows than this no one reads: the filter is the way to the others. */
const MOST = 400;

const shows: readonly { value: EventFilter['show']; text: string }[] = [
  { value: 'all', text: 'All' },
  { value: 'packets', text: 'Packets' },
  { value: 'cluster', text: 'Cluster' },
  { value: 'failures', text: 'Failures' },
];

export function EventList() {
  const walks = useSimulation((mirror) => mirror.walks);
  const timeline = useSimulation((mirror) => mirror.timeline);
  const restUs = useSimulation((mirror) => mirror.restUs);
  const position = useUi((ui) => ui.position);
  const moment = useUi((ui) => ui.moment);
  const showFolded = useUi((ui) => ui.showFolded);
  const [filter, setFilter] = useState<EventFilter>({ show: 'all', words: '' });
  const rows = useMemo(() => {
    const ofCluster = clusterEvents(timeline.filter(({ atUs }) => atUs >= restUs || filter.show === 'cluster'));
    return filterEvents([...ofCluster, ...walks.flatMap((walk) => walkEvents(walk, { showFolded }))], filter);
  }, [walks, timeline, restUs, showFolded, filter]);
  const flows = new Map(walks.map(({ id }, flow) => [id, flow + 1]));
  const standingUs = momentOf(walks, { position, moment });
  const isHere = (row: EventRow) =>
    row.position
      ? row.position.packet === position?.packet && row.position.hop === position.hop
      : position === null && row.timeUs === standingUs;
  return (
    <div className="event-pane">
      <div className="event-filter">
        <Segmented label="Which events" options={shows} value={filter.show} onChange={(show) => setFilter({ ...filter, show })} />
        <input
          type="search"
          aria-label="Words that events must have"
          placeholder="Filter: node-2, DNAT, web …"
          value={filter.words}
          onChange={(event) => setFilter({ ...filter, words: event.target.value })}
        />
        <span className="inspect-quiet" role="status">
          {rows.length > MOST ? `the first ${MOST} of ${rows.length} events` : rows.length === 1 ? '1 event' : `${rows.length} events`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="event-list" tabIndex={0} aria-label="Events">
        <table className="event-table">
          <colgroup>
            <col width={104} />
            <col width={64} />
            <col width={190} />
            <col />
          </colgroup>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">time</th>
              <th scope="col">flow</th>
              <th scope="col">place</th>
              <th scope="col">event</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are replaced as a whole
              <tr key={index} className={isHere(row) ? 'hop-current' : ''}>
                <td className="hop-n event-time">{formatSince(row.timeUs, restUs)}</td>
                <td className="hop-where">{row.walk === null ? '' : `flow ${flows.get(row.walk)}`}</td>
                <td>{row.place}</td>
                <td className={row.isBad ? 'tone-bad' : ''}>
                  <Happening row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Happening({ row: { position, walk, what, timeUs } }: { row: EventRow }) {
  const page = usePage();
  if (!position && walk !== null) return <strong>{what}</strong>;
  return (
    <button type="button" className="event-button" onClick={() => (position ? page.jumpTo(position) : page.goToMoment(timeUs))}>
      {what}
    </button>
  );
}
