import { expect, it } from 'vitest';
import { fittingView } from './view.ts';

it('shows all of a drawing, in its middle', () => {
  expect(fittingView({ width: 800, height: 652 }, 800, 652)).toEqual([0, 0, 1]);
  expect(fittingView({ width: 800, height: 600 }, 1000, 600)).toEqual([100, 0, 1]);
});

it('leaves room for the zoom switch over the boxes, however low the pane is', () => {
  for (const height of [620, 500, 400, 300]) {
    const [, y, zoom] = fittingView({ width: 800, height: 652 }, 800, height);
    expect(y + 44 * zoom).toBeGreaterThanOrEqual(43.9);
    expect(y + 652 * zoom).toBeLessThanOrEqual(height + 0.1);
  }
});
