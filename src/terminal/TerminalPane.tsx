// The Terminal tab: a line typed on a pod, on a node or on the laptop acts on the simulation, and what the tool would
// print is printed. Sending is a walk like any other.

import { type FormEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { sourceName } from '../state/command-line.ts';
import { usePage, useRun, useSimulation, useUi } from '../state/page.ts';
import { sourcesOf } from '../state/targets.ts';
import { type TerminalLine, transcript } from '../state/terminal.ts';
import { Button } from '../ui/Button.tsx';
import { completions } from './completions.ts';
import './terminal.css';

export function TerminalPane() {
  const page = usePage();
  const actions = useRun((run) => run.actions);
  const views = useSimulation((mirror) => mirror.actions);
  const walks = useSimulation((mirror) => mirror.walks);
  const looked = useStore(page.terminal, (state) => state.looked);
  const lines = useMemo(() => transcript({ actions, views, walks, looked }), [actions, views, walks, looked]);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line is brought into view
  useEffect(() => {
    // Newer browsers answer with a promise, which must not be the effect's.
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [lines]);
  return (
    <div className="terminal-pane">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="terminal-screen" role="log" aria-label="Terminal" tabIndex={0}>
        {lines.length === 0 && (
          <p className="terminal-hint">
            Type as you would in that pod or on that node: <code>curl http://web</code>, <code>nslookup web</code>, <code>ping web</code>,{' '}
            <code>ip route</code>, <code>iptables-save</code>; <code>kubectl get pods -o wide</code>,{' '}
            <code>kubectl scale deployment web --replicas=5</code>; <code>node-2: systemctl stop kube-proxy</code>.
          </p>
        )}
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place
          <PrintedLine key={index} line={line} />
        ))}
        <div ref={end} />
      </div>
      <Prompt />
    </div>
  );
}

function PrintedLine({ line: { from, line, output, ok, walk } }: { line: TerminalLine }) {
  const page = usePage();
  return (
    <div className="terminal-entry">
      <p className="terminal-line">
        <span className="terminal-from">{sourceName(from)} $</span> {line}
        {walk !== null && (
          <Button look="ghost" className="terminal-walk" onClick={() => page.showWalk(walk)}>
            walk
          </Button>
        )}
      </p>
      {output.length > 0 && <pre className={ok ? '' : 'tone-bad'}>{output.join('\n')}</pre>}
    </div>
  );
}

function Prompt() {
  const page = usePage();
  const objects = useSimulation((mirror) => mirror.objects);
  const from = useUi((ui) => ui.from);
  const history = useStore(page.terminal, (state) => state.history);
  const [line, setLine] = useState('');
  const [back, setBack] = useState(0);
  const sources = useMemo(() => sourcesOf(objects), [objects]);
  const id = useId();
  const words = useMemo(() => completions(line, objects), [line, objects]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (line.trim() === '') return;
    void page.type(line.trim());
    setLine('');
    setBack(0);
  };
  const recall = (further: 1 | -1) => {
    const at = Math.min(Math.max(back + further, 0), history.length);
    setBack(at);
    setLine(at === 0 ? '' : (history[history.length - at] ?? ''));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      recall(event.key === 'ArrowUp' ? 1 : -1);
    } else if (event.key === 'Tab' && !event.shiftKey && words.length > 0 && line.trim() !== '') {
      event.preventDefault();
      setLine(words[0] ?? line);
    } else if (event.key === 'l' && event.ctrlKey) {
      event.preventDefault();
      page.terminal.setState({ looked: [] });
    }
  };
  return (
    <form className="terminal-prompt" onSubmit={submit} aria-label="Type a command">
      <label className="visually-hidden" htmlFor={`${id}-from`}>
        Typed on
      </label>
      <select id={`${id}-from`} value={from} onChange={(event) => page.sendFrom(event.target.value)}>
        {sources.map(({ source, name }) => (
          <option key={source} value={source}>
            {name}
          </option>
        ))}
      </select>
      <span aria-hidden="true">$</span>
      <input
        id="terminal-line"
        type="text"
        aria-label="Command line"
        aria-describedby={`${id}-next`}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={line}
        onChange={(event) => {
          setLine(event.target.value);
          setBack(0);
        }}
        onKeyDown={onKeyDown}
      />
      <span id={`${id}-next`} className="terminal-next mono">
        {words[0] && line !== '' ? `Tab: ${words[0].slice(line.search(/\S+$/) < 0 ? line.length : line.search(/\S+$/))}` : ''}
      </span>
    </form>
  );
}
