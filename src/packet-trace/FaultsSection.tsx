// Faults at an object or a packet: what is broken, each with its undo, and a menu of what can be. Each choice is a command
// that the reader could type; it stands beside its name.

import type { ActionView, FaultView } from '../protocol/messages.ts';
import { usePage, useRun, useSimulation } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuItem, MenuLabel } from '../ui/Menu.tsx';
import { type FaultGroup, packetCommands, sortFaults } from './faults.ts';
import { Section } from './Section.tsx';
import './faults.css';

export interface FaultsProps {
  /** The view key that it is about; null for a packet. */
  readonly about: string | null;
  readonly groups: readonly FaultGroup[];
  /** For a packet: its walk. The command is put in front of the action that made it, and the run is played again. */
  readonly walk?: number;
}

export function FaultsSection({ about, groups, walk }: FaultsProps) {
  const page = usePage();
  const faults = useSimulation((mirror) => mirror.faults);
  const { own, others } = sortFaults(faults, about);
  const run = (line: string) => {
    const maker = page.simulation.getState().actions.find(({ walks }) => walk !== undefined && walks.includes(walk));
    if (!maker) {
      // It happens at the end of the run: that is what there is to see.
      page.ui.setState({ playing: false, position: null, moment: null });
      return page.act({ type: 'command', line });
    }
    page.run.setActions(page.run.store.getState().actions.toSpliced(maker.index, 0, { type: 'command', line }));
  };
  return (
    <Section title="Faults">
      <FaultList faults={own} onUndo={run} />
      {about === null && <TakenPackets />}
      <Refusal lines={groups.flatMap(({ choices }) => choices.map(({ line }) => line))} />
      <Menu trigger={<Button trailingIcon="chevron-down">{about === null ? 'Take this packet' : 'Break something'}</Button>}>
        {groups.map((group) => (
          <div key={group.title}>
            <MenuLabel>{group.title}</MenuLabel>
            {group.choices.map((choice) => (
              <MenuItem key={choice.line} aside={<code>{choice.shown}</code>} onSelect={() => run(choice.line)}>
                {choice.title}
              </MenuItem>
            ))}
          </div>
        ))}
      </Menu>
      {others.length > 0 && (
        <>
          <h4 className="faults-elsewhere">Elsewhere</h4>
          <FaultList faults={others} onUndo={run} />
        </>
      )}
    </Section>
  );
}

function FaultList({ faults, onUndo }: { faults: readonly FaultView[]; onUndo: (line: string) => void }) {
  if (faults.length === 0) return null;
  return (
    <ul className="plain-list fault-list">
      {faults.map(({ line, text, undo }) => (
        <FaultRow key={line} line={line} text={text} title={undo} onUndo={() => onUndo(undo)} />
      ))}
    </ul>
  );
}

/** Packets that were taken in flight: the command is taken back, and the run is played without it. */
function TakenPackets() {
  const page = usePage();
  const actions = useRun((run) => run.actions);
  const taken = [...packetCommands(actions)];
  if (taken.length === 0) return null;
  return (
    <ul className="plain-list fault-list">
      {taken.map(([index, line]) => (
        <FaultRow
          key={index}
          line={line}
          text=""
          title="Play without it"
          onUndo={() => page.run.setActions(actions.filter((_action, place) => place !== index))}
        />
      ))}
    </ul>
  );
}

function FaultRow({ line, text, title, onUndo }: { line: string; text: string; title: string; onUndo: () => void }) {
  return (
    <li className="fault-row">
      <div className="fault-words">
        {text && <span className="tone-bad">{text}</span>}
        <code>{line}</code>
      </div>
      <Button look="ghost" title={title} aria-label={`Undo ${line}`} onClick={onUndo}>
        Undo
      </Button>
    </li>
  );
}

/** Why the last command from this menu could not be carried out. */
function Refusal({ lines }: { lines: readonly string[] }) {
  const actions = useRun((run) => run.actions);
  const views = useSimulation((mirror) => mirror.actions);
  const index = actions.findLastIndex((action) => action.type === 'command');
  const last = actions[index];
  const view: ActionView | undefined = views.find((one) => one.index === index);
  if (last?.type !== 'command' || !lines.includes(last.line) || !view || view.ok) return null;
  return (
    <p className="fault-refusal tone-bad" role="alert">
      {view.output.at(-1)}
    </p>
  );
}
