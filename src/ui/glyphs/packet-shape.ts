// The geometry of a packet, as path strings: an SVG draws them as they are, a canvas through Path2D, so both show one
// shape. The nose faces the destination; a rewrite paints a band at the end that changed.

/** Pointed nose: TCP and SCTP. Round nose: UDP. Pointed at both ends: ICMP. Plain: ARP and Neighbour Discovery, which stay on their link. */
export type PacketForm = 'pointed' | 'round' | 'double' | 'plain';
export type Heading = 'left' | 'right' | 'down' | 'up';

/** Where a rewrite shows: a new destination at the nose, a new source at the tail. `memory`: conntrack did it, no rule was asked. */
export interface Band {
  readonly end: 'nose' | 'tail';
  readonly by: 'rule' | 'memory';
}

/** All that the eye needs to know of one packet. */
export interface PacketLook {
  readonly form: PacketForm;
  /** `SYN`, `A?`, `3/3`: what stands inside. */
  readonly code: string;
  /** A request is filled, a reply outlined. */
  readonly filled: boolean;
  readonly heading: Heading;
  /** The flow's colour and number, 1 to 6. */
  readonly flow: number;
  readonly band?: Band | undefined;
  /** Resets and ICMP errors: drawn in the colour of failure, a reset with a torn tail. */
  readonly fault?: 'reset' | 'error' | undefined;
  /** Changed at this very hop: a dotted ring. */
  readonly ring?: boolean | undefined;
  /** Inside a tunnel: drawn within an outlined outer packet. */
  readonly tunnel?: boolean | undefined;
}

export interface PacketSize {
  readonly width: number;
  readonly height: number;
}

export interface Outer {
  readonly outline: string;
  readonly markX: number;
  readonly markY: number;
  readonly left: number;
  readonly right: number;
  /** Of its mark. */
  readonly fontSize: number;
}

/** Paths around the packet's middle at 0,0. */
export interface PacketShape {
  readonly outline: string;
  /** The band's body (to be clipped by the outline), its inner edge, and the hatching of a band from memory. */
  readonly band: { readonly body: string; readonly edge: string; readonly hatch: string } | null;
  readonly ring: string | null;
  readonly torn: string | null;
  /** The outer packet of a tunnel, the place of its mark, and how far it reaches left and right. */
  readonly outer: Outer | null;
  /** Where the code is written, its middle. */
  readonly textX: number;
  readonly textY: number;
  readonly fontSize: number;
}

const protocolForm: Readonly<Record<string, PacketForm>> = {
  tcp: 'pointed',
  sctp: 'pointed',
  udp: 'round',
  icmp: 'double',
  arp: 'plain',
  ndp: 'plain',
};

/** The form of a traced packet's protocol. */
export function formOf(protocol: string): PacketForm {
  return protocolForm[protocol] ?? 'pointed';
}

/** A size in which `code` fits, about `height` high. */
export function packetSize(code: string, height = 24): PacketSize {
  const text = code.length * height * 0.33;
  return { width: Math.round(Math.max(height * 2.1, text + height * 1.25)), height };
}

/** Everything that is drawn of a packet of this look and size. */
export function packetShape(look: PacketLook, size: PacketSize): PacketShape {
  if (look.heading === 'down' || look.heading === 'up') return upright(look, size, look.heading === 'down' ? 1 : -1);
  const sign = look.heading === 'left' ? -1 : 1;
  const bandWidth = look.band ? size.height * 0.52 : 0;
  const nose = noseLength(look.form, size);
  const shift = look.band ? (look.band.end === 'nose' ? -bandWidth * 0.25 : bandWidth * 0.5) : 0;
  return {
    outline: outline(look.form, size, sign),
    band: look.band ? band(look.band, size, sign, bandWidth) : null,
    ring: look.ring ? outline(look.form, { width: size.width + 16, height: size.height + 14 }, sign) : null,
    torn: look.fault === 'reset' ? torn(size, sign) : null,
    outer: look.tunnel ? outer(size, sign) : null,
    textX: sign * (shift - (look.form === 'pointed' ? nose * 0.38 : look.form === 'round' ? nose * 0.12 : 0)),
    textY: 0,
    fontSize: Math.max(12, Math.round(size.height * 0.45)),
  };
}

function noseLength(form: PacketForm, { height }: PacketSize): number {
  return form === 'round' ? height / 2 : form === 'plain' ? 0 : height * 0.46;
}

