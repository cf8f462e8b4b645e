// Tabs with the black underline, after the ARIA tabs pattern: one tab stop, arrow keys move, the content follows. Our
// own, because it stands on the first screen and a library for it would weigh more than the inspector.
// `aside` stands at the right end of the row.

import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface TabsProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly { readonly value: T; readonly text: ReactNode; readonly content: ReactNode }[];
  aside?: ReactNode;
  className?: string;
}

export function Tabs<T extends string>({ label, value, onChange, tabs, aside, className = '' }: TabsProps<T>) {
  const id = useId();
  const current = tabs.find((tab) => tab.value === value);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const at = move(
      tabs.findIndex((tab) => tab.value === value),
      tabs.length,
    );
    const next = tabs[at];
    if (!next) return;
    onChange(next.value);
    (event.currentTarget.children[at] as HTMLElement).focus();
  };
  return (
    <div className={`tabs ${className}`}>
      <div className="tab-row">
        <div role="tablist" className="tab-list" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map((tab) => (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              className="tab"
              aria-selected={tab.value === value}
              aria-controls={tab.value === value ? `${id}-content` : undefined}
              tabIndex={tab.value === value ? 0 : -1}
              onClick={() => onChange(tab.value)}
            >
              {tab.text}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div role="tabpanel" id={`${id}-content`} key={value} className="tab-content" aria-labelledby={`${id}-${value}`}>
        {current?.content}
      </div>
    </div>
  );
}

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};
