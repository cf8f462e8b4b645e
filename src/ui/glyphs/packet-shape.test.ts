import { describe, expect, it } from 'vitest';
import { formOf, type PacketLook, packetShape, packetSize } from './packet-shape.ts';

const syn: PacketLook = { form: 'pointed', code: 'SYN', filled: true, heading: 'right', flow: 1 };
const size = { width: 52, height: 24 };

describe('packet shapes', () => {
  it('gives each protocol its own nose', () => {
    expect([formOf('tcp'), formOf('udp'), formOf('icmp'), formOf('arp')]).toEqual(['pointed', 'round', 'double', 'plain']);
    const outlines = (['pointed', 'round', 'double', 'plain'] as const).map((form) => packetShape({ ...syn, form }, size).outline);
    expect(new Set(outlines).size).toBe(4);
  });

  it('turns the nose to where the packet goes', () => {
    expect(packetShape(syn, size).outline).toContain('26,0');
    expect(packetShape({ ...syn, heading: 'left' }, size).outline).toContain('-26,0');
  });

  it('paints DNAT at the nose and SNAT at the tail, hatched where conntrack put it back', () => {
    const edge = (band: PacketLook['band']) => packetShape({ ...syn, band }, size).band;
    expect(edge({ end: 'nose', by: 'rule' })?.edge).toBe('M13.5,-12 V12');
    expect(edge({ end: 'tail', by: 'rule' })?.edge).toBe('M-13.5,-12 V12');
    expect(edge({ end: 'tail', by: 'rule' })?.hatch).toBe('');
    expect(edge({ end: 'tail', by: 'memory' })?.hatch).not.toBe('');
  });

  it('is wide enough for its code', () => {
    expect(packetSize('SYN').width).toBeGreaterThan(48);
    expect(packetSize('AAAA?').width).toBeGreaterThan(packetSize('A?').width);
  });
});
