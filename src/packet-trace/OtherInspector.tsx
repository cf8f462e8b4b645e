// Any other object: controllers, slices, and kinds that are accepted, not simulated.

import type { OtherView } from '../protocol/messages.ts';
import { usePage } from '../state/page.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { Labels } from './Labels.tsx';
import { Section } from './Section.tsx';

export function OtherInspector({ object }: { object: OtherView }) {
  const page = usePage();
  const { source } = object;
  return (
    <>
      <InspectorHead icon={null} name={object.name} kind={object.kind} />
      <div className="inspect-body">
        <div className="inspect-sentence">
          <p className="inspect-title">{object.simulated ? object.summary : 'Accepted, not simulated.'}</p>
          {!object.simulated && <p className="inspect-detail">It is kept as written, and nothing in the simulation depends on it.</p>}
        </div>
        <Section title="Labels">
          <Labels labels={object.labels} />
        </Section>
        {source && (
          <Section title="Defined at">
            <button type="button" className="link" onClick={() => page.reveal(source)}>
              line {source.startLine}
            </button>
          </Section>
        )}
      </div>
    </>
  );
}
