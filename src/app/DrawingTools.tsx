// Tools of the drawing, beside the zoom switch: find an object, choose what stands together and what is hidden, put moved
// things back. Keys: / finds, 0 fits, Ctrl Z takes a move back, Ctrl Shift Z or Ctrl Y does it again.

import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { initialDrawing, noFilter, redoMove, resetPlaces, undoMove } from '../state/drawing-options.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { namespacesOf } from '../topology/filter.ts';
import { type Found, findObjects } from '../topology/find.ts';
import { clusterOf } from '../topology/graph.ts';
import { Button } from '../ui/Button.tsx';
import { Menu, MenuCheck, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '../ui/Menu.tsx';
import { isTaken } from './keyboard.ts';
import './drawing-tools.css';

export function DrawingTools({ onFind, onFit }: { onFind(key: string): void; onFit(): void }) {
  const { ui } = usePage();
  const [isFinding, setFinding] = useState(false);
  const isMoved = useUi(({ drawing }) => Object.keys(drawing.offsets).length > 0);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || isTaken(event.target, event.key)) return;
      const { before, after } = ui.getState().drawing;
      const isCommand = event.ctrlKey || event.metaKey;
      const isZ = isCommand && event.key.toLowerCase() === 'z';
      const isRedo = (isCommand && event.key === 'y') || (isZ && event.shiftKey);
      const isUndo = isZ && !event.shiftKey;
      const isPlain = !isCommand && !ui.getState().present;
      if (isUndo && before.length > 0) ui.setState(({ drawing }) => ({ drawing: undoMove(drawing) }));
      else if (isRedo && after.length > 0) ui.setState(({ drawing }) => ({ drawing: redoMove(drawing) }));
      else if (isPlain && event.key === '/') setFinding(true);
      else if (isPlain && event.key === '0') onFit();
      else return;
      event.preventDefault();
    };
    // Before the page's own keys, which leave alone what was taken.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [ui, onFit]);
  return (
    <>
      {isFinding ? (
        <FindBox
          onFind={(key) => {
            setFinding(false);
            onFind(key);
          }}
          onClose={() => setFinding(false)}
        />
      ) : (
        <Button
          look="ghost"
          icon="search"
          className="drawing-tool"
          aria-label="Find in the cluster"
          title="Find (/)"
          onClick={() => setFinding(true)}
        />
      )}
      <ViewMenu />
      {isMoved && (
        <Button
          className="drawing-tool"
          title="Undo one move: Ctrl Z"
          onClick={() => ui.setState(({ drawing }) => ({ drawing: resetPlaces(drawing) }))}
        >
          Put back
        </Button>
      )}
    </>
  );
}

function ViewMenu() {
  const { ui } = usePage();
  const objects = useSimulation((mirror) => mirror.objects);
  const namespaces = useMemo(() => namespacesOf(clusterOf(objects)), [objects]);
  const drawing = useUi((state) => state.drawing);
  const selection = useUi((state) => state.selection);
  const { filter, grouping } = drawing;
  const change = (next: Partial<typeof drawing>) => ui.setState({ drawing: { ...drawing, ...next } });
  const isChanged = grouping !== initialDrawing.grouping || filter !== noFilter;
  const toggle = (namespace: string) => {
    const hidden = filter.hiddenNamespaces;
    const hiddenNamespaces = hidden.includes(namespace) ? hidden.filter((each) => each !== namespace) : [...hidden, namespace];
    change({ filter: { ...filter, hiddenNamespaces } });
  };
  return (
    <Menu
      align="end"
      trigger={
        <Button look="ghost" icon="menu" className="drawing-tool" data-on={isChanged} aria-label="What is drawn" title="What is drawn" />
      }
    >
      <MenuLabel>Pods stand</MenuLabel>
      <MenuChoices
        value={grouping}
        onChange={(value) => change({ grouping: value === 'namespace' ? 'namespace' : 'node' })}
        options={[
          { value: 'node', text: 'By node' },
          { value: 'namespace', text: 'By namespace', aside: 'until a packet is followed' },
        ]}
      />
      <MenuSeparator />
      <MenuCheck checked={filter.hideSystem} onChange={(hideSystem) => change({ filter: { ...filter, hideSystem } })}>
        Hide the system's own
      </MenuCheck>
      {namespaces.length > 1 &&
        namespaces.map((namespace) => (
          <MenuCheck key={namespace} checked={!filter.hiddenNamespaces.includes(namespace)} onChange={() => toggle(namespace)}>
            {namespace}
          </MenuCheck>
        ))}
      <MenuSeparator />
      <MenuItem disabled={selection === null} onSelect={() => change({ filter: { ...noFilter, only: selection } })}>
        Only the selected, and what belongs to it
      </MenuItem>
      <MenuItem disabled={filter === noFilter} onSelect={() => change({ filter: noFilter })}>
        Show all
      </MenuItem>
    </Menu>
  );
}

/** A field that finds while it is typed into: arrows choose, Enter goes there, Escape leaves. */
function FindBox({ onFind, onClose }: { onFind(key: string): void; onClose(): void }) {
  const objects = useSimulation((mirror) => mirror.objects);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();
  const found = useMemo(() => findObjects(objects, query), [objects, query]);
  const onKeyDown = (event: ReactKeyboardEvent) => {
    const chosen = found[active];
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && chosen) onFind(chosen.key);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      setActive((index) => (index + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <div className="find-box">
      <input
        // biome-ignore lint/a11y/noAutofocus: it was asked for a moment ago
        autoFocus
        type="text"
        role="combobox"
        aria-label="Find a pod, Service or node"
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-activedescendant={found[active] ? `${list}-${active}` : undefined}
        placeholder="Name, address, label"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={onClose}
      />
      <div id={list} role="listbox" aria-label="Found" className="suggestions" hidden={query.trim() === ''}>
        {found.map((each, index) => (
          <FoundRow key={each.key} id={`${list}-${index}`} found={each} isActive={index === active} onTake={() => onFind(each.key)} />
        ))}
        {found.length === 0 && <p className="find-nothing">Nothing in this cluster has that name, address or label.</p>}
      </div>
    </div>
  );
}

function FoundRow({ id, found, isActive, onTake }: { id: string; found: Found; isActive: boolean; onTake(): void }) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active row
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className="suggestion"
      // Before the field loses the focus.
      onPointerDown={(event) => {
        event.preventDefault();
        onTake();
      }}
    >
      <span>
        <span className="menu-aside">{found.kind}</span> {found.name}
      </span>
      <span className="menu-aside mono">{found.about}</span>
    </div>
  );
}
