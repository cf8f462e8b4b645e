// Two branches side by side: the walk in view and the same request in another branch, with the first differing hop marked.

import { useEffect, useMemo, useState } from 'react';
import type { Walk } from '../protocol/messages.ts';
import type { Branch } from '../state/branches.ts';
import { useBranches, usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { type ComparedHop, type Comparison, compareWalks, counterpart } from './compare-walks.ts';
import './timeline.css';

export function CompareBranches() {
  const { ui } = usePage();
  const isOpen = useUi((state) => state.dialog === 'compare');
  return (
    <Dialog title="Two branches, side by side" shape="wide" open={isOpen} onClose={() => ui.setState({ dialog: null })}>
      {isOpen && <CompareBody />}
    </Dialog>
  );
}

function CompareBody() {
  const list = useBranches((branches) => branches.list);
  const current = useBranches((branches) => branches.current);
  const others = list.filter((branch) => branch.id !== current);
  const [otherId, setOtherId] = useState(others[0]?.id);
  const here = list.find((branch) => branch.id === current);
  const other = others.find((branch) => branch.id === otherId) ?? others[0];
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const otherWalks = useWalksOf(other);
  const walk = lookUp(walks, position)?.walk ?? walks.at(-1);
  if (!here || !other) return <p>There is only one branch.</p>;
  const matching = walk && otherWalks && counterpart(walk, walks, otherWalks);
  return (
    <div className="compare">
      {others.length > 1 && (
        <label className="compare-choice">
          Beside {here.name}:{' '}
          <select value={other.id} onChange={(event) => setOtherId(Number(event.target.value))}>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {!walk && <p>Nothing was sent in this branch.</p>}
      {walk && otherWalks && !matching && <p>Nothing was sent in {other.name} that this could be compared with.</p>}
      {walk && matching && <CompareTable names={[here.name, other.name]} left={walk} right={matching} />}
    </div>
  );
}

/** Null until the engine has played the branch. */
function useWalksOf(branch: Branch | undefined): readonly Walk[] | null {
  const { run } = usePage();
  const [found, setFound] = useState<{ branch: Branch; walks: readonly Walk[] } | null>(null);
  useEffect(() => {
    if (!branch) return;
    let isWanted = true;
    void run.peek(branch.content).then((walks) => isWanted && setFound({ branch, walks }));
    return () => {
      isWanted = false;
    };
  }, [run, branch]);
  return found && found.branch === branch ? found.walks : null;
}

function CompareTable({ names, left, right }: { names: readonly [string, string]; left: Walk; right: Walk }) {
  const { rows, firstDifference } = useMemo(() => compareWalks(left, right), [left, right]);
  return (
    <>
      <p className="compare-verdict">{verdictOf({ rows, firstDifference }, left, right)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="compare-scroll" tabIndex={0} aria-label="Hops of both branches">
        <table className="compare-table">
          <thead>
            <tr>
              <th scope="col">hop</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place
              <tr key={index} className={index === firstDifference ? 'compare-first' : ''}>
                <th scope="row">
                  {index + 1}
                  {index === firstDifference && <span className="compare-flag">first difference</span>}
                </th>
                <HopCell hop={row.left} isAlone={firstDifference !== null && index >= firstDifference} />
                <HopCell hop={row.right} isAlone={firstDifference !== null && index >= firstDifference} />
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function HopCell({ hop, isAlone }: { hop: ComparedHop | null; isAlone: boolean }) {
  if (!hop) return <td className="compare-none">-</td>;
  return (
    <td className={isAlone ? '' : 'compare-same'}>
      <span className="mono">{hop.packet.label}</span> {hop.hop.say ?? hop.what}
    </td>
  );
}

function verdictOf({ rows, firstDifference }: Comparison, left: Walk, right: Walk): string {
  if (firstDifference === null) return `The same ${rows.length} hops in both.`;
  const outcomes = left.outcome.text === right.outcome.text ? left.outcome.text : `${left.outcome.text} here, ${right.outcome.text} there`;
  return firstDifference === 0
    ? `Other from the first hop on: ${outcomes}.`
    : `The same for ${firstDifference} hops, then not: ${outcomes}.`;
}
