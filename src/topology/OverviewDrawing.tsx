// The Objects zoom of a large cluster: a tile a node, a cell a pod, Services ranked, traffic as bands. One canvas paints
// the many; buttons lie over it for the keyboard, the screen reader and the pointer.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { noFilter } from '../state/drawing-options.ts';
import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import type { PlacedBox } from './boxes.ts';
import type { MapMark } from './DrawingMap.tsx';
import { type DrawingProps, flowColour, type Look } from './drawing-props.ts';
import { filterCluster } from './filter.ts';
import { followedAt } from './followed.ts';
import { type Cluster, clusterOf } from './graph.ts';
import { keepSame } from './keep-same.ts';
import { lane } from './layout.ts';
import { matchCanvas } from './match-canvas.ts';
import { OverviewTiles } from './OverviewTiles.tsx';
import {
  assignCells,
  type Cells,
  layoutOverview,
  type OverviewLayout,
  type RankedService,
  rankServices,
  serviceRow,
  tile,
} from './overview-layout.ts';
import { type OverviewPicture, overviewPalette, paintOverview } from './overview-painter.ts';
import { countRequests } from './overview-requests.ts';
import { Surface, type SurfaceLook } from './Surface.tsx';
import { matchesSelector } from './selectors.ts';
import { assignSlots, noSlots } from './slots.ts';
import { shortenMiddle, textWidth } from './text.ts';
import { useLod } from './use-lod.ts';
import { useSize } from './use-size.ts';
import { createView, type DrawingView } from './view.ts';

const noBoxes: readonly PlacedBox[] = [];

export function OverviewDrawing(props: DrawingProps) {
  const { objects, selection, onSelect, theme, flow = 1 } = props;
  const { filter = noFilter } = props.drawing ?? {};
  const kept = useRef<Cluster | null>(null);
  const cluster = useMemo(() => {
    kept.current = keepSame(kept.current, filterCluster(clusterOf(objects), filter));
    return kept.current;
  }, [objects, filter]);
  const layout = useOverviewLayout(cluster);
  const [view] = useState(createView);
  const [pane, size] = useSize();
  const { k } = useLod(view);
  const hovered = useRef<string | null>(null);
  const redraw = useRef(() => {});
  const picture = usePicture(props, cluster, layout);
  const map = useMemo(() => mapOf(picture), [picture]);
  return (
    <div
      ref={pane}
      className={`cluster-drawing overview nokey ${props.stale ? 'stale' : ''}`}
      style={{ ...flowColour(flow), ['--k' as string]: k }}
    >
      <OverviewCanvas picture={picture} view={view} theme={theme} hovered={hovered} redraw={redraw} />
      <Surface
        boxes={noBoxes}
        drawing={layout}
        view={view}
        size={size}
        map={map}
        isEmpty={layout.tiles.size === 0}
        onSelect={onSelect}
        look={lookAtTile(picture, props.look)}
        zooms={null}
      >
        <OverviewHeadings k={k} layout={layout} cluster={cluster} picture={picture} />
        <OverviewTiles layout={layout} view={view} selection={selection} onSelect={onSelect} hovered={hovered} redraw={redraw} />
        {picture.services.map((service) => (
          <ServiceRow
            key={service.view.key}
            k={k}
            service={service}
            most={mostOf(picture.services)}
            isBusy={picture.requests.total > 0}
            isOpen={service.view.key === picture.inView}
            isSelected={service.view.key === selection}
            onSelect={onSelect}
          />
        ))}
      </Surface>
    </div>
  );
}

/** Tiles and Services on the small map. */
function mapOf({ layout, services, selection, inView, visited }: OverviewPicture): readonly MapMark[] {
  const tiles = [...layout.tiles.values()].map(({ box, view, cells }): MapMark => {
    const isLit = view.key === selection || visited.has(view.name) || cells.some(({ pod }) => pod.key === selection);
    return { ...box, tone: !view.ready ? 'bad' : isLit ? 'lit' : 'plain' };
  });
  return [...tiles, ...services.map(({ box, view }): MapMark => ({ ...box, tone: view.key === inView ? 'lit' : 'plain' }))];
}

function lookAtTile({ layout, services }: OverviewPicture, look: Look | null | undefined): SurfaceLook | null {
  if (!look) return null;
  if (look.at === null) return { request: look, box: null, key: null };
  const tile = [...layout.tiles.values()].find(({ view, cells }) => view.key === look.at || cells.some(({ pod }) => pod.key === look.at));
  const box = tile?.box ?? services.find(({ view }) => view.key === look.at)?.box;
  return box ? { request: look, box, key: tile?.view.key ?? look.at } : null;
}

