// Any other object: controllers, slices, policies, and kinds that are accepted, not simulated. What kubectl says of it is
// asked of the API server, so that it can be read here as it is read in the field.

import type { OtherView } from '../protocol/messages.ts';
import { usePage } from '../state/page.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { Labels } from './Labels.tsx';
import { ObjectYAML } from './ObjectYAML.tsx';
import { TextBox } from './RuleBox.tsx';
import { Section } from './Section.tsx';
import { placeInKubectl, useShown } from './use-shown.ts';

/** Kinds that `kubectl describe` puts in words. */
const described = new Set(['NetworkPolicy', 'EndpointSlice']);

export function OtherInspector({ object }: { object: OtherView }) {
  const page = usePage();
  const { kind, name, source } = object;
  const place = placeInKubectl(object);
  const description = useShown(described.has(kind) ? `kubectl describe ${place}` : null);
  return (
    <>
      <InspectorHead icon={null} name={name} kind={kind} />
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
        {description && (
          <Section title="kubectl describe">
            <TextBox lines={description} />
          </Section>
        )}
        {object.simulated && <ObjectYAML place={place} />}
      </div>
    </>
  );
}
