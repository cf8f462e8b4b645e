// Tabs with the black underline, on Radix. `aside` stands at the right end of the row.

import * as RadixTabs from '@radix-ui/react-tabs';
import type { ReactNode } from 'react';
import './controls.css';

export interface TabsProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: readonly { readonly value: T; readonly text: ReactNode; readonly content: ReactNode }[];
  aside?: ReactNode;
  className?: string;
}

export function Tabs<T extends string>({ label, value, onChange, tabs, aside, className = '' }: TabsProps<T>) {
  return (
    <RadixTabs.Root className={`tabs ${className}`} value={value} onValueChange={(next) => onChange(next as T)}>
      <div className="tab-row">
        <RadixTabs.List className="tab-list" aria-label={label}>
          {tabs.map((tab) => (
            <RadixTabs.Trigger key={tab.value} className="tab" value={tab.value}>
              {tab.text}
            </RadixTabs.Trigger>
          ))}
        </RadixTabs.List>
        {aside}
      </div>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} className="tab-content" value={tab.value}>
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
