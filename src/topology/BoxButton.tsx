// One box of the drawing. Every box is a button: the keyboard reaches what the mouse does.

import { createContext, type MouseEvent, memo, useContext } from 'react';
import { later } from '../ui/later.tsx';
import type { BoxData } from './boxes.ts';
import { MachineBox } from './MachineBox.tsx';
import { PodCell } from './PodCell.tsx';
import { ServiceBox } from './ServiceBox.tsx';

// Only where a packet meets a policy, or there is an Ingress.
const RulesBox = later(() => import('./RulesBox.tsx').then((module) => module.RulesBox));

/** Whom a click on a box is told. */
export const SelectContext = createContext<(key: string | null) => void>(() => {});

export const BoxButton = memo(function BoxButton({ id, data }: { id: string; data: BoxData }) {
  const select = useContext(SelectContext);
  const { box } = data;
  const choose = (event: MouseEvent) => {
    const inner = (event.target as Element).closest('[data-object]')?.getAttribute('data-object');
    select(inner ?? id);
  };
  return (
    <button type="button" className="box-button" data-key={id} aria-label={data.name} aria-pressed={data.selected} onClick={choose}>
      {box.kind === 'machine' && <MachineBox place={box.place} marks={box.marks} />}
      {box.kind === 'pod' && <PodCell place={box.place} marks={box.marks} />}
      {box.kind === 'service' && <ServiceBox place={box.place} marks={box.marks} />}
      {box.kind === 'rules' && <RulesBox place={box.place} selected={box.selected} />}
    </button>
  );
});
