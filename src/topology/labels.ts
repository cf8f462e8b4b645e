// Every text of the Objects drawing that stands free, outside of the boxes that keep their own, and the room that it takes
// at the default zoom. One list for the drawing's tests: what is in it may lie on nothing else.

import type { ServiceView } from '../protocol/messages.ts';
import type { Box, Point } from './geometry.ts';
import { type Layout, lane, type NodePlace } from './layout.ts';
import { monoWidth, textWidth } from './text.ts';
import { worldNames } from './world-names.ts';

export interface Label {
  readonly text: string;
  readonly box: Box;
}

const ascent = 9;
const height = 12;

/** Baseline of a node's nodePort label, below its port: the leader of the header card comes in above. */
export const nodePortBaseline = 14;

/** The nodePorts that a label names: the first, and how many more where there is room to say so. */
export function nodePortText(services: readonly ServiceView[], room = Number.POSITIVE_INFINITY): string | null {
  const [first, ...others] = services.flatMap((service) => service.ports.flatMap((port) => port.nodePort ?? []));
  if (first === undefined) return null;
  const text = others.length === 0 ? `${first}` : `${first} +${others.length}`;
  return monoWidth(text) <= room ? text : `${first}…`;
}

export function nodePortAt({ eth0 }: NodePlace): Point {
  return { x: eth0.x + 4, y: eth0.y + eth0.height + nodePortBaseline };
}

/** The network's address, of which all nodes have one: `192.168.56.0/24`. */
export function networkText(layout: Layout): string | null {
  const address = [...layout.nodes.values()][0]?.view.address;
  return address?.includes('.') ? `${address.split('.').slice(0, 3).join('.')}.0/24` : null;
}

/** All of them. */
export function labelsOf(layout: Layout): readonly Label[] {
  const ports = nodePortText([...layout.services.values()].map((place) => place.view));
  const network = networkText(layout);
  return [
    start('World', 14, 27, textWidth('World', 13)),
    start('Virtual rules, no machine', 110, 27, 50 + textWidth('rules, no machine')),
    start('Machines', lane.firstNode, 27, 66 + textWidth('100 nodes')),
    start('node network', 110, layout.wireY + 22, textWidth('node network')),
    ...(network ? [start(network, 110, layout.wireY + 41, monoWidth(network))] : []),
    ...layout.devices.flatMap((device) =>
      worldNames[device].split(' ').map((word, line) => {
        const width = textWidth(word);
        return start(word, layout.world[device].x - width / 2, layout.world[device].y + 34 + line * 14, width);
      }),
    ),
    ...(ports === null
      ? []
      : [...layout.nodes.values()].map((node) => start(ports, nodePortAt(node).x, nodePortAt(node).y, monoWidth(ports)))),
  ];
}

function start(text: string, x: number, baseline: number, width: number): Label {
  return { text, box: { x, y: baseline - ascent, width, height } };
}
