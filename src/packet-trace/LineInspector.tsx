// The inspector of a line of the text: what it has decided, from the object down to the packets.

import { useEffect, useMemo, useState } from 'react';
import type { NodeView } from '../protocol/messages.ts';
import { usePage, useRun, useSimulation } from '../state/page.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { isCommented, type LineUses, usesOfLine } from './line-uses.ts';
import { placeName } from './place.ts';
import { Section } from './Section.tsx';

/** More rules than this are counted. */
const SHOWN = 12;

export function LineInspector({ line }: { line: number }) {
  const page = usePage();
  const objects = useSimulation((mirror) => mirror.objects);
  const walks = useSimulation((mirror) => mirror.walks);
  const text = useRun((run) => run.text.split('\n')[line - 1]?.trim() ?? '');
  const uses = useMemo(() => usesOfLine(line, objects, walks), [line, objects, walks]);
  const { object, made, services, hops } = uses;
  return (
    <>
      <InspectorHead icon={null} name={`Line ${line}`} kind={object ? `${object.kind} ${object.name}` : ''} />
      <div className="inspect-body">
        <p className="inspect-title">
          <code>{text}</code>
        </p>
        {object && (
          <Section title="Belongs to">
            <Link text={`${object.kind} ${object.name}`} onOpen={() => page.select(object.key)} />
          </Section>
        )}
        {made.length > 0 && (
          <Section title="Made from it">
            <List>
              {made.map(({ key, kind, name }) => (
                <Link key={key} text={`${kind} ${name}`} onOpen={() => page.select(key)} />
              ))}
            </List>
          </Section>
        )}
        {services.map((service) => (
          <Section key={service.key} title={`Endpoints of ${service.name}`}>
            <List>
              {service.endpoints.length === 0 && <span>none</span>}
              {service.endpoints.map(({ address, pod, ready }) => (
                <Link
                  key={address}
                  text={`${address}${pod ? ` ${placeName(pod.slice(pod.indexOf('/') + 1))}` : ''}${ready ? '' : ', not ready'}`}
                  onOpen={() => page.select(pod ?? service.key)}
                />
              ))}
            </List>
          </Section>
        ))}
        <RulesOfLine uses={uses} />
        <Section title={hops.length === 1 ? '1 hop so far' : `${hops.length} hops so far`}>
          <List>
            {hops.map(({ position, packet, hop, walk }) => (
              <Link
                key={`${position.packet}/${position.hop}`}
                text={`${packet.label} of ${walk.to}, hop ${position.hop} on ${placeName(hop.node)}`}
                onOpen={() => {
                  page.select(null);
                  page.jumpTo(position);
                }}
              />
            ))}
          </List>
        </Section>
      </div>
    </>
  );
}

/** The rules that were written for the line's object, as the first node has them; the others have the same. */
function RulesOfLine({ uses: { comment } }: { uses: LineUses }) {
  const { run } = usePage();
  const node = useSimulation((mirror) => mirror.objects.find((object): object is NodeView => object.kind === 'Node')?.name);
  const answered = useSimulation((mirror) => mirror.answered);
  const [rules, setRules] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after another run the rules may be others
  useEffect(() => {
    let isWanted = true;
    if (comment === null || node === undefined) setRules([]);
    else
      void run.inspectNode(node).then((inspection) => {
        const lines = inspection?.iptablesSave.split('\n') ?? [];
        if (isWanted) setRules(lines.filter((rule) => rule.includes('-A ') && isCommented(rule, comment)));
      });
    return () => {
      isWanted = false;
    };
  }, [run, node, comment, answered]);
  if (comment === null) return null;
  return (
    <Section title={`${rules.length} rules on ${node ?? 'each node'}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="rule-box line-rules" tabIndex={0}>
        {rules.slice(0, SHOWN).map((rule) => `${rule.replace(/^\[[\d:]+\] /, '')}\n`)}
      </pre>
      {rules.length > SHOWN && <p className="inspect-quiet">and {rules.length - SHOWN} more</p>}
    </Section>
  );
}

function List({ children }: { children: React.ReactNode }) {
  return <div className="line-list">{children}</div>;
}

function Link({ text, onOpen }: { text: string; onOpen: () => void }) {
  return (
    <button type="button" className="link" onClick={onOpen}>
      {text}
    </button>
  );
}
