// The way through one machine: all runs between its doors, hooks and routing decision, and down to the open hook's chains.

import { roundedPath } from './geometry.ts';
import { Run } from './Run.tsx';
import { columnTop, railY, type WireLayout } from './wire-layout.ts';
import type { WireModel } from './wire-model.ts';

export function Spine({ model, layout }: { model: WireModel; layout: WireLayout }) {
  const { hooks, route, from, to, bar, processes } = layout;
  const progress = (hook: string) => model.hooks.find((box) => box.hook === hook)?.progress ?? 'off';
  const right = (box: { x: number; width: number }) => box.x + box.width;
  const first = from.netns ? right(from.netns) : right(from.port ?? { x: 16, width: 0 });
  const beforeRoute = bar ?? right(hooks.PREROUTING);
  const afterPre = progress('FORWARD') !== 'off' ? progress('FORWARD') : progress('INPUT');
  const enters = model.from.kind === 'process' ? 'off' : model.from.progress === 'here' ? 'here' : 'walked';
  const toPre = progress('PREROUTING') === 'off' ? (model.from.kind === 'process' ? 'off' : afterPre) : progress('PREROUTING');
  const lastStop = to.bridge?.x ?? to.veth?.x ?? to.port?.x ?? layout.width;
  const exits = model.to.kind === 'process' ? 'off' : model.to.progress;
  return (
    <g>
      {from.veth && (
        <Run
          points={[
            { x: first, y: railY },
            { x: from.veth.x, y: railY },
          ]}
          progress={enters}
        />
      )}
      <Run
        points={[
          { x: from.veth ? right(from.veth) : first, y: railY },
          { x: hooks.PREROUTING.x, y: railY },
        ]}
        progress={toPre === 'ahead' && enters === 'walked' ? 'ahead' : toPre}
      />
      {bar && (
        <Run
          points={[
            { x: right(hooks.PREROUTING), y: railY },
            { x: bar, y: railY },
          ]}
          progress={model.handedUp?.progress ?? 'off'}
        />
      )}
      {route ? (
        <>
          <Run
            points={[
              { x: beforeRoute, y: railY },
              { x: route.x - 38, y: railY },
            ]}
            progress={afterPre}
          />
          <Run
            points={[
              { x: route.x + 38, y: railY },
              { x: hooks.FORWARD.x, y: railY },
            ]}
            progress={progress('FORWARD')}
          />
          <Run
            points={[
              { x: route.x, y: railY + 34 },
              { x: route.x, y: 206 },
              { x: hooks.INPUT.x, y: 206 },
            ]}
            progress={progress('INPUT')}
          />
          <Run
            points={[
              { x: right(hooks.INPUT), y: 206 },
              { x: processes.x, y: 206 },
            ]}
            progress={progress('INPUT')}
          />
          <Run
            points={[
              { x: right(processes), y: 206 },
              { x: hooks.OUTPUT.x, y: 206 },
            ]}
            progress={progress('OUTPUT')}
          />
          <Run
            points={[
              { x: hooks.OUTPUT.x + 38, y: 192 },
              { x: hooks.OUTPUT.x + 38, y: 150 },
            ]}
            progress={progress('OUTPUT') === 'off' ? 'off' : progress('POSTROUTING')}
          />
        </>
      ) : (
        <Run
          points={[
            { x: right(hooks.PREROUTING), y: railY },
            { x: hooks.FORWARD.x, y: railY },
          ]}
          progress={progress('FORWARD')}
        />
      )}
      <Run
        points={[
          { x: right(hooks.FORWARD), y: railY },
          { x: hooks.POSTROUTING.x, y: railY },
        ]}
        progress={progress('FORWARD') === 'off' ? 'off' : progress('POSTROUTING')}
      />
      <Run
        points={[
          { x: right(hooks.POSTROUTING), y: railY },
          { x: lastStop, y: railY },
        ]}
        progress={exits}
      />
      {to.bridge && to.veth && (
        <Run
          points={[
            { x: right(to.bridge), y: railY },
            { x: to.veth.x, y: railY },
          ]}
          progress={exits}
        />
      )}
      {to.veth && to.netns && (
        <Run
          points={[
            { x: right(to.veth), y: railY },
            { x: to.netns.x, y: railY },
          ]}
          progress={exits}
        />
      )}
      {bar && (
        <path
          d={`M${bar},98 V126`}
          stroke={model.handedUp?.progress === 'ahead' ? 'var(--shape)' : 'var(--flow)'}
          strokeWidth={5}
          strokeLinecap="round"
        />
      )}
      {bar && model.handedUp && (
        <text x={bar} y={144} className="i3 mid">
          {`hop ${model.handedUp.n}`}
        </text>
      )}
      <DropLine model={model} layout={layout} />
    </g>
  );
}

/** From the open hook down to its first chain. */
function DropLine({ model, layout }: { model: WireModel; layout: WireLayout }) {
  const { open } = model;
  const [first] = layout.columns;
  if (!open || !first) return null;
  const box = layout.hooks[open.hook];
  const x = layout.drop[open.hook];
  const points = [
    { x, y: box.y + box.height },
    { x, y: 236 },
    { x: first.x + 20, y: 236 },
    { x: first.x + 20, y: columnTop },
  ];
  return <path d={roundedPath(points, 8)} fill="none" stroke="var(--flow)" strokeWidth={4} strokeLinecap="round" />;
}
