// The middle pane: the cluster, its zoom levels, and what it has to say when there is nothing to draw or it is old.

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Walk } from '../protocol/messages.ts';
import { loadOffsets, moveObject, saveOffsets } from '../state/drawing-options.ts';
import { usePage, useRun, useShown, useSimulation, useUi } from '../state/page.ts';
import { type HopInView, isGivingUp, lookUp } from '../state/stepping.ts';
import type { Theme, Zoom } from '../state/ui-store.ts';
import { type Badge, ClusterDrawing, type Look } from '../topology/ClusterDrawing.tsx';
import type { Crowd } from '../topology/crowd.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorBoundary } from '../ui/ErrorBoundary.tsx';
import { later } from '../ui/later.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import { CNINote } from './CNINote.tsx';
import { useShell } from './shell-context.ts';
import { trafficPackets } from './traffic-crowd.ts';
import { useIptablesSave } from './use-iptables-save.ts';
import { useMedia } from './use-media.ts';
import { useWhy } from './use-why.ts';

// Not on the first screen: there is little to find in it, and nothing hidden or moved.
const DrawingTools = later(() => import('./DrawingTools.tsx').then((module) => module.DrawingTools));

const noWalks: readonly Walk[] = [];

const zooms: readonly { value: Zoom; text: string; hint: string }[] = [
  { value: 'intent', text: 'Intent', hint: 'What was asked for (1)' },
  { value: 'objects', text: 'Objects', hint: 'Nodes, pods, Services (2)' },
  { value: 'wire', text: 'Wire', hint: 'Interfaces, hooks, rules (3)' },
];

export function DrawingPane({ theme, isPresenting = false }: { theme: Theme; isPresenting?: boolean }) {
  const page = usePage();
  const { ui } = page;
  const mirror = useSimulation(useShallow(({ objects, walks, traffic }) => ({ objects, walks, traffic })));
  const usable = useShown((shown) => shown.usable);
  const { position, playing, held, speed, selection, zoom, drawing } = useUi(
    useShallow((state) => ({
      position: state.position,
      playing: state.playing,
      held: state.held,
      speed: state.speed,
      selection: state.selection,
      zoom: state.zoom,
      drawing: state.drawing,
    })),
  );
  const reducedMotion = useMedia('(prefers-reduced-motion: reduce)');
  const why = useWhy();
  const badges = useMemo(() => badgesOf(why), [why]);
  const isPredicting = useUi((state) => state.predict && !state.revealed);
  const view = useMemo(() => lookUp(mirror.walks, position), [mirror.walks, position]);
  const walk = useMemo(() => view && (isPredicting ? walkSoFar(view) : view.walk), [view, isPredicting]);
  const iptablesSave = useIptablesSave(view);
  const crowd = useCrowd();
  const isReady = useSimulation((state) => state.answered > 0);
  const [look, setLook] = useState<Look | null>(null);
  const find = useCallback(
    (key: string) => {
      ui.setState({ zoom: 'objects' });
      page.select(key);
      setLook({ at: key });
    },
    [page, ui],
  );
  const fit = useCallback(() => setLook({ at: null }), []);
  usePlaces();
  return (
    <section
      className="pane drawing-pane"
      aria-label="Cluster"
      // The pointer on the drawing holds motion still; it has to move there, so that a pointer at rest does not.
      onPointerMove={() => ui.getState().playing && !ui.getState().held && ui.setState({ held: true })}
      onPointerLeave={() => ui.getState().held && ui.setState({ held: false })}
    >
      <ErrorBoundary message="The drawing stopped. The hops below tell the same walk in words.">
        <ClusterDrawing
          objects={mirror.objects}
          walk={walk}
          walks={isPredicting ? noWalks : mirror.walks}
          loads={mirror.traffic}
          position={position}
          playing={playing && !held}
          speed={speed}
          selection={selection}
          onSelect={page.select}
          zoom={zoom}
          onZoom={(next) => ui.setState({ zoom: next })}
          drawing={drawing}
          onMoveObject={(key, by) => ui.setState((state) => ({ drawing: moveObject(state.drawing, key, by) }))}
          look={look}
          present={isPresenting}
          reducedMotion={reducedMotion}
          theme={theme}
          stale={!usable}
          badges={badges}
          iptablesSave={iptablesSave}
          {...(crowd && { crowd })}
          gaveUp={view !== null && !isPredicting && isGivingUp(view)}
        />
      </ErrorBoundary>
      {!isPresenting && (
        <div className="zoom-switch">
          {isReady && <DrawingTools onFind={find} onFit={fit} />}
          <Segmented label="Zoom" options={zooms} value={zoom} onChange={(next) => ui.setState({ zoom: next })} />
        </div>
      )}
      {!isPresenting && <CNINote />}
      <DrawingMessage />
    </section>
  );
}

