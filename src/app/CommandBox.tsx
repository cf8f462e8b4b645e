// Who sends, and what: a source, a command line with suggestions read off the cluster, and Send.

import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { sourceName } from '../state/command-line.ts';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { type Suggestion, sourcesOf, suggestionsFor } from '../state/targets.ts';
import { type Load, loads } from '../state/ui-store.ts';
import { Button } from '../ui/Button.tsx';
import { ControlIcon } from '../ui/ControlIcon.tsx';
import { Menu, MenuChoices, MenuLabel } from '../ui/Menu.tsx';

export function CommandBox({ isLarge = false }: { isLarge?: boolean }) {
  const page = usePage();
  const [problem, setProblem] = useState<string | null>(null);
  const hasWalks = useSimulation((mirror) => mirror.walks.length > 0);
  const isReady = useSimulation((mirror) => mirror.answered > 0);
  const send = () => setProblem(page.send());
  return (
    <form
      className={`command ${isLarge ? 'command-large' : ''}`}
      aria-label="Send a request"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="command-field">
        <SourceButton />
        <CommandLine problem={problem} onChange={() => setProblem(null)} />
        <LoadButton />
        {!isLarge && (
          <button type="submit" className="command-send" data-first={!hasWalks} disabled={!isReady}>
            Send
          </button>
        )}
      </div>
      {isLarge && (
        <Button look="blue" type="submit" className="command-send-large" disabled={!isReady}>
          Send
        </Button>
      )}
      {problem && (
        <p className="command-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function SourceButton() {
  const { ui } = usePage();
  const objects = useSimulation((mirror) => mirror.objects);
  const from = useUi((state) => state.from);
  const sources = useMemo(() => sourcesOf(objects), [objects]);
  return (
    <Menu
      trigger={
        <button type="button" className="command-source" aria-label={`From ${sourceName(from)}`}>
          <span>{sourceName(from)}</span>
          <ControlIcon name="chevron-down" size={14} />
        </button>
      }
    >
      <MenuLabel>Send from</MenuLabel>
      <MenuChoices
        value={from}
        onChange={(source) => ui.setState({ from: source })}
        options={sources.map(({ source, name, place }) => ({ value: source, text: name, aside: place }))}
      />
    </Menu>
  );
}

/** How often. */
function LoadButton() {
  const { ui } = usePage();
  const load = useUi((state) => state.load);
  const name = ({ times, everyUs }: Load) => `${times} ${everyUs}`;
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="command-load" aria-label={`How often: ${load.times === 1 ? 'once' : `${load.times} times`}`}>
          <span>{load.times === 1 ? '1×' : `${load.times}×`}</span>
          <ControlIcon name="chevron-down" size={14} />
        </button>
      }
    >
      <MenuLabel>How often</MenuLabel>
      <MenuChoices
        value={name(load)}
        onChange={(chosen) => ui.setState({ load: loads.find((one) => name(one) === chosen) ?? load })}
        options={loads.map((one) => ({ value: name(one), text: one.text }))}
      />
    </Menu>
  );
}

function CommandLine({ problem, onChange }: { problem: string | null; onChange: () => void }) {
  const { ui } = usePage();
  const list = useId();
  const objects = useSimulation((mirror) => mirror.objects);
  const scenario = useSimulation((mirror) => mirror.scenario);
  const from = useUi((state) => state.from);
  const line = useUi((state) => state.line);
  const [isOpen, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const [active, setActive] = useState(-1);
  // A large cluster offers thousands of lines: they are read off it only where somebody looks at them.
  const suggestions = useMemo(
    () => (isOpen ? matching(suggestionsFor(objects, scenario, from), filter) : []),
    [isOpen, objects, scenario, from, filter],
  );

  const open = (query: string) => {
    setFilter(query);
    setActive(-1);
    setOpen(true);
  };
  const take = (text: string) => {
    ui.setState({ line: text });
    setOpen(false);
    onChange();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = suggestions[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open('');
      else setActive((index) => (index + (event.key === 'ArrowDown' ? 1 : -1) + suggestions.length) % Math.max(1, suggestions.length));
    } else if (event.key === 'Enter' && isOpen && chosen) {
      event.preventDefault();
      take(chosen.line);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setOpen(false);
    } else if (event.key === 'Enter') setOpen(false);
  };
  const isShown = isOpen && suggestions.length > 0;
  return (
    <span className="command-line">
      <input
        id="command-line"
        type="text"
        role="combobox"
        aria-label="What to send"
        aria-expanded={isShown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-invalid={problem !== null}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        placeholder="curl http://web"
        value={line}
        onChange={(event) => {
          ui.setState({ line: event.target.value });
          onChange();
          open(event.target.value);
        }}
        onClick={() => open('')}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="Suggestions" className="suggestions" hidden={!isShown}>
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={suggestion.line}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            className="suggestion"
            // Before the input loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              take(suggestion.line);
            }}
          >
            <span className="mono">{suggestion.line}</span>
            <span className="menu-aside">{suggestion.about}</span>
          </div>
        ))}
      </div>
    </span>
  );
}

/** A list that is longer than this is narrowed by typing. */
const mostShown = 200;

function matching(suggestions: readonly Suggestion[], filter: string): readonly Suggestion[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return suggestions
    .filter(({ line, about }) => words.every((word) => `${line} ${about}`.toLowerCase().includes(word)))
    .slice(0, mostShown);
}