function outline(form: PacketForm, size: PacketSize, sign: 1 | -1): string {
  const x = size.width / 2;
  const y = size.height / 2;
  const neck = x - noseLength(form, size);
  const p = (px: number, py: number) => `${round(sign * px)},${round(py)}`;
  switch (form) {
    case 'pointed':
      return `M${p(-x, -y)} L${p(neck, -y)} L${p(x, 0)} L${p(neck, y)} L${p(-x, y)} Z`;
    case 'round':
      return `M${p(-x, -y)} L${p(neck, -y)} A${y},${y} 0 0 ${sign > 0 ? 1 : 0} ${p(neck, y)} L${p(-x, y)} Z`;
    case 'double':
      return `M${p(-neck, -y)} L${p(neck, -y)} L${p(x, 0)} L${p(neck, y)} L${p(-neck, y)} L${p(-x, 0)} Z`;
    case 'plain':
      return `M${p(-x, -y)} L${p(x, -y)} L${p(x, y)} L${p(-x, y)} Z`;
  }
}

function band({ end, by }: Band, size: PacketSize, sign: 1 | -1, width: number) {
  const y = size.height / 2;
  const far = (end === 'nose' ? sign : -sign) * (size.width / 2);
  const edge = far - Math.sign(far) * width;
  const [left, right] = far < edge ? [far, edge] : [edge, far];
  const lines: string[] = [];
  if (by === 'memory')
    for (let x = left - size.height * 0.6; x < right; x += 5) lines.push(`M${round(x)},${y} L${round(x + size.height * 0.6)},${-y}`);
  return {
    body: `M${round(left)},${-y} H${round(right)} V${y} H${round(left)} Z`,
    edge: `M${round(edge)},${-y} V${y}`,
    hatch: lines.join(' '),
  };
}

function torn(size: PacketSize, sign: 1 | -1): string {
  const x = -sign * (size.width / 2 + 9);
  const y = size.height * 0.38;
  return `M${round(x + 4)},${round(-y)} L${round(x - 3)},${round(y * 0.05)} H${round(x + 4)} L${round(x - 3)},${round(y)}`;
}

function outer(size: PacketSize, sign: 1 | -1): Outer {
  // Larger around a larger packet, and never so small that its mark has no room.
  const by = Math.max(1, size.height / 25);
  const grown = { width: size.width + 50 * by, height: size.height + Math.min(16, size.height * 0.64) };
  const shift = sign * -14 * by;
  const x = grown.width / 2;
  const y = grown.height / 2;
  const p = (px: number, py: number) => `${round(sign * px + shift)},${round(py)}`;
  const neck = x - y;
  return {
    outline: `M${p(-x, -y)} L${p(neck, -y)} A${y},${y} 0 0 ${sign > 0 ? 1 : 0} ${p(neck, y)} L${p(-x, y)} Z`,
    markX: round(sign * (-x + 15 * by) + shift),
    markY: 0,
    left: x - shift,
    right: x + shift,
    fontSize: Math.round(12 * by),
  };
}

/** Nose down or up, text level: the packet of a vertical run. */
function upright(look: PacketLook, { width, height }: PacketSize, sign: 1 | -1): PacketShape {
  const x = width / 2;
  const y = height / 2;
  const neck = round(sign * (y - height * 0.4));
  const tail = round(sign * (-y + height * 0.18));
  const nose = round(sign * y);
  const tip = look.form === 'round' ? `Q${x},${nose} 0,${nose} Q${-x},${nose} ${-x},${neck}` : `L0,${nose} L${-x},${neck}`;
  const hatch: string[] = [];
  if (look.band?.by === 'memory') for (let at = -x - 20; at < x; at += 6) hatch.push(`M${at},${y} L${at + 20},${-y}`);
  const atNose = look.band?.end === 'nose';
  return {
    outline: look.form === 'plain' ? `M${-x},${-nose} H${x} V${neck} H${-x} Z` : `M${-x},${-nose} H${x} V${neck} ${tip} Z`,
    band: look.band
      ? {
          body: atNose ? `M${-x},${neck} H${x} V${nose} H${-x} Z` : `M${-x},${-nose} H${x} V${tail} H${-x} Z`,
          edge: atNose ? `M${-x},${neck} H${x}` : `M${-x},${tail} H${x}`,
          hatch: hatch.join(' '),
        }
      : null,
    ring: null,
    torn: null,
    outer: look.tunnel ? uprightOuter({ width, height }, sign) : null,
    textX: 0,
    textY: sign * -height * 0.2,
    fontSize: Math.max(12, Math.round(height * 0.31)),
  };
}

/** The same on a vertical run: its mark stands behind the inner packet's tail. */
function uprightOuter({ width, height }: PacketSize, sign: 1 | -1): Outer {
  const x = width / 2 + 8;
  const tail = round(sign * (-height / 2 - 20));
  const neck = round(sign * (height / 2 - 4));
  return {
    outline: `M${-x},${tail} H${x} V${neck} Q${x},${neck + sign * 14} 0,${neck + sign * 14} Q${-x},${neck + sign * 14} ${-x},${neck} Z`,
    markX: 0,
    markY: round(sign * (-height / 2 - 10)),
    left: x,
    right: x,
    fontSize: 12,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
