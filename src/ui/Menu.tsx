// A menu under a button, on Radix: arrow keys, typing ahead and Escape come with it.

import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ReactElement, ReactNode } from 'react';
import { ControlIcon } from './ControlIcon.tsx';
import './controls.css';

export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

export function MenuItem({
  children,
  aside,
  onSelect,
  disabled,
}: {
  children: ReactNode;
  aside?: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
}) {
  return (
    <Dropdown.Item className="menu-item" onSelect={onSelect} {...(disabled && { disabled })}>
      <span>{children}</span>
      {aside && <span className="menu-aside">{aside}</span>}
    </Dropdown.Item>
  );
}

/** One of several, the current one checked. */
export function MenuChoices<T extends string>({
  value,
  options,
  onChange,
}: {
  value: T;
  options: readonly { readonly value: T; readonly text: ReactNode; readonly aside?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  return (
    <Dropdown.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <Dropdown.RadioItem key={option.value} value={option.value} className="menu-item menu-choice">
          <Dropdown.ItemIndicator className="menu-check">
            <ControlIcon name="check" size={14} />
          </Dropdown.ItemIndicator>
          <span>{option.text}</span>
          {option.aside && <span className="menu-aside">{option.aside}</span>}
        </Dropdown.RadioItem>
      ))}
    </Dropdown.RadioGroup>
  );
}

export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Dropdown.CheckboxItem className="menu-item menu-choice" checked={checked} onCheckedChange={onChange}>
      <Dropdown.ItemIndicator className="menu-check">
        <ControlIcon name="check" size={14} />
      </Dropdown.ItemIndicator>
      <span>{children}</span>
    </Dropdown.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Dropdown.Label className="menu-label">{children}</Dropdown.Label>;
}

export function MenuSeparator() {
  return <Dropdown.Separator className="menu-separator" />;
}
