// The hooks of a machine, the routing decision between them, and the doors by which a packet comes and goes.

import { ObjectMark } from '../ui/glyphs/ObjectIcon.tsx';
import type { Followed } from './followed.ts';
import type { Box, Point } from './geometry.ts';
import { shortenMiddle, textWidth } from './text.ts';
import { type DoorPlace, railY, type WireLayout } from './wire-layout.ts';
import type { HookBox, Progress, WireModel } from './wire-model.ts';

const lit = (progress: Progress) => (progress === 'off' || progress === 'ahead' ? 'var(--shape)' : 'var(--flow)');

export function HookBoxes({ model, layout, index }: { model: WireModel; layout: WireLayout; index: number }) {
  const bridged = layout.route === null;
  return (
    <g>
      {layout.frame && (
        <>
          <rect {...layout.frame} rx={9} fill="none" stroke="var(--flow)" strokeWidth={1.5} />
          <text x={layout.frame.x + 12} y={69} className="m w6 flow">
            cni0
          </text>
          <text x={layout.frame.x + 46} y={69} className="i3">
            bridge
          </text>
        </>
      )}
      {model.hooks.map((hook) =>
        hook.hook === 'INPUT' || hook.hook === 'OUTPUT' ? (
          !bridged && <LocalHook key={hook.hook} box={layout.hooks[hook.hook]} hook={hook} />
        ) : (
          <PathHook key={hook.hook} box={layout.hooks[hook.hook]} hook={hook} index={index} open={hook === model.open} />
        ),
      )}
      {!bridged && (
        <>
          <rect {...layout.processes} rx={7} fill="var(--panel)" stroke="var(--shape)" strokeWidth={1.3} />
          <text x={layout.processes.x + layout.processes.width / 2} y={210.5} className="w5 mid i2">
            processes
          </text>
        </>
      )}
    </g>
  );
}

function PathHook({ box, hook, index, open }: { box: Box; hook: HookBox; index: number; open: boolean }) {
  const tracked =
    hook.hook === 'PREROUTING' ? ['conntrack', ...hook.tables] : hook.hook === 'POSTROUTING' ? [...hook.tables, 'confirm'] : hook.tables;
  const chips = tracked.length > 0 ? tracked : [hook.hook === 'FORWARD' ? 'filter' : 'nat'];
  let x = box.x + 12;
  return (
    <g>
      <rect {...box} rx={8} fill={open ? 'var(--f1bg)' : 'var(--panel)'} stroke={lit(hook.progress)} strokeWidth={open ? 2.2 : 1.4} />
      <text x={box.x + 12} y={box.y + 21} className="m head w6 ink">
        {hook.hook}
      </text>
      {chips.slice(0, 2).map((chip) => {
        const width = textWidth(chip) + 13;
        const at = x;
        x += width + 5;
        const on = chip === hook.table;
        return (
          <g key={chip}>
            <rect
              x={at}
              y={box.y + 30}
              width={width}
              height={19}
              rx={5}
              fill={on ? 'var(--flow)' : 'var(--panel)'}
              stroke={on ? 'var(--flow)' : 'var(--line2)'}
              strokeWidth={1.2}
            />
            <text x={at + width / 2} y={box.y + 43.5} className={on ? 'w5 mid on' : 'w5 mid i2'}>
              {chip}
            </text>
          </g>
        );
      })}
      <text x={box.x + 12} y={box.y + 67} className="i3">
        {captionOf(hook, index)}
      </text>
    </g>
  );
}

function captionOf(hook: HookBox, index: number): string {
  const count = hook.hops.length;
  const rules = `${count} rule${count === 1 ? '' : 's'}`;
  if (hook.progress === 'off') return 'not asked';
  if (hook.tables.length === 0) return 'conntrack only';
  if (hook.progress === 'ahead') return `${rules} to come`;
  if (hook.progress === 'here') return `${hook.hops.indexOf(index) + 1} of ${rules}`;
  return `${rules} matched`;
}

function LocalHook({ box, hook }: { box: Box; hook: HookBox }) {
  const on = hook.progress === 'here' || hook.progress === 'walked';
  return (
    <g>
      <rect {...box} rx={7} fill={on ? 'var(--f1bg)' : 'var(--panel)'} stroke={lit(hook.progress)} strokeWidth={on ? 2 : 1.3} />
      <text x={box.x + box.width / 2} y={box.y + 18.5} className={on ? 'm w6 mid flow' : 'm w5 mid i2'}>
        {hook.hook}
      </text>
    </g>
  );
}

