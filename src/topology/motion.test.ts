import { describe, expect, it } from 'vitest';
import { ease, PacketMotion } from './motion.ts';

describe('motion', () => {
  it('moves, holds, and then says that it has arrived, once', () => {
    const motion = new PacketMotion();
    let arrivals = 0;
    motion.start({ from: 0, to: 100, moveMs: 400, holdMs: 600 }, () => arrivals++);
    motion.tick(200);
    expect(motion.distance).toBeGreaterThan(40);
    motion.tick(200);
    expect([motion.distance, motion.moving, arrivals]).toEqual([100, false, 0]);
    motion.tick(600);
    motion.tick(600);
    expect([arrivals, motion.active]).toEqual([1, false]);
  });

  it('eases from 0 to 1 without turning back', () => {
    const values = Array.from({ length: 21 }, (_, i) => ease(i / 20));
    expect(values[0]).toBeCloseTo(0);
    expect(values[20]).toBeCloseTo(1);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });
});
