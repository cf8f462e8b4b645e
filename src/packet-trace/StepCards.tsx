// At intent zoom: one card a step, each naming the hops that it covers.

import { useEffect, useRef } from 'react';
import { usePage, useSimulation, useUi } from '../state/page.ts';
import { lookUp, stepAt, stepPosition, stepsOf } from '../state/stepping.ts';
import { PacketGlyph } from '../ui/glyphs/PacketGlyph.tsx';
import { narrate } from './narrate.ts';
import { lookOf, packetTitle } from './packet-look.ts';

export function StepCards() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const list = useRef<HTMLOListElement>(null);
  const walk = lookUp(walks, position)?.walk;
  const steps = walk ? stepsOf(walk) : [];
  const current = stepAt(steps, position);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  if (!walk) return null;
  return (
    <ol ref={list} className="step-cards" aria-label="Steps of this walk">
      {steps.map((step, index) => {
        const hop = step.packet.hops[step.lastHop - 1];
        return (
          <li key={`${step.packet.id}.${step.firstHop}`}>
            <button
              type="button"
              className={index > current ? 'step-card step-future' : 'step-card'}
              aria-current={index === current ? 'step' : undefined}
              onClick={() => page.jumpTo(stepPosition(walk, step))}
            >
              <span className="step-head">
                <PacketGlyph look={lookOf(step.packet, step.lastHop)} height={22} title={packetTitle(step.packet)} />
                <span className="mono">
                  {index + 1} of {steps.length}
                </span>
              </span>
              <span className="step-say">{hop && narrate(step.packet, hop)}</span>
              <span className="step-hops">
                {step.firstHop === step.lastHop ? `hop ${step.lastHop}` : `hops ${step.firstHop}-${step.lastHop}`}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
