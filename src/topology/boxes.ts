// A scene's boxes, ready to be placed: machines, Services, rules and pods. Pure; whoever carries the view places them.

import { isTunnel } from '../state/tunnel.ts';
import { carriedAddress, type Followed } from './followed.ts';
import type { Box } from './geometry.ts';
import type { NodePlace, PodPlace, ServicePlace } from './layout.ts';
import type { MachineMarks } from './MachineBox.tsx';
import type { PodMarks } from './PodCell.tsx';
import type { RulesPlace } from './rules-boxes.ts';
import type { ServiceMarks } from './ServiceBox.tsx';
import { podMarks, type Scene } from './scene.ts';

export type BoxContent =
  | { readonly kind: 'machine'; readonly place: NodePlace; readonly marks: MachineMarks }
  | { readonly kind: 'pod'; readonly place: PodPlace; readonly marks: PodMarks }
  | { readonly kind: 'service'; readonly place: ServicePlace; readonly marks: ServiceMarks }
  | { readonly kind: 'rules'; readonly place: RulesPlace; readonly selected: boolean };

/** `type`, because React Flow asks for one that has an index signature. */
export type BoxData = { readonly box: BoxContent; readonly name: string; readonly selected: boolean };

export interface PlacedBox extends Box {
  /** The key of its object. */
  readonly id: string;
  readonly zIndex: number;
  /** The reader may drag it. */
  readonly movable: boolean;
  readonly data: BoxData;
}

/** Every box of a scene, with its marks and the name that a screen reader says. */
export function boxesOf(scene: Scene, serviceCount: number, selection: string | null): PlacedBox[] {
  const { layout, followed } = scene;
  const marks = podMarks(scene, selection);
  const failed = followed?.verdict != null && followed.verdict !== 'delivered';
  const boxes: PlacedBox[] = [];
  const cells = [...layout.pods.values()];
  for (const [name, place] of layout.nodes) {
    const tiny = cells.filter((cell) => cell.density === 'tiny' && cell.node === name);
    const own = tiny.map((pod) => ({ place: pod, marks: marks.get(pod.view.key) as PodMarks }));
    const selected = place.view.key === selection;
    const box: BoxContent = {
      kind: 'machine',
      place,
      marks: { station: scene.stations.get(name) ?? null, serviceCount, selected, tunnelled: isTunnelled(followed, name), tiny: own },
    };
    boxes.push(nodeOf(place.view.key, place.box, 0, box, `Node ${name}, ${place.view.address}`, selected));
  }
  for (const place of layout.services.values()) {
    const { key, name, type, clusterIP } = place.view;
    const state = key === followed?.service?.key ? (failed ? 'failed' : 'followed') : 'calm';
    const box: BoxContent = {
      kind: 'service',
      place,
      marks: { state, selected: key === selection, address: carriedAddress(place.view, followed) },
    };
    boxes.push(nodeOf(key, place.box, 1, box, `Service ${name}, ${type} ${clusterIP}`, key === selection));
  }
  for (const place of scene.rules) {
    const { key, name, kind, summary } = place.view;
    const selected = key === selection;
    boxes.push(nodeOf(key, place.box, 1, { kind: 'rules', place, selected }, `${kind} ${name}, ${summary}`, selected));
  }
  for (const place of layout.pods.values()) {
    if (place.density === 'tiny') continue;
    const { key, name, status, address, node } = place.view;
    const box: BoxContent = { kind: 'pod', place, marks: marks.get(key) as PodMarks };
    const where = node ? `on ${node}` : 'on no node';
    boxes.push(
      nodeOf(key, place.box, place.raised ? 3 : 2, box, `Pod ${name}, ${address ?? 'no address'}, ${status}, ${where}`, key === selection),
    );
  }
  return boxes;
}

function isTunnelled(followed: Followed | null, node: string): boolean {
  const hop = followed?.hop;
  return hop?.node === node && (followed?.carried != null || (hop.kind === 'if' && isTunnel(hop.ifc)));
}

function nodeOf(id: string, { x, y, width, height }: Box, zIndex: number, box: BoxContent, name: string, selected: boolean): PlacedBox {
  const movable = box.kind === 'machine' || box.kind === 'service';
  return { id, x, y, width, height, zIndex, movable, data: { box, name, selected } };
}
