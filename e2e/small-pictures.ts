// After the pictures have been taken anew: each is written again with a palette of 112 colours, a third of its
// size. What is compared is what is seen, so that the other form of the file makes no difference. PNG (W3C), by hand.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { FullConfig } from '@playwright/test';

const FOLDER = fileURLToPath(new URL('screenshots/', import.meta.url));
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

const mostFrequent = 48;
const mostColours = 112;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue. */
  readonly pixels: Uint8Array;
}

export default function keepSmall(config: FullConfig): void {
  if (config.updateSnapshots !== 'all') return;
  for (const name of readdirSync(FOLDER)) {
    const file = `${FOLDER}${name}`;
    const picture = readTrueColour(readFileSync(file));
    if (picture) writeFileSync(file, withPalette(picture));
  }
}

/** Null for what has a palette already. */
function readTrueColour(png: Buffer): Picture | null {
  const [width, height, depth, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (kind !== 2 && kind !== 6)) return null;
  const channels = kind === 2 ? 3 : 4;
  const rows = inflateSync(Buffer.concat(dataOf(png)));
  const pixels = new Uint8Array(width * height * 3);
  let above = new Uint8Array(width * channels);
  for (let y = 0; y < height; y++) {
    const start = y * (width * channels + 1);
    const row = unfilter(rows[start] as number, rows.subarray(start + 1, start + 1 + width * channels), above, channels);
    for (let x = 0; x < width; x++) pixels.set(row.subarray(x * channels, x * channels + 3), (y * width + x) * 3);
    above = row;
  }
  return { width, height, pixels };
}

function dataOf(png: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return parts;
}

/** PNG, 9.2: each byte was written as its difference from what its left, upper and upper left neighbours foretell. */
function unfilter(kind: number, bytes: Uint8Array, above: Uint8Array, step: number): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const left = i < step ? 0 : (row[i - step] as number);
    const up = above[i] as number;
    const corner = i < step ? 0 : (above[i - step] as number);
    row[i] = (bytes[i] as number) + foretold(kind, left, up, corner);
  }
  return row;
}

function foretold(kind: number, left: number, up: number, corner: number): number {
  if (kind < 3) return [0, left, up][kind] as number;
  if (kind === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function withPalette({ width, height, pixels }: Picture): Buffer {
  const { palette, indexOf } = paletteOf(pixels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(coarse(pixels, (y * width + x) * 3));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap(rgbOf));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** The most frequent colours, then those that have no near one among them: what is small and amber stays amber. */
function paletteOf(pixels: Uint8Array): { palette: readonly number[]; indexOf: (colour: number) => number } {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = coarse(pixels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const palette = ranked.slice(0, mostFrequent).map(([colour]) => colour);
  const others = ranked.slice(mostFrequent).map(([colour, count]) => ({
    colour,
    count,
    far: Math.min(...palette.map((each) => distance(each, colour))),
  }));
  while (palette.length < mostColours && others.length > 0) {
    const next = others.reduce((best, each) => (each.count * each.far > best.count * best.far ? each : best));
    palette.push(next.colour);
    for (const each of others) each.far = Math.min(each.far, distance(next.colour, each.colour));
  }
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number) => {
    const index = known.get(colour) ?? nearest(palette, colour);
    known.set(colour, index);
    return index;
  };
  return { palette, indexOf };
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((each) => distance(each, colour));
  return distances.indexOf(Math.min(...distances));
}

function distance(a: number, b: number): number {
  const [[r, g, bl], [r2, g2, b2]] = [rgbOf(a), rgbOf(b)] as [[number, number, number], [number, number, number]];
  return (r - r2) ** 2 + (g - g2) ** 2 + (bl - b2) ** 2;
}

/** A colour to the nearest eighth step; the brightest grounds, of which there are many, are kept apart as they are. */
function coarse(pixels: Uint8Array, at: number): number {
  const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number];
  const round = (value: number) => (Math.min(r, g, b) >= 0xe8 ? value : Math.min(255, Math.round(value / 8) * 8));
  return (round(r) << 16) | (round(g) << 8) | round(b);
}

function rgbOf(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(name: string, data: Buffer): Buffer {
  const part = Buffer.concat([Buffer.alloc(4), Buffer.from(name, 'latin1'), data, Buffer.alloc(4)]);
  part.writeUInt32BE(data.length, 0);
  part.writeUInt32BE(crc32(part.subarray(4, -4)), part.length - 4);
  return part;
}
