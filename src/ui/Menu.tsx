// A menu under a button, on Radix: arrow keys, typing ahead and Escape come with it. Radix itself is loaded after the
// first screen; until then the button asks for it, and the menu opens when it has come.

import { cloneElement, type KeyboardEvent, type ReactElement, type ReactNode, useState } from 'react';
import { ControlIcon } from './ControlIcon.tsx';
import { DropdownContext, loadDropdown, useDropdown, useLoadedDropdown } from './use-dropdown.ts';

type Trigger = ReactElement<Record<string, unknown>>;

export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: Trigger;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}) {
  const Dropdown = useLoadedDropdown();
  const [isWanted, setWanted] = useState(false);
  if (!Dropdown) return askForMenu(trigger, () => setWanted(true));
  return (
    <Dropdown.Root modal={false} defaultOpen={isWanted}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" align={align} sideOffset={6} collisionPadding={8}>
          <DropdownContext value={Dropdown}>{children}</DropdownContext>
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

// The button as Radix would dress it, closed.
function askForMenu(trigger: Trigger, want: () => void): ReactElement {
  const ask = () => {
    want();
    loadDropdown();
  };
  const onKeyDown = (event: KeyboardEvent) => event.key === 'ArrowDown' && ask();
  return cloneElement(trigger, { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: ask, onKeyDown });
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
  const Dropdown = useDropdown();
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
  const Dropdown = useDropdown();
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
  const Dropdown = useDropdown();
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
  const Dropdown = useDropdown();
  return <Dropdown.Label className="menu-label">{children}</Dropdown.Label>;
}

export function MenuSeparator() {
  const Dropdown = useDropdown();
  return <Dropdown.Separator className="menu-separator" />;
}
