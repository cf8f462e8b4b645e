import { expect, it } from 'vitest';
import { initialDrawing, loadOffsets, moveObject, redoMove, resetPlaces, saveOffsets, undoMove } from './drawing-options.ts';

function aStorage(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as Storage;
}

const moved = moveObject(initialDrawing, 'Node//node-1', { x: 40, y: 8 });

it('adds up what an object was dragged', () => {
  expect(moveObject(moved, 'Node//node-1', { x: -10, y: 0 }).offsets).toEqual({ 'Node//node-1': { x: 30, y: 8 } });
});

it('undoes one move after the other, and a reset too', () => {
  const reset = resetPlaces(moved);
  expect(reset.offsets).toEqual({});
  expect(undoMove(reset).offsets).toEqual(moved.offsets);
  expect(undoMove(undoMove(reset)).offsets).toEqual({});
  expect(undoMove(initialDrawing)).toBe(initialDrawing);
});

it('does again what was undone, until something else is moved', () => {
  const undone = undoMove(moved);
  expect(redoMove(undone)).toEqual(moved);
  expect(redoMove(moved)).toBe(moved);
  const other = moveObject(undone, 'Node//node-2', { x: 1, y: 1 });
  expect(redoMove(other)).toBe(other);
});

it('remembers places by scenario, and forgets what is damaged', () => {
  const storage = aStorage();
  saveOffsets(storage, 'pod-to-service', moved.offsets);
  saveOffsets(storage, null, { 'Node//x': { x: 1, y: Number.NaN } });
  expect(loadOffsets(storage, 'pod-to-service')).toEqual(moved.offsets);
  expect(loadOffsets(storage, null)).toEqual({});
  expect(loadOffsets(null, null)).toEqual({});
});
