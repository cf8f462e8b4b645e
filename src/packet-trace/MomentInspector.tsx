// The inspector of a moment between packets: what happened then, and just before.

import type { TimelineEntry } from '../protocol/messages.ts';
import { usePage, useSimulation } from '../state/page.ts';
import { formatSince } from './place.ts';
import { Section } from './Section.tsx';

/** So much of what came before is shown. */
const REMEMBERED = 6;

export function MomentInspector({ atUs }: { atUs: number }) {
  const timeline = useSimulation((mirror) => mirror.timeline);
  const restUs = useSimulation((mirror) => mirror.restUs);
  const sofar = timeline.filter((entry) => entry.atUs <= atUs);
  const lastUs = sofar.at(-1)?.atUs;
  const now = sofar.filter((entry) => entry.atUs === lastUs);
  const before = sofar.slice(-now.length - REMEMBERED, sofar.length - now.length).reverse();
  return (
    <>
      <header className="inspect-head">
        <strong>Between packets</strong>
        <span className="inspect-quiet mono">{formatSince(atUs, restUs)}</span>
      </header>
      <div className="inspect-body">
        {now.map((entry) => (
          <Happening key={`${entry.lane} ${entry.text}`} entry={entry} isMain />
        ))}
        {before.length > 0 && (
          <Section title="Before that">
            <ol className="happenings">
              {before.map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
                <li key={index}>
                  <Happening entry={entry} />
                </li>
              ))}
            </ol>
          </Section>
        )}
      </div>
    </>
  );
}

function Happening({ entry: { lane, text, object }, isMain = false }: { entry: TimelineEntry; isMain?: boolean }) {
  const page = usePage();
  const isThere = useSimulation((mirror) => mirror.objects.some(({ key }) => key === object));
  return (
    <p className={isMain ? 'happening-main' : 'happening'}>
      <span className="happening-lane">{lane}</span>{' '}
      {object && isThere ? (
        <button type="button" className="link" onClick={() => page.select(object)}>
          {text}
        </button>
      ) : (
        text
      )}
    </p>
  );
}
