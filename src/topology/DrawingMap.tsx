// A small map of a large drawing, with the part of it that is in the pane. A press or a drag on it moves the view; so do
// the arrow keys.

import { useReactFlow, useStore } from '@xyflow/react';
import { type KeyboardEvent, type PointerEvent, useMemo } from 'react';
import type { Box } from './geometry.ts';

/** A box on the map. `lit`: what is followed or selected; `bad`: what does not answer. */
export interface MapMark extends Box {
  readonly tone: 'plain' | 'lit' | 'bad';
}

const most = { width: 168, height: 120 } as const;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function DrawingMap({
  drawing,
  marks,
}: {
  drawing: { readonly width: number; readonly height: number };
  marks: readonly MapMark[];
}) {
  const flow = useReactFlow();
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const scale = Math.min(most.width / drawing.width, most.height / drawing.height);
  const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const picture = useMemo(() => <Marks marks={marks} least={1.5 / scale} />, [marks, scale]);
  const move = (event: PointerEvent<HTMLElement>) => {
    if (event.type !== 'pointerdown' && event.buttons !== 1) return;
    const area = event.currentTarget.getBoundingClientRect();
    event.currentTarget.setPointerCapture(event.pointerId);
    void flow.setCenter((event.clientX - area.left) / scale, (event.clientY - area.top) / scale, { zoom });
  };
  const step = (event: KeyboardEvent) => {
    const way = arrows[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const [dx, dy] = way;
    void flow.setCenter(seen.x + seen.width * (0.5 + dx / 4), seen.y + seen.height * (0.5 + dy / 4), { zoom });
  };
  return (
    <button
      type="button"
      className="drawing-map"
      aria-label="Map of the cluster. The arrow keys move the view."
      onPointerDown={move}
      onPointerMove={move}
      onKeyDown={step}
      style={{ width: drawing.width * scale, height: drawing.height * scale }}
    >
      <svg
        className="drawing-map-picture"
        width={drawing.width * scale}
        height={drawing.height * scale}
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        aria-hidden="true"
      >
        {picture}
        <rect {...seen} fill="var(--f1)" fillOpacity={0.1} stroke="var(--f1)" strokeWidth={1.6 / scale} rx={3 / scale} />
      </svg>
    </button>
  );
}

const fills: Readonly<Record<MapMark['tone'], string>> = { plain: 'var(--shape)', lit: 'var(--f1)', bad: 'var(--bad)' };

/** One path a tone, however many boxes there are; `least` is what can still be seen. */
function Marks({ marks, least }: { marks: readonly MapMark[]; least: number }) {
  return (['plain', 'lit', 'bad'] as const).map((tone) => {
    const boxes = marks.filter((mark) => mark.tone === tone);
    const d = boxes.map(
      (box) => `M${box.x},${box.y} h${Math.max(least, box.width)} v${Math.max(least, box.height)} h${-Math.max(least, box.width)} Z`,
    );
    return <path key={tone} d={d.join(' ')} fill={fills[tone]} fillOpacity={tone === 'plain' ? 0.45 : 0.9} />;
  });
}
