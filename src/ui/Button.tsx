// Every button of the page: 32 high, one look per weight. `ghost` has no border, `ink` and `blue` are filled.

import type { ButtonHTMLAttributes, Ref } from 'react';
import { ControlIcon, type ControlIconName } from './ControlIcon.tsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'ghost' | 'ink' | 'blue';
  icon?: ControlIconName;
  trailingIcon?: ControlIconName;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'plain', icon, trailingIcon, className = '', children, ...rest }: ButtonProps) {
  const isIcon = children === undefined || children === null;
  return (
    <button type="button" {...rest} className={`button button-${look} ${isIcon ? 'button-icon' : ''} ${className}`}>
      {icon && <ControlIcon name={icon} />}
      {children}
      {trailingIcon && <ControlIcon name={trailingIcon} />}
    </button>
  );
}
