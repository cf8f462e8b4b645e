// The cluster by namespace: which Service selects which pods, without the machines between them.

import { useMemo, useRef } from 'react';
import { noFilter } from '../state/drawing-options.ts';
import type { BoxContent, PlacedBox } from './boxes.ts';
import { DrawingFrame } from './DrawingFrame.tsx';
import type { DrawingProps } from './drawing-props.ts';
import { filterCluster } from './filter.ts';
import type { Box } from './geometry.ts';
import { clusterOf } from './graph.ts';
import { assignRows, layoutNamespaces, type NamespaceLayout, type NamespaceRow, podsLeft, type RowPlaces } from './namespace-layout.ts';
import { Surface } from './Surface.tsx';
import { labelOf } from './selectors.ts';
import { useFrame } from './use-frame.ts';

export function NamespaceDrawing(props: DrawingProps) {
  const { objects, selection, onSelect } = props;
  const { filter = noFilter } = props.drawing ?? {};
  const kept = useRef<RowPlaces>(new Map());
  const cluster = useMemo(() => filterCluster(clusterOf(objects), filter), [objects, filter]);
  const layout = useMemo(() => {
    kept.current = assignRows(cluster, kept.current);
    return layoutNamespaces(cluster, kept.current);
  }, [cluster]);
  const boxes = useMemo(() => boxesOf(layout, selection), [layout, selection]);
  const frame = useFrame(cluster);
  const look = props.look ?? null;
  const map = useMemo(
    () => (layout.frames.length > 4 ? layout.frames.map(({ box }) => ({ ...box, tone: 'plain' as const })) : []),
    [layout],
  );
  const found = boxes.find(({ id }) => id === look?.at);
  return (
    <DrawingFrame {...props} frame={frame}>
      <Surface
        boxes={boxes}
        drawing={layout}
        view={frame.view}
        size={frame.size}
        map={map}
        isEmpty={layout.frames.length === 0}
        onSelect={onSelect}
        look={look && (look.at === null || found) ? { request: look, box: found ?? null, key: look.at } : null}
        zooms={null}
      >
        <Frames layout={layout} k={frame.lod.k} />
      </Surface>
    </DrawingFrame>
  );
}

function boxesOf({ frames }: NamespaceLayout, selection: string | null): PlacedBox[] {
  return frames.flatMap(({ rows }) =>
    rows.flatMap(({ service, pods }) => [
      ...(service
        ? [
            boxOf(
              service.view.key,
              service.box,
              contentOf(service, selection),
              `Service ${service.view.name}, ${service.view.type}`,
              selection,
            ),
          ]
        : []),
      ...pods.map(({ view, box }): PlacedBox => {
        const marks = {
          lit: false,
          named: false,
          address: view.address,
          selected: view.key === selection,
          label: labelOf(view, service?.view ?? null),
          flag: null,
        };
        const place = { view, node: view.node, box, density: 'full' as const, raised: false };
        return boxOf(
          view.key,
          box,
          { kind: 'pod', place, marks },
          `Pod ${view.name}, ${view.address ?? 'no address'}, ${view.status}`,
          selection,
        );
      }),
    ]),
  );
}

function contentOf({ view, box }: NonNullable<NamespaceRow['service']>, selection: string | null): BoxContent {
  return { kind: 'service', place: { view, box, form: 'line' }, marks: { state: 'calm', selected: view.key === selection, address: null } };
}

function boxOf(id: string, box: Box, content: BoxContent, name: string, selection: string | null): PlacedBox {
  const selected = id === selection;
  return { id, ...box, zIndex: 1, movable: false, data: { box: content, name, selected } };
}

/** Frames with their names, and dots from each Service to the lines of its pods. */
function Frames({ layout, k }: { layout: NamespaceLayout; k: number }) {
  return (
    <svg className="over lanes" width={layout.width} height={layout.height} aria-hidden="true">
      <text x={24} y={27} className="head w6 ink">
        Namespaces
      </text>
      {layout.frames.map(({ name, box, rows }) => (
        <g key={name}>
          <rect {...box} rx={10} fill="var(--sunk)" stroke="var(--line2)" strokeWidth={1.4} />
          <text x={box.x + 14} y={box.y + 22} className="name w6 ink">
            {name}
          </text>
          <text x={box.x + box.width - 14} y={box.y + 22} className="i3 end">
            {counted(rows)}
          </text>
          {rows.map((row) => (
            <Dots key={row.service?.view.key ?? ''} row={row} k={k} />
          ))}
        </g>
      ))}
    </svg>
  );
}

function counted(rows: readonly NamespaceRow[]): string {
  const pods = rows.reduce((sum, row) => sum + row.pods.length, 0);
  const services = rows.filter((row) => row.service).length;
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${plural(services, 'Service')}, ${plural(pods, 'pod')}`;
}

function Dots({ row: { service, pods }, k }: { row: NamespaceRow; k: number }) {
  if (!service) {
    const [first] = pods;
    return first ? (
      <text x={podsLeft - 66} y={first.box.y + 36} className="i3 end" style={{ fontSize: 12 * k }}>
        no Service selects these
      </text>
    ) : null;
  }
  const right = service.box.x + service.box.width;
  const y = service.box.y + service.box.height / 2;
  const lines = [...new Set(pods.map(({ box }) => box.y + box.height / 2))];
  const trunk = podsLeft - 26;
  const d = lines.map((line) => `M${right + 4},${y} H${trunk} V${line} H${podsLeft - 4}`).join(' ');
  if (lines.length === 0) {
    return (
      <text x={right + 14} y={y + 4} className={service.view.selector ? 'w5 bad' : 'i3'}>
        {service.view.selector ? 'selects no pod' : 'no selector'}
      </text>
    );
  }
  return (
    <path d={d} fill="none" stroke="var(--sel)" strokeLinecap="round" strokeLinejoin="round" className="dots" strokeDasharray="0.1 5.8" />
  );
}
