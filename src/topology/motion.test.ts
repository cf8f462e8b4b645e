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

  it('tells of every step on its way, and of none while it is held', () => {
    const motion = new PacketMotion();
    motion.start({ from: 0, to: 100, moveMs: 400, holdMs: 600 }, () => {});
    let told = 0;
    motion.subscribe(() => told++);
    for (let passed = 0; passed < 900; passed += 100) motion.tick(100);
    expect(told).toBe(4);
    motion.tick(100);
    expect(told).toBe(5);
  });

  it('eases from 0 to 1 without turning back', () => {
    const values = Array.from({ length: 21 }, (_, i) => ease(i / 20));
    expect(values[0]).toBeCloseTo(0);
    expect(values[20]).toBeCloseTo(1);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });
});
