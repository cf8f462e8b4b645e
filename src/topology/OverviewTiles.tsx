// The machines of a large cluster as buttons over their painted tiles: for the pointer, the keyboard and the screen reader.

import { type MouseEvent, memo, type PointerEvent } from 'react';
import { type OverviewLayout, objectAt } from './overview-layout.ts';
import type { DrawingView } from './view.ts';

interface OverviewTilesProps {
  readonly layout: OverviewLayout;
  readonly view: DrawingView;
  readonly selection: string | null;
  onSelect(key: string): void;
  /** What the pointer is on; `redraw` then shows it. */
  readonly hovered: { current: string | null };
  readonly redraw: { readonly current: () => void };
}

/** Drawn anew only when a machine, its pods or the selection is another. */
export const OverviewTiles = memo(function OverviewTiles({ layout, view, selection, onSelect, hovered, redraw }: OverviewTilesProps) {
  const under = (event: { clientX: number; clientY: number; currentTarget: Element }) => {
    const area = event.currentTarget.closest('.cluster-drawing')?.getBoundingClientRect();
    const [x, y, zoom] = view.transform();
    return objectAt(layout, { x: (event.clientX - (area?.left ?? 0) - x) / zoom, y: (event.clientY - (area?.top ?? 0) - y) / zoom });
  };
  const hover = (event: PointerEvent<HTMLElement>) => {
    const key = under(event);
    if (key === hovered.current) return;
    hovered.current = key;
    event.currentTarget.title = key?.startsWith('Pod/') ? key.slice(4) : '';
    redraw.current();
  };
  const leave = () => {
    hovered.current = null;
    redraw.current();
  };
  // A click of the keyboard has no place: it means the tile itself.
  const choose = (event: MouseEvent<HTMLElement>, key: string) => onSelect(event.detail === 0 ? key : (under(event) ?? key));
  return [...layout.tiles.values()].map(({ view: node, box, cells }) => (
    <button
      key={node.key}
      type="button"
      className="box-button tile-button"
      data-key={node.key}
      aria-label={`Node ${node.name}, ${cells.length} pods${node.ready ? '' : ', NotReady'}`}
      aria-pressed={node.key === selection}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onPointerMove={hover}
      onPointerLeave={leave}
      onClick={(event) => choose(event, node.key)}
    />
  ));
});
