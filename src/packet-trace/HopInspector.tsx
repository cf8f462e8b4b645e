// The inspector of the hop in view. Failures, replies and plain hops are one form: what does not apply is left out.

import type { Walk } from '../protocol/messages.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { type HopInView, lookUp, stepAt, stepsOf } from '../state/stepping.ts';
import { Button } from '../ui/Button.tsx';
import { CodeText } from '../ui/CodeText.tsx';
import { PacketGlyph } from '../ui/glyphs/PacketGlyph.tsx';
import { VerdictGlyph } from '../ui/glyphs/VerdictGlyph.tsx';
import { later } from '../ui/later.tsx';
import { packetFaults } from './faults.ts';
import { HeaderBytes } from './HeaderBytes.tsx';
import type { HeaderRow } from './header-rows.ts';
import { type HopInspection, inspectHop, inspectOutcome } from './inspect-hop.ts';
import { nextQuestion } from './next-question.ts';
import { lookOf, packetTitle } from './packet-look.ts';
import { DecisionBox, Terminal, TextBox } from './RuleBox.tsx';
import { Section } from './Section.tsx';
import { SuggestedChange, SuggestedRequest } from './SuggestedChange.tsx';
import { outcomeVerdict, packetVerdict } from './verdict.ts';
import { WhyChain } from './WhyChain.tsx';
import './inspector.css';

const FaultsSection = later(() => import('./FaultsSection.tsx').then((module) => module.FaultsSection));

export function HopInspector() {
  const walks = useSimulation((mirror) => mirror.walks);
  const view = lookUp(
    walks,
    useUi((ui) => ui.position),
  );
  const lastWalk = walks.at(-1);
  if (view) {
    return (
      <>
        <HopHead view={view} flow={walks.indexOf(view.walk)} />
        <HopBody inspection={inspectHop(view)} walk={view.walk} view={view} />
      </>
    );
  }
  if (lastWalk) {
    return (
      <>
        <header className="inspect-head">
          <VerdictGlyph verdict={outcomeVerdict(lastWalk.outcome.kind)} size={24} />
          <strong>No packet</strong>
        </header>
        <HopBody inspection={inspectOutcome(lastWalk)} walk={lastWalk} view={null} />
      </>
    );
  }
  return null;
}

function HopHead({ view, flow }: { view: HopInView; flow: number }) {
  const { packet, hop } = view;
  const bySteps = useUi((ui) => ui.zoom === 'intent');
  const steps = bySteps ? stepsOf(view.walk) : [];
  const verdict = hop.n === packet.hops.length ? packetVerdict(packet) : null;
  const look = lookOf(packet, hop.n);
  return (
    <header className="inspect-head">
      {verdict && verdict !== 'delivered' ? (
        <VerdictGlyph verdict={verdict} size={24} />
      ) : (
        <PacketGlyph look={look} height={look.tunnel ? 16 : 22} title={packetTitle(packet, hop.n)} />
      )}
      <strong>{bySteps ? `Step ${stepAt(steps, { walk: view.walk.id, packet: packet.id, hop: hop.n }) + 1}` : `Hop ${hop.n}`}</strong>
      <span className="inspect-quiet">{bySteps ? `of ${steps.length}` : `${packet.direction}, flow ${flow + 1}`}</span>
    </header>
  );
}

function HopBody({ inspection, walk, view }: { inspection: HopInspection; walk: Walk; view: HopInView | null }) {
  const page = usePage();
  const { terminal, decision, header, why, conntrack, suggestion } = inspection;
  const isPredicting = useUi((ui) => ui.predict && !ui.revealed);
  return (
    <div className="inspect-body">
      <div className="inspect-sentence">
        <h2 className={`inspect-title tone-${inspection.tone}`}>
          <CodeText text={inspection.title} />
        </h2>
        {inspection.detail && (
          <p className="inspect-detail">
            <CodeText text={inspection.detail} />
          </p>
        )}
        {view && <Prediction view={view} />}
        {view && !walk.outcome.ok && inspection.tone !== 'bad' && !isPredicting && <EndNotice view={view} />}
      </div>
      {terminal.length > 0 && (
        <Section title="What the client sees">
          <Terminal lines={terminal} />
        </Section>
      )}
      {decision && (
        <Section title={decision.title}>
          <DecisionBox decision={decision} onWriter={(at) => page.jumpTo({ walk: walk.id, ...at })} />
        </Section>
      )}
      {header.length > 0 && (
        <Section title="Header">
          <HeaderTable rows={header} />
          {view && <HeaderBytes view={view} />}
        </Section>
      )}
      {why && (
        <Section title={why.title}>
          <WhyChain steps={why.steps} isBad={inspection.tone === 'bad'} />
        </Section>
      )}
      {conntrack && (
        <Section title={conntrack.title}>
          <TextBox lines={conntrack.lines} />
        </Section>
      )}
      {suggestion && <SuggestedChange edit={suggestion} walk={walk} />}
      {inspection.instead && <SuggestedRequest to={inspection.instead} walk={walk} />}
      {view && view.packet.protocol !== 'arp' && (
        <FaultsSection about={null} groups={packetFaults(view.packet.id, view.hop.n)} walk={view.walk.id} />
      )}
    </div>
  );
}

/** On the way of a request that will fail: how it ends, and the way there. */
function EndNotice({ view }: { view: HopInView }) {
  const page = usePage();
  const { outcome, reason, id } = view.walk;
  const { at } = reason;
  return (
    <p className="inspect-end">
      <VerdictGlyph verdict={outcomeVerdict(outcome.kind)} size={16} />
      <span>This request ends: {outcome.text}.</span>
      {at && (
        <button type="button" className="link" onClick={() => page.jumpTo({ walk: id, ...at })}>
          Show where
        </button>
      )}
    </p>
  );
}

function HeaderTable({ rows }: { rows: readonly HeaderRow[] }) {
  return (
    <table className="header-table">
      <tbody>
        {rows.map((row) => (
          <tr key={row.field}>
            <th scope="row">{row.field}</th>
            <td>
              {row.after === undefined ? (
                row.before
              ) : (
                <span className="header-change">
                  <s>{row.before}</s>
                  <span className="visually-hidden">becomes</span>
                  <span className="changed">{row.after}</span>
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** With "predict first" on: what to guess, and the way to the answer. */
function Prediction({ view }: { view: HopInView }) {
  const page = usePage();
  const isAsked = useUi((ui) => ui.predict && !ui.revealed);
  if (!isAsked) return null;
  return (
    <p className="prediction">
      <span>{nextQuestion(view)}</span>
      <Button onClick={() => page.ui.setState({ revealed: true })}>
        Reveal <kbd>R</kbd>
      </Button>
    </p>
  );
}
