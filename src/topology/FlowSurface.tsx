// The drawing under the reader's hand: React Flow carries the view and the boxes. It takes the place of the still drawing
// once it has been fetched, and shows itself only when it stands exactly where that one stood.

import {
  type Node,
  type NodeProps,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { BoxButton } from './BoxButton.tsx';
import type { BoxData, PlacedBox } from './boxes.ts';
import type { Point } from './geometry.ts';
import type { SurfaceProps } from './Surface.tsx';
import { ViewControls } from './ViewControls.tsx';
import { type DrawingView, fittingView } from './view.ts';

type BoxNode = Node<BoxData>;

/** `onReady` is told when this surface stands: the still one may go. */
export function FlowSurface(props: SurfaceProps & { onReady(): void }) {
  const { boxes, drawing, size, onSelect, onReady, view } = props;
  const nodes = useMemo(() => boxes.map(nodeOf), [boxes]);
  const dragged = useRef({ x: 0, y: 0 });
  const fitted = fittingView(drawing, size.width, size.height)[2];
  const beyond = (event: unknown, zoom: number) => {
    if (!event || !props.zooms) return;
    if (zoom > Math.max(2, fitted * 2)) props.zooms.in();
    else if (zoom < fitted * 0.55) props.zooms.out();
  };
  const [viewport] = useState(() => {
    const [x, y, zoom] = fittingView(drawing, size.width, size.height);
    return { x, y, zoom };
  });
  return (
    <ReactFlowProvider initialNodes={nodes} initialWidth={size.width} initialHeight={size.height}>
      <ReactFlow
        nodes={nodes}
        edges={[]}
        nodeTypes={nodeTypes}
        defaultViewport={viewport}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        panActivationKeyCode={null}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomActivationKeyCode={null}
        minZoom={0.15}
        maxZoom={2.5}
        onlyRenderVisibleElements={nodes.length > 300}
        onPaneClick={() => onSelect(null)}
        onInit={onReady}
        nodeDragThreshold={4}
        onNodeDragStart={(_, node) => {
          dragged.current = node.position;
        }}
        onNodeDrag={(_, node) => props.onDrag?.(node.id, difference(node.position, dragged.current))}
        onNodeDragStop={(_, node) => props.onDrop?.(node.id, difference(node.position, dragged.current))}
        onMove={(event, { zoom }) => beyond(event, zoom)}
        attributionPosition="bottom-left"
      >
        <Fit drawing={drawing} />
        <Follow view={view} />
        <LookAt look={props.look} drawing={drawing} />
        <ViewControls drawing={drawing} map={props.map} />
        <ViewportPortal>{props.children}</ViewportPortal>
      </ReactFlow>
    </ReactFlowProvider>
  );
}

const nodesMade = new WeakMap<PlacedBox, BoxNode>();

/** React Flow leaves a node alone that is the same object as before. */
function nodeOf(box: PlacedBox): BoxNode {
  const known = nodesMade.get(box);
  if (known) return known;
  const node = makeNode(box);
  nodesMade.set(box, node);
  return node;
}

function makeNode({ id, x, y, width, height, zIndex, movable, data }: PlacedBox): BoxNode {
  return { id, type: 'box', position: { x, y }, width, height, zIndex, draggable: movable, data, style: { pointerEvents: 'all' } };
}

function Box({ id, data }: NodeProps<BoxNode>) {
  return <BoxButton id={id} data={data} />;
}

const nodeTypes = { box: Box };

/** Fits the drawing into its pane whenever either changes its size. */
function Fit({ drawing }: Pick<SurfaceProps, 'drawing'>) {
  const { width: drawingWidth, height: drawingHeight, atTop = false } = drawing;
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (width === 0 || height === 0) return;
    const [x, y, zoom] = fittingView({ width: drawingWidth, height: drawingHeight, atTop }, width, height);
    flow.setViewport({ x, y, zoom });
  }, [flow, width, height, drawingWidth, drawingHeight, atTop]);
  return null;
}

function difference(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}

/** Below this scale addresses are left out. */
const readable = 0.85;

/** Brings into view what is asked for, and gives it the focus. */
function LookAt({ look, drawing }: Pick<SurfaceProps, 'look' | 'drawing'>) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const done = useRef<object | null>(null);
  useEffect(() => {
    if (!look || look.request === done.current) return;
    done.current = look.request;
    const { width, height } = store.getState();
    const [x, y, zoom] = fittingView(drawing, width, height);
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 320;
    if (!look.box) {
      void flow.setViewport({ x, y, zoom }, { duration });
      return;
    }
    const { box, key } = look;
    const [nowX, nowY, nowZoom] = store.getState().transform;
    const [left, top] = [box.x * nowZoom + nowX, box.y * nowZoom + nowY];
    const isInView = left >= 0 && top >= 0 && left + box.width * nowZoom <= width && top + box.height * nowZoom <= height;
    if (!isInView || nowZoom < readable)
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(zoom, 1), duration });
    if (key) document.querySelector<HTMLElement>(`.flow-surface [data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }, [flow, store, look, drawing]);
  return null;
}

/** Tells the canvas and the level of detail where React Flow has moved the view. */
function Follow({ view }: { view: DrawingView }) {
  const store = useStoreApi();
  useEffect(() => store.subscribe((state) => view.set(state.transform)), [store, view]);
  return null;
}
