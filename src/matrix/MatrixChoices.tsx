// What the matrix shows: the callers' namespace, the namespace of what is called, and what folds pods into one.

import { useId } from 'react';
import type { MatrixView } from '../protocol/messages.ts';
import { type Choice, type Grouping, labelKeysOf, namespacesOf } from './fold.ts';

export interface MatrixChoicesProps {
  view: MatrixView;
  choice: Choice;
  onChange(choice: Choice): void;
}

export function MatrixChoices({ view, choice, onChange }: MatrixChoicesProps) {
  const namespaces = [
    { value: '', text: 'all but kube-system' },
    { value: '*', text: 'all namespaces' },
    ...namespacesOf(view).map((name) => ({ value: name, text: name })),
  ];
  const groupings = [
    { value: 'owner', text: 'workload' },
    { value: 'namespace', text: 'namespace' },
    ...labelKeysOf(view).map((key) => ({ value: `label ${key}`, text: `label ${key}` })),
    { value: 'pod', text: 'nothing: every pod' },
  ];
  return (
    <div className="matrix-choices">
      <Select label="From" options={namespaces} value={choice.from} onChange={(from) => onChange({ ...choice, from })} />
      <Select label="To" options={namespaces} value={choice.to} onChange={(to) => onChange({ ...choice, to })} />
      <Select
        label="Fold pods by"
        options={groupings}
        value={choice.grouping}
        onChange={(grouping) => onChange({ ...choice, grouping: grouping as Grouping })}
      />
    </div>
  );
}

interface SelectProps {
  label: string;
  options: readonly { readonly value: string; readonly text: string }[];
  value: string;
  onChange(value: string): void;
}

function Select({ label, options, value, onChange }: SelectProps) {
  const id = useId();
  return (
    <span className="matrix-select">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
