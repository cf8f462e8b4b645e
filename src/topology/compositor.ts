// Draws packets on a canvas: the one place where anything moves. Shapes come from the same geometry as the SVG glyphs.

import { type PacketLook, type PacketSize, packetShape } from '../ui/glyphs/packet-shape.ts';

export interface Sprite {
  readonly x: number;
  readonly y: number;
  readonly look: PacketLook;
  readonly size: PacketSize;
  /** From 0 to 1: a packet that falls fades. */
  readonly alpha: number;
  /** It jumped here instead of moving: a ring shows the place. */
  readonly placed?: boolean;
}

/** The theme's colours, read once from the page's tokens. */
export interface Palette {
  readonly flows: readonly string[];
  readonly onFlows: readonly string[];
  readonly ground: string;
  readonly panel: string;
  readonly ink: string;
  readonly ink2: string;
  readonly amber: string;
  readonly amberFill: string;
  readonly bad: string;
  readonly font: string;
}

/** Reads the palette from the tokens that hold on `element`. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    flows: [1, 2, 3, 4, 5, 6].map((flow) => token(`f${flow}`)),
    onFlows: [1, 2, 3, 4, 5, 6].map((flow) => token(`on${flow}`)),
    ground: token('canvas'),
    panel: token('panel'),
    ink: token('ink'),
    ink2: token('ink2'),
    amber: token('ambersh'),
    amberFill: token('amberfill'),
    bad: token('bad'),
    font: token('font') || 'sans-serif',
  };
}

/** From so many packets on they are stamped: drawn once for each look, then copied. */
const stampFrom = 12;
const stampMargin = 14;

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws the packets in the drawing's own coordinates; the caller has set the transform, which enlarges by `scale`. */
export function drawSprites(
  g: CanvasRenderingContext2D,
  sprites: readonly Sprite[],
  palette: Palette,
  stamps: Stamps,
  scale: number,
): void {
  if (sprites.length >= stampFrom) stampSprites(g, sprites, palette, stamps, scale);
  else for (const sprite of sprites) drawSprite(g, sprite, palette);
  g.globalAlpha = 1;
}

function drawSprite(g: Pen, sprite: Sprite, palette: Palette): void {
  g.save();
  g.translate(sprite.x, sprite.y);
  g.globalAlpha = sprite.alpha;
  g.lineJoin = 'round';
  drawPacket(g, sprite, palette);
  // What was changed at this hop has a ring already.
  if (sprite.placed && !sprite.look.ring) drawPlaceRing(g, sprite, palette);
  g.restore();
}

/** Pixel on pixel: a picture that lies between pixels is worked out anew, and that costs more than all the rest. */
function stampSprites(g: CanvasRenderingContext2D, sprites: readonly Sprite[], palette: Palette, stamps: Stamps, scale: number): void {
  const { e: left, f: top } = g.getTransform();
  g.setTransform(1, 0, 0, 1, 0, 0);
  let alpha = 1;
  for (const sprite of sprites) {
    const stamp = stamps.of(sprite, palette, scale);
    if (sprite.alpha !== alpha) {
      alpha = sprite.alpha;
      g.globalAlpha = alpha;
    }
    const x = Math.round(left + sprite.x * scale - stamp.width / 2);
    g.drawImage(stamp, x, Math.round(top + sprite.y * scale - stamp.height / 2));
  }
}

function drawPlaceRing(g: Pen, { size, look }: Sprite, palette: Palette): void {
  const { outer } = packetShape(look, size);
  const [left, right] = outer ? [outer.left + 7, outer.right + 7] : [size.width / 2 + 9, size.width / 2 + 9];
  const height = size.height + (outer ? 30 : 18);
  const ring = new Path2D();
  ring.roundRect(-left, -height / 2, left + right, height, 12);
  stroke(g, ring, palette.flows[look.flow - 1] as string, 2);
}

/** Finished pictures of packets, by look, size and scale. One for each palette. */
export class Stamps {
  #kept = new Map<string, ImageBitmap>();
  /** The last picture of each look: most packets look as they did a frame ago. */
  #last = new WeakMap<PacketLook, { readonly size: PacketSize; readonly scale: number; readonly stamp: ImageBitmap }>();

