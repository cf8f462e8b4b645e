// One packet as SVG. `PacketMark` is the bare group for use inside a larger drawing; `PacketGlyph` stands alone and says
// its title to a screen reader.

import { useId } from 'react';
import { type PacketLook, type PacketSize, packetShape, packetSize } from './packet-shape.ts';

/** The packet around 0,0. `ground` is the colour that it stands on, kept clear around it. */
export function PacketMark({ look, size, ground = 'var(--panel)' }: { look: PacketLook; size: PacketSize; ground?: string }) {
  const clip = useId();
  const shape = packetShape(look, size);
  const colour = look.fault ? 'var(--bad)' : `var(--f${look.flow})`;
  const body = look.filled ? colour : 'var(--panel)';
  const text = look.filled
    ? look.fault
      ? 'var(--panel)'
      : `var(--on${look.flow})`
    : look.flow === 1 || look.fault
      ? colour
      : 'var(--ink)';
  return (
    <g strokeLinejoin="round">
      {shape.outer && (
        <>
          <path d={shape.outer.outline} fill="var(--panel)" stroke="var(--ink2)" strokeWidth={2} />
          <text
            x={shape.outer.markX}
            y={shape.outer.markY + 4.3}
            textAnchor="middle"
            fill="var(--ink2)"
            style={codeStyle(shape.outer.fontSize)}
          >
            VX
          </text>
        </>
      )}
      {shape.ring && (
        <path d={shape.ring} fill="none" stroke="var(--ambersh)" strokeWidth={2} strokeDasharray="3 4" strokeLinecap="round" />
      )}
      <path d={shape.outline} fill={ground} stroke={ground} strokeWidth={6} />
      <path d={shape.outline} fill={body} stroke={colour} strokeWidth={2} />
      {shape.band && (
        <>
          <clipPath id={clip}>
            <path d={shape.outline} />
          </clipPath>
          <clipPath id={`${clip}b`}>
            <path d={shape.band.body} />
          </clipPath>
          <g clipPath={`url(#${clip})`}>
            <path d={shape.band.body} fill={shape.band.hatch ? 'var(--panel)' : 'var(--amberfill)'} />
            <path d={shape.band.hatch} stroke="var(--ambersh)" strokeWidth={1.4} clipPath={`url(#${clip}b)`} />
            <path d={shape.band.edge} stroke="var(--ambersh)" strokeWidth={2.4} />
          </g>
          <path d={shape.outline} fill="none" stroke={colour} strokeWidth={2} />
        </>
      )}
      {shape.torn && <path d={shape.torn} fill="none" stroke={colour} strokeWidth={2.4} strokeLinecap="round" />}
      <text x={shape.textX} y={shape.textY + shape.fontSize * 0.36} textAnchor="middle" fill={text} style={codeStyle(shape.fontSize)}>
        {look.code}
      </text>
    </g>
  );
}

/** A packet by itself, `height` high. */
export function PacketGlyph({ look, height = 24, title }: { look: PacketLook; height?: number; title: string }) {
  const size = packetSize(look.code, height);
  const { outer } = packetShape(look, size);
  const padX = (look.ring ? 10 : 2) + (look.fault === 'reset' ? 14 : 0);
  const padY = look.ring || outer ? 10 : 2;
  const left = outer ? outer.left + 2 : size.width / 2 + padX;
  const width = left + (outer ? outer.right + 2 : size.width / 2 + padX);
  const tall = size.height + padY * 2;
  return (
    <svg className="glyph" width={width} height={tall} viewBox={`${-left} ${-tall / 2} ${width} ${tall}`} role="img" aria-label={title}>
      <title>{title}</title>
      <PacketMark look={look} size={size} />
    </svg>
  );
}

function codeStyle(fontSize: number) {
  return { fontFamily: 'var(--font)', fontWeight: 700, fontSize, letterSpacing: '.02em' };
}
