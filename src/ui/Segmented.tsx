// A choice among a few, all of them in sight: a radio group that looks like one control.

import { useId } from 'react';

export interface SegmentedProps<T extends string> {
  label: string;
  options: readonly { readonly value: T; readonly text: string; readonly hint?: string }[];
  value: T;
  onChange: (value: T) => void;
}

export function Segmented<T extends string>({ label, options, value, onChange }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.hint} data-on={option.value === value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.text}
        </label>
      ))}
    </fieldset>
  );
}