  of(sprite: Sprite, palette: Palette, scale: number): ImageBitmap {
    const { look, size } = sprite;
    const last = this.#last.get(look);
    if (last?.size === size && last.scale === scale) return last.stamp;
    const stamp = this.#find(sprite, palette, scale);
    this.#last.set(look, { size, scale, stamp });
    return stamp;
  }

  #find(sprite: Sprite, palette: Palette, scale: number): ImageBitmap {
    const { form, code, filled, heading, flow, band, fault, tunnel } = sprite.look;
    const bandKey = band ? band.end + band.by : '';
    const key = `${form} ${code} ${filled} ${heading} ${flow} ${bandKey} ${fault} ${tunnel} ${sprite.size.width} ${sprite.size.height} ${scale}`;
    const known = this.#kept.get(key);
    if (known) return known;
    if (this.#kept.size > 500) this.#kept.clear();
    const stamp = makeStamp(sprite, palette, scale);
    this.#kept.set(key, stamp);
    return stamp;
  }
}

function makeStamp(sprite: Sprite, palette: Palette, scale: number): ImageBitmap {
  const { look, size } = sprite;
  const side = Math.max(size.width, size.height) + 2 * stampMargin + (look.tunnel ? 60 : 0);
  const pixels = Math.max(1, Math.ceil(side * scale));
  const canvas = new OffscreenCanvas(pixels, pixels);
  const g = canvas.getContext('2d');
  if (g) {
    g.setTransform(scale, 0, 0, scale, pixels / 2, pixels / 2);
    g.lineJoin = 'round';
    drawPacket(g, sprite, palette);
  }
  return canvas.transferToImageBitmap();
}

function drawPacket(g: Pen, { look, size }: Sprite, palette: Palette): void {
  const shape = packetShape(look, size);
  const outline = new Path2D(shape.outline);
  const colour = look.fault ? palette.bad : (palette.flows[look.flow - 1] as string);
  if (shape.outer) {
    paint(g, new Path2D(shape.outer.outline), palette.panel, palette.ink2, 2);
    write(g, 'VX', shape.outer.markX, shape.outer.markY, shape.outer.fontSize, palette.ink2, palette.font);
  }
  if (shape.ring) {
    g.save();
    g.setLineDash([3, 4]);
    g.lineCap = 'round';
    stroke(g, new Path2D(shape.ring), palette.amber, 2);
    g.restore();
  }
  paint(g, outline, palette.ground, palette.ground, 6);
  paint(g, outline, look.filled ? colour : palette.panel, colour, 2);
  if (shape.band) {
    g.save();
    g.clip(outline);
    g.fillStyle = shape.band.hatch ? palette.panel : palette.amberFill;
    g.fill(new Path2D(shape.band.body));
    if (shape.band.hatch) {
      g.save();
      g.clip(new Path2D(shape.band.body));
      stroke(g, new Path2D(shape.band.hatch), palette.amber, 1.4);
      g.restore();
    }
    stroke(g, new Path2D(shape.band.edge), palette.amber, 2.4);
    g.restore();
    stroke(g, outline, colour, 2);
  }
  if (shape.torn) {
    g.lineCap = 'round';
    stroke(g, new Path2D(shape.torn), colour, 2.4);
  }
  const inside = look.fault ? palette.panel : (palette.onFlows[look.flow - 1] as string);
  const text = look.filled ? inside : look.flow === 1 || look.fault ? colour : palette.ink;
  write(g, look.code, shape.textX, shape.textY, shape.fontSize, text, palette.font);
}

function paint(g: Pen, path: Path2D, fill: string, line: string, width: number): void {
  g.fillStyle = fill;
  g.fill(path);
  stroke(g, path, line, width);
}

function stroke(g: Pen, path: Path2D, colour: string, width: number): void {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.stroke(path);
}

function write(g: Pen, text: string, x: number, y: number, size: number, colour: string, font: string): void {
  g.font = `700 ${size}px ${font}`;
  g.textAlign = 'center';
  g.textBaseline = 'alphabetic';
  g.fillStyle = colour;
  g.fillText(text, x, y + size * 0.36);
}