function useOverviewLayout({ nodes, podsByNode }: Cluster): OverviewLayout {
  const slots = useRef(noSlots);
  const cells = useRef<Cells>(new Map());
  return useMemo(() => {
    const machines = { nodes, podsByNode };
    slots.current = assignSlots(machines, slots.current);
    cells.current = assignCells(machines, cells.current);
    return layoutOverview(machines, slots.current, cells.current);
  }, [nodes, podsByNode]);
}

function usePicture(props: DrawingProps, cluster: Cluster, layout: OverviewLayout): OverviewPicture {
  const { objects, walk, position, selection, walks, loads } = props;
  const requests = useMemo(() => countRequests(objects, cluster, walks ?? [], loads ?? []), [objects, cluster, walks, loads]);
  return useMemo(() => {
    const followed = followedAt(objects, walk, position);
    const chosen = cluster.services.find((service) => service.key === selection);
    const [busiest] = [...requests.byService].sort(([, a], [, b]) => b - a);
    const inView = chosen ?? cluster.services.find((service) => service.key === busiest?.[0]) ?? followed?.service ?? null;
    const { ranked, more } = rankServices(cluster.services, requests.byService, inView?.key ?? null, layout.serviceRows);
    const endpoints = new Set(inView?.endpoints.map((endpoint) => endpoint.pod) ?? []);
    const matched = [...cluster.podsByNode.values()].flat().filter((pod) => inView && matchesSelector(inView, pod));
    return {
      layout,
      services: ranked,
      more,
      requests,
      selection,
      hovered: null,
      inView: inView?.key ?? null,
      lit: new Set([...matched.map((pod) => pod.key), ...[...endpoints].flatMap((key) => key ?? [])]),
      visited: new Set(followed?.packet.hops.map((hop) => hop.node) ?? []),
    };
  }, [objects, walk, position, selection, cluster, layout, requests]);
}

function mostOf(services: readonly RankedService[]): number {
  const requests = Math.max(0, ...services.map((each) => each.requests));
  return requests > 0 ? requests : Math.max(1, ...services.map((each) => each.endpoints));
}

function OverviewCanvas({
  picture,
  view,
  theme,
  hovered,
  redraw,
}: {
  picture: OverviewPicture;
  view: DrawingView;
  theme: string;
  hovered: { readonly current: string | null };
  redraw: { current: () => void };
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(picture);
  latest.current = picture;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette is read from the page anew when the theme changes
  useEffect(() => {
    const element = canvas.current;
    const g = element?.getContext('2d');
    if (!element || !g) return;
    const palette = overviewPalette(element);
    let frame = 0;
    const draw = () => {
      frame = 0;
      const [x, y, zoom] = view.transform();
      const dpr = devicePixelRatio;
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, element.width, element.height);
      g.setTransform(zoom * dpr, 0, 0, zoom * dpr, x * dpr, y * dpr);
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      paintOverview(g, { ...latest.current, hovered: hovered.current }, palette, [x, y, zoom], seen);
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    redraw.current = ask;
    const stop = view.subscribe(ask);
    let [width, height] = [0, 0];
    const resized = new ResizeObserver(() => {
      [width, height] = matchCanvas(element);
      ask();
    });
    resized.observe(element);
    document.fonts.ready.then(ask);
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      stop();
    };
  }, [view, theme, hovered, redraw]);
  useLayoutEffect(() => redraw.current());
  return <canvas ref={canvas} className="overview-canvas" />;
}

