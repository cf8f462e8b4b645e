import { expect, test } from 'vitest';
import { lookUp } from '../state/stepping.ts';
import { answeredWalk } from '../state/testing-walks.ts';
import { nextQuestion } from './next-question.ts';

test('asks about what comes, and never says it', () => {
  const at = (packet: number, hop: number) => {
    const view = lookUp([answeredWalk()], { walk: 0, packet, hop });
    return view && nextQuestion(view);
  };
  expect(at(2, 1)).toBe('Next: who receives it?');
  expect(at(2, 2)).toBe('Next: what does a rule change?');
  expect(at(2, 3)).toBe('Next: which interface does it leave by?');
  expect(at(2, 5)).toBe('Next: what comes back?');
  expect(at(3, 1)).toBe('Next: which address does conntrack put back?');
});
