// The Events tab: what happened, in time, over all walks of the run.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { walkEvents } from './events.ts';
import { formatMs } from './place.ts';

export function EventList() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const showFolded = useUi((ui) => ui.showFolded);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
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
          {walks.flatMap((walk, flow) =>
            walkEvents(walk, { showFolded }).map((event, index) => (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: a walk's events are replaced as a whole
                key={`${walk.id}.${index}`}
                className={event.position?.packet === position?.packet && event.position?.hop === position?.hop ? 'hop-current' : ''}
              >
                <td className="hop-n event-time">{formatMs(event.timeUs)}</td>
                <td className="hop-where">flow {flow + 1}</td>
                <td>{event.place}</td>
                <td className={event.isBad ? 'tone-bad' : ''}>
                  {event.position ? (
                    <button type="button" className="event-button" onClick={() => event.position && page.jumpTo(event.position)}>
                      {event.what}
                    </button>
                  ) : (
                    <strong>{event.what}</strong>
                  )}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  );
}