/** Lanes and their headings, and where requests from outside come from. */
function OverviewHeadings({
  k,
  layout,
  cluster,
  picture,
}: {
  k: number;
  layout: OverviewLayout;
  cluster: Cluster;
  picture: OverviewPicture;
}) {
  const far = 6000;
  const pods = [...cluster.podsByNode.values()].reduce((sum, each) => sum + each.length, 0);
  const { fromWorld, total } = picture.requests;
  const last = picture.services.at(-1)?.box;
  return (
    <svg className="over lanes" width={layout.width} height={layout.height} aria-hidden="true">
      <rect x={lane.virtual} y={-far} width={lane.machines - lane.virtual} height={2 * far} fill="var(--sunk)" />
      <path d={`M${lane.virtual},${-far} V${far} M${lane.machines},${-far} V${far}`} stroke="var(--line)" />
      <text x={14} y={27} className="head w6 ink">
        World
      </text>
      <text x={serviceRow.x} y={27} className="head w6 ink">
        Virtual
      </text>
      <text x={serviceRow.x + 52 * k} y={27} className="i3">
        {counted(cluster.services.length, 'Service')}
      </text>
      <text x={tile.left} y={27} className="head w6 ink">
        Machines
      </text>
      <text x={tile.left + 66 * k} y={27} className="i3">
        {`${counted(cluster.nodes.length, 'node')}, ${counted(pods, 'pod')}`}
      </text>
      <g transform={`translate(${layout.world.x},${layout.world.y})`}>
        <ObjectMark name="client" scale={1.35} colour="var(--shape)" ground="var(--canvas)" />
        <text y={20 + 14 * k} className={fromWorld > 0 ? 'mid w6 ink' : 'mid i2'}>
          {fromWorld > 0 ? `${fromWorld} sent` : 'laptop'}
        </text>
      </g>
      {total > fromWorld && (
        <g transform={`translate(${layout.world.x},${layout.world.y + 60 + 24 * k})`}>
          <ObjectMark name="pod" scale={1.25} colour="var(--shape)" ground="var(--canvas)" />
          <text y={18 + 14 * k} className="mid w6 ink">{`${total - fromWorld} sent`}</text>
          <text y={18 + 30 * k} className="mid i3">
            {k > 1.2 ? 'pods' : 'from pods'}
          </text>
        </g>
      )}
      {picture.more > 0 && last && (
        <text x={serviceRow.x + 12} y={last.y + last.height + 10 + 12 * k} className="i3">
          {`${picture.more} more`}
        </text>
      )}
    </svg>
  );
}

const grouped = new Intl.NumberFormat('en-GB');

function counted(count: number, what: string): string {
  return `${grouped.format(count)} ${what}${count === 1 ? '' : 's'}`;
}

function ServiceRow({
  k,
  service: { view, requests, endpoints, box },
  most,
  isBusy,
  isOpen,
  isSelected,
  onSelect,
}: {
  k: number;
  service: RankedService;
  most: number;
  /** Something was sent: bars are requests then, and endpoints before. */
  isBusy: boolean;
  isOpen: boolean;
  isSelected: boolean;
  onSelect(key: string): void;
}) {
  const figure = requests > 0 ? (k > 1.4 ? `${requests}` : `${requests} sent`) : k > 1.4 ? `${endpoints}` : counted(endpoints, 'pod');
  const share = (isBusy ? requests : endpoints) / most;
  const bar = box.width - 24;
  const baseline = Math.min(24, 7 + 10 * k) + (isOpen ? 3 : 0);
  return (
    <button
      type="button"
      className="box-button tile-button"
      data-key={view.key}
      aria-label={`Service ${view.name}, ${view.type} ${view.clusterIP}, ${counted(endpoints, 'pod')}, ${requests} sent`}
      aria-pressed={isSelected}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onClick={() => onSelect(view.key)}
    >
      <svg width={box.width} height={box.height} className="over" aria-hidden="true">
        <rect
          width={box.width}
          height={box.height}
          rx={8}
          fill={isSelected ? 'var(--f1bg)' : 'var(--panel)'}
          stroke={isOpen ? 'var(--flow)' : 'var(--shape)'}
          strokeWidth={isOpen ? 2 : 1.4}
          strokeDasharray="6 4"
        />
        <text x={12} y={baseline} className={isOpen ? 'w6 ink' : 'w5 ink'}>
          {shortenMiddle(view.name, Math.floor((box.width - 32 - textWidth(figure, 12 * k)) / (6.7 * k)))}
        </text>
        <text x={box.width - 12} y={baseline} className={isOpen ? 'w6 ink end' : 'i2 end'}>
          {figure}
        </text>
        {isOpen && k < 1.35 ? (
          <text x={12} y={box.height - 11} className="m i2">
            {view.clusterIP || view.externalName}
          </text>
        ) : (
          <>
            <rect x={12} y={box.height - 11} width={bar} height={5} rx={2.5} fill="var(--line)" />
            <rect x={12} y={box.height - 11} width={Math.max(2, bar * share)} height={5} rx={2.5} fill="var(--shape)" />
          </>
        )}
      </svg>
    </button>
  );
}
