// The outer packet laid open: which headers the tunnel adds around the inner packet, which keeps its nose and is untouched
// until the other node; and how much of a link's 1500 bytes is left for it. What is not there yet, or not any more, is
// dashed.

import type { Anatomy, HeaderPart } from './tunnel-anatomy.ts';
import type { TunnelModel } from './tunnel-model.ts';

const top = 440;
const height = 92;
const gap = 6;
const linkMTU = 1500;

export function TunnelAnatomy({ model, anatomy, code, width }: { model: TunnelModel; anatomy: Anatomy; code: string; width: number }) {
  const { outer, inner } = anatomy;
  const isWrapped = model.isOuter;
  const [left, right] = [32, width - 32];
  const places = placesOf(anatomy, left + 10, right - 10 - noseRoom(code));
  const innerLeft = (places[outer.length]?.x ?? 0) - 8;
  const innerEnd = right - 10;
  const middle = top + height / 2;
  return (
    <g>
      <text x={left} y={428} className="i3">
        <tspan className="head w6 ink">{titleOf(model)}</tspan>
        <tspan dx={10}>{sizesOf(model, anatomy)}</tspan>
      </text>
      <rect
        x={left}
        y={top}
        width={right - left}
        height={height}
        rx={10}
        fill="var(--panel)"
        stroke={isWrapped ? 'var(--ink2)' : 'var(--shape)'}
        strokeWidth={isWrapped ? 2 : 1.4}
        strokeDasharray={isWrapped ? undefined : '5 4'}
      />
      <path
        d={`M${innerLeft},${top + 6} H${innerEnd - 30} L${innerEnd},${middle} L${innerEnd - 30},${top + height - 6} H${innerLeft} Z`}
        fill="var(--f1bg)"
        stroke="var(--flow)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      {[...outer, ...inner].map((part, i) => (
        <Part
          key={places[i]?.x}
          part={part}
          place={places[i] ?? { x: 0, width: 0 }}
          kind={i >= outer.length ? 'inner' : isWrapped ? 'outer' : 'absent'}
        />
      ))}
      <text x={innerEnd - 34} y={middle + 5} className="head w7 flow end">
        {code}
      </text>
      <Bracket from={left} to={innerLeft - 6} text={outerWords(model)} colour="var(--ink2)" className="mid i2" />
      <Bracket
        from={innerLeft}
        to={innerEnd}
        text="the inner packet: pod to pod, untouched until the other node"
        colour="var(--flow)"
        className="mid flow"
      />
    </g>
  );
}

function titleOf({ isOuter, wraps }: TunnelModel): string {
  if (isOuter) return wraps ? 'What leaves eth0' : 'What came in by eth0';
  return 'The packet';
}

function sizesOf({ isOuter, wraps, device }: TunnelModel, { total, inside, added }: Anatomy): string {
  if (isOuter) return `${total} bytes: ${inside} from the pod, ${added} added, 14 of the link. Not to scale`;
  const isPast = device.progress === 'walked';
  if (wraps) return `${inside} bytes from the pod; ${device.name} ${isPast ? 'has put' : 'puts'} ${added} around them. Not to scale`;
  return `${inside} bytes, as the pod sent them; ${device.name} has taken ${added} off. Not to scale`;
}

function outerWords({ isOuter, wraps }: TunnelModel): string {
  if (isOuter) return 'the outer packet: node to node';
  return wraps ? 'to come: the outer packet, node to node' : 'gone: the outer packet, node to node';
}

function noseRoom(code: string): number {
  return 46 + code.length * 9;
}

/** Each part as wide as its text asks, over all the room there is. */
function placesOf({ outer, inner }: Anatomy, left: number, right: number): { x: number; width: number }[] {
  const parts = [...outer, ...inner];
  const between = 20;
  const room = right - left - gap * (parts.length - 2) - between;
  const weights = parts.map((part) => Math.max(...part.lines.map((line) => line.length), part.name.length + 3, 9));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let x = left;
  return weights.map((weight, i) => {
    const width = (room * weight) / all;
    const place = { x, width };
    x += width + (i === outer.length - 1 ? between : gap);
    return place;
  });
}

function Part({ part, place, kind }: { part: HeaderPart; place: { x: number; width: number }; kind: 'inner' | 'outer' | 'absent' }) {
  const { x, width } = place;
  const isAbsent = kind === 'absent';
  return (
    <g>
      <rect
        x={x}
        y={top + 11}
        width={width}
        height={height - 22}
        rx={6}
        fill={isAbsent ? 'none' : 'var(--panel)'}
        stroke={kind === 'inner' ? 'var(--flow)' : kind === 'outer' ? 'var(--ink2)' : 'var(--line2)'}
        strokeWidth={1.4}
        strokeDasharray={isAbsent ? '4 3' : undefined}
      />
      <text x={x + 9} y={top + 30} className={isAbsent ? 'i3' : 'w6 ink'}>
        {part.name}
      </text>
      <text x={x + width - 9} y={top + 30} className="i3 end">
        {part.bytes}
      </text>
      {!isAbsent &&
        part.lines.map((line, i) => (
          <text key={line} x={x + 9} y={top + 51 + i * 18} className={i === 0 ? 'm ink tight' : 'm i2 tight'}>
            {line}
          </text>
        ))}
    </g>
  );
}

function Bracket({ from, to, text, colour, className }: { from: number; to: number; text: string; colour: string; className: string }) {
  const y = top + height + 8;
  return (
    <g>
      <path d={`M${from},${y} v7 H${to} v-7`} fill="none" stroke={colour} strokeWidth={1.4} />
      <text x={(from + to) / 2} y={y + 24} className={className}>
        {text}
      </text>
    </g>
  );
}

/** The link's 1500 bytes: what the tunnel takes, and what is left for the inner packet. */
export function TunnelRoom({ anatomy: { added, outer }, mtu, width }: { anatomy: Anatomy; mtu: number | null; width: number }) {
  const [left, right] = [32, width - 32];
  const y = 584;
  const used = 44;
  const inside = mtu ?? linkMTU - added;
  const sum = [...outer.slice(1).map(({ name, bytes }) => `${name} ${bytes}`), 'inner Ethernet 14'].join(' + ');
  return (
    <g>
      <rect x={left} y={y} width={right - left} height={22} rx={5} fill="var(--f1bg)" stroke="var(--flow)" strokeWidth={1.4} />
      <rect x={left} y={y} width={used} height={22} rx={5} fill="var(--sunk)" stroke="var(--ink2)" strokeWidth={1.4} />
      <text x={left + used / 2} y={y + 15.5} className="w6 mid ink">
        {added}
      </text>
      <text x={left + used + 10} y={y + 15.5} className="ink">
        {`${inside} bytes are left for the inner packet: the mtu of flannel.1, cni0 and each pod`}
      </text>
      <text x={right - 10} y={y + 15.5} className="i3 end">
        {`${linkMTU} on eth0`}
      </text>
      <text x={left} y={y + 42} className="i3">
        {`${sum} = ${added}. A pod that sends more is told so: ICMP 3/4, fragmentation needed.`}
      </text>
    </g>
  );
}