/** Places that the reader gave to objects are those of the scenario, and outlive a visit. */
function usePlaces(): void {
  const { ui } = usePage();
  const { storage } = useShell();
  const scenario = useRun((run) => run.scenario);
  useEffect(() => {
    ui.setState(({ drawing }) => ({ drawing: { ...drawing, offsets: loadOffsets(storage, scenario), before: [], after: [] } }));
    return ui.subscribe((state, before) => {
      if (state.drawing.offsets !== before.drawing.offsets) saveOffsets(storage, scenario, state.drawing.offsets);
    });
  }, [ui, storage, scenario]);
}

/** The packets of loads, while the reader stands in one. */
function useCrowd(): Crowd | null {
  const { ui } = usePage();
  const traffic = useSimulation((mirror) => mirror.traffic);
  const walks = useSimulation((mirror) => mirror.walks);
  const isWatched = useUi((state) => state.drawerTab === 'traffic' && state.moment !== null && state.position === null);
  const isRunning = useUi((state) => state.playing && !state.held);
  const packets = useMemo(() => trafficPackets(traffic, walks), [traffic, walks]);
  return useMemo(
    () => (isWatched && packets.length > 0 ? { packets, nowUs: () => ui.getState().moment ?? 0, isRunning } : null),
    [isWatched, packets, ui, isRunning],
  );
}

/** Loading, old, or nothing there: said over the drawing, which stays. */
function DrawingMessage() {
  const page = usePage();
  const { openScenario, catalogue } = useShell();
  const isReady = useSimulation((mirror) => mirror.answered > 0);
  const usable = useShown((shown) => shown.usable);
  const first = useShown((shown) => shown.problems.find((problem) => problem.severity === 'error'));
  const nodes = useSimulation((mirror) => mirror.objects.filter((object) => object.kind === 'Node').length);
  const isEmpty = useRun((run) => run.text.trim() === '');
  const isHeld = useUi((ui) => ui.playing && ui.held);
  const isSlow = useIsSlow();
  const nowUs = useSimulation((mirror) => mirror.nowUs);
  const isBranching = useUi((ui) => ui.branchAtUs !== null);
  const isPast = useSimulation((mirror) => mirror.lookUs < mirror.nowUs) && !isHeld;
  const [lesson] = catalogue;
  if (!usable && first) {
    return (
      <p className="drawing-message drawing-stale" role="status">
        Showing the cluster before{' '}
        <button type="button" className="link" onClick={() => page.reveal(first.range)}>
          line {first.range.startLine}
        </button>
      </p>
    );
  }
  if (isBranching)
    return (
      <p className="drawing-message" role="status">
        What you do next happens at this moment, in a new branch <Button onClick={() => page.branchAt(null)}>Cancel</Button>
      </p>
    );
  if (isPast)
    return (
      <p className="drawing-message">
        The cluster as it was at this moment <Button onClick={() => page.goToMoment(nowUs)}>Back to the end</Button>
      </p>
    );
  if (isHeld) return <p className="drawing-message">Held while the pointer is on the drawing</p>;
  if (isSlow) return <p className="drawing-message">Computing rules{isReady && nodes > 0 ? ` for ${nodes} nodes` : ''}</p>;
  if (isEmpty && isReady && lesson) {
    return (
      <p className="drawing-message">
        Paste <code>kubectl get all -o yaml</code> in the editor, or{' '}
        <Button onClick={() => openScenario(lesson.id)}>Open “{lesson.title}”</Button>
      </p>
    );
  }
  return null;
}

const slowMs = 300;

/** True once the engine has been computing for so long that a reader wonders. */
function useIsSlow(): boolean {
  const busy = useRun((run) => run.busy);
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, [busy]);
  return isSlow;
}

/** A walk as the reader who predicts may see it: up to the hop in view, and not how it goes on. */
function walkSoFar({ walk, packet, hop }: HopInView): Walk {
  const packets = walk.packets.slice(0, walk.packets.indexOf(packet));
  const seen = hop.n === packet.hops.length ? packet : { ...packet, hops: packet.hops.slice(0, hop.n), fate: null };
  return { ...walk, packets: [...packets, seen] };
}

/** Steps of the why-chain by object, the first one where an object has several. */
function badgesOf({ steps, isBad }: ReturnType<typeof useWhy>): Readonly<Record<string, Badge>> {
  const badges: Record<string, Badge> = {};
  for (const [index, step] of steps.entries()) {
    if (step.object && !(step.object in badges)) badges[step.object] = { number: index + 1, role: step.role, tone: isBad ? 'bad' : 'flow' };
  }
  return badges;
}