/** The routing decision. The route that was taken is known one hop later. */
export function RoutingDiamond({ at, followed, progress }: { at: Point; followed: Followed; progress: Progress }) {
  const known = followed.packet.hops.slice(0, followed.index + 1).findLast((hop) => hop.kind === 'if' && hop.route);
  return (
    <g>
      <path
        d={`M${at.x},${at.y - 34} L${at.x + 38},${at.y} L${at.x},${at.y + 34} L${at.x - 38},${at.y} Z`}
        fill="var(--panel)"
        stroke={lit(progress)}
        strokeWidth={1.6}
        strokeLinejoin="round"
      />
      <text x={at.x} y={at.y + (progress === 'ahead' ? -1 : 4)} className="w6 mid ink">
        route
      </text>
      {progress === 'ahead' && (
        <text x={at.x} y={at.y + 13} className="i3 mid">
          ?
        </text>
      )}
      {known?.kind === 'if' && <title>{known.route}</title>}
    </g>
  );
}

/** A pod's network namespace with its veth pair, or a port in the machine's wall. */
export function DoorBox({ place, side }: { place: DoorPlace; side: 'left' | 'right' }) {
  const { door, netns, veth, bridge, port } = place;
  const colour = door.kind === 'process' ? 'var(--shape)' : lit(door.progress);
  if (port) return <PortBox port={port} name={door.kind === 'port' ? door.name : 'eth0'} colour={colour} side={side} />;
  if (!netns || !veth || door.kind !== 'pod') return null;
  const eth0X = side === 'left' ? netns.x + netns.width - 54 : netns.x;
  return (
    <g>
      <rect {...netns} rx={10} fill="var(--canvas)" stroke={colour} strokeWidth={2} />
      <g transform={`translate(${netns.x + (side === 'left' ? 17 : 17)},${netns.y + 17})`}>
        <ObjectMark name="pod" scale={0.75} ground="var(--canvas)" />
      </g>
      <text x={netns.x + 31} y={netns.y + 21} className="head w6 ink">
        {shortenMiddle(door.name, 12)}
      </text>
      <rect x={eth0X} y={101} width={54} height={22} rx={5} fill="var(--panel)" stroke={colour} strokeWidth={1.5} />
      <text x={eth0X + 27} y={116.2} className="m w6 mid i2">
        eth0
      </text>
      <text x={side === 'left' ? netns.x + 12 : netns.x + netns.width - 12} y={116.2} className={side === 'left' ? 'i3' : 'i3 end'}>
        netns
      </text>
      <text x={netns.x + 12} y={netns.y + 77} className="m i2">
        {door.address}
      </text>
      <rect {...veth} rx={6} fill="var(--panel)" stroke={colour} strokeWidth={1.5} />
      <text x={veth.x + veth.width / 2} y={116.2} className={door.progress === 'ahead' ? 'm w5 mid i2' : 'm w5 mid flow'}>
        {door.veth}
      </text>
      <text x={veth.x + veth.width / 2} y={144} className="i3 mid">
        veth pair
      </text>
      {bridge && (
        <>
          <rect {...bridge} rx={6} fill="var(--panel)" stroke={colour} strokeWidth={1.5} />
          <text x={bridge.x + bridge.width / 2} y={bridge.y + 18} className="m w6 mid i2">
            cni0
          </text>
        </>
      )}
    </g>
  );
}

function PortBox({ port, name, colour, side }: { port: Box; name: string; colour: string; side: 'left' | 'right' }) {
  const { x, y, width, height } = port;
  const d =
    side === 'left'
      ? `M${x},${y} H${x + width - 6} a6,6 0 0 1 6,6 V${y + height - 6} a6,6 0 0 1 -6,6 H${x}`
      : `M${x + width},${y} H${x + 6} a6,6 0 0 0 -6,6 V${y + height - 6} a6,6 0 0 0 6,6 H${x + width}`;
  return (
    <g>
      <path d={d} fill="var(--panel)" stroke={colour} strokeWidth={1.6} />
      <text x={x + width / 2} y={railY + 4.5} className="m w6 mid i2">
        {name}
      </text>
    </g>
  );
}
