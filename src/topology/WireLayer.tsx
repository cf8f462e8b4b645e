// What lies still between the boxes: the node network, the wires inside each node, selector dots, and on top of all
// paths the eth0 ports with their nodePort tabs.

import type { ServiceView } from '../protocol/messages.ts';
import { overlap, roundedPath } from './geometry.ts';
import { networkText, nodePortAt, nodePortText } from './labels.ts';
import { inside, type Layout, lane, type NodePlace, type PodPlace } from './layout.ts';
import type { SelectorLines } from './selectors.ts';

/** Lanes with their headings, behind everything. */
export function LaneLayer({ layout }: { layout: Layout }) {
  const far = 6000;
  const pods = [...layout.pods.values()].length;
  return (
    <svg className="over lanes" width={layout.width} height={layout.height} aria-hidden="true">
      <rect x={lane.virtual} y={-far} width={lane.machines - lane.virtual} height={2 * far} fill="var(--sunk)" />
      <path d={`M${lane.virtual},${-far} V${far} M${lane.machines},${-far} V${far}`} stroke="var(--line)" />
      <text x={14} y={27} className="head w6 ink">
        World
      </text>
      <text x={110} y={27} className="head w6 ink">
        Virtual
      </text>
      <text x={160} y={27} className="i3 detail">
        rules, no machine
      </text>
      <text x={lane.firstNode} y={27} className="head w6 ink">
        Machines
      </text>
      <text x={lane.firstNode + 66} y={27} className="i3 detail">
        {counted(layout.nodes.size, 'node')}
        {pods > layout.nodes.size * 2 ? `, ${counted(pods, 'pod')}` : ''}
      </text>
    </svg>
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Thin grey: nothing on it. */
export function Wires({ layout }: { layout: Layout }) {
  const { wireY, world } = layout;
  const lastRail = layout.rails.at(-1)?.x ?? lane.firstNode - lane.rail;
  const d = [
    ...layout.rails.map((rail) => `M${rail.x},${rail.top} V${rail.bottom}`),
    `M${world.world.x + 20},${wireY} H${lastRail}`,
    `M${world.internet.x},${world.internet.y + 42} V${world.router.y - 16}`,
    ...layout.devices
      .filter((device) => device !== 'world' && device !== 'internet')
      .map((device) => `M${world[device].x + 14},${world[device].y} H84 V${wireY}`),
    ...[...layout.nodes.values()].map(insideWires),
  ];
  const network = networkText(layout);
  return (
    <g>
      <path d={d.join(' ')} fill="none" stroke="var(--shape)" strokeWidth={2} strokeLinejoin="round" strokeLinecap="round" />
      <text x={110} y={wireY + 22} className="i3">
        node network
      </text>
      {network && (
        <text x={110} y={wireY + 41} className="m i3 ip">
          {network}
        </text>
      )}
    </g>
  );
}

function insideWires(node: NodePlace): string {
  const { x } = node.box;
  const y = node.trackY;
  const core = `M${node.railX},${y} H${x} M${x + 50},${y} H${x + 66} M${x + 192},${y} H${x + 206}`;
  return `${core}`;
}

/** From the bridge to each pod: one veth a full cell, one bus for the dense ones. */
export function VethWires({ layout }: { layout: Layout }) {
  const parts: string[] = [];
  for (const [name, node] of layout.nodes) {
    const pods = [...layout.pods.values()].filter((pod) => pod.node === name && !pod.view.hostNetwork);
    const bridge = node.cni0.x + node.cni0.width;
    const bus = node.box.x + inside.bus;
    if (node.density === 'full') {
      for (const pod of pods) parts.push(`M${bridge},${middle(pod.box)} H${pod.box.x}`);
      continue;
    }
    const left = pods.filter((pod) => pod.box.x - node.box.x < inside.pods.x + 4 && node.density === 'small').map((pod) => middle(pod.box));
    const branch = node.box.y + 108;
    const ends = node.density === 'small' ? [branch, ...left] : [node.box.y + 46, node.box.y + 170];
    const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
    if (node.density === 'small') parts.push(...rightWires(node, pods, branch));
    if (node.density === 'small' && left.length === 0) continue;
    parts.push(`M${bridge},${branch} H${bus}`, `M${bus},${top} V${bottom}`, ...left.map((y) => `M${bus},${y} H${bus + 4}`));
  }
  return <path d={parts.join(' ')} fill="none" stroke="var(--shape)" strokeWidth={2} strokeLinecap="round" />;
}

/** To the cells of the right column: between the rows to a bus of their own. */
function rightWires(node: NodePlace, pods: readonly PodPlace[], branch: number): string[] {
  const left = node.box.x + inside.pods.x;
  const raised = pods.filter((pod) => pod.raised);
  const right = pods.filter((pod) => !pod.raised && pod.box.x > left + 4 && !raised.some((each) => overlap(each.box, pod.box)));
  const rows = right.map((pod) => middle(pod.box));
  if (rows.length === 0) return [];
  const bus = left + 80;
  const [top, bottom] = [Math.min(branch, ...rows), Math.max(branch, ...rows)];
  return [
    `M${node.cni0.x + node.cni0.width},${branch} H${bus}`,
    `M${bus},${top} V${bottom}`,
    ...rows.map((y) => `M${bus},${y} H${left + 84}`),
  ];
}

function middle(box: { readonly y: number; readonly height: number }): number {
  return box.y + box.height / 2;
}

export function Selectors({ selector, failed }: { selector: SelectorLines; failed: { readonly x: number; readonly y: number } | null }) {
  return (
    <g fill="none" stroke="var(--sel)" strokeLinecap="round">
      {selector.lines.map((points) => {
        const d = roundedPath(points, 8);
        return <path key={d} d={d} className="dots" strokeDasharray="0.1 5.8" />;
      })}
      {selector.knot && selector.lines.length > 1 && (
        <circle cx={selector.knot.x} cy={selector.knot.y} r={3.4} fill="var(--sel)" stroke="none" />
      )}
      {failed && (
        <>
          <path d={`M${failed.x},${failed.y} h20`} className="dots" strokeDasharray="0.1 5.8" />
          <path d={`M${failed.x + 22},${failed.y - 5} l10,10 m0,-10 l-10,10`} stroke="var(--bad)" strokeWidth={2} />
        </>
      )}
    </g>
  );
}

/** The port of each machine on the node network. Lit where the followed packet passes it. */
export function Ports({ layout, lit, services }: { layout: Layout; lit: ReadonlySet<string>; services: readonly ServiceView[] }) {
  const nodePorts = nodePortText(services);
  return (
    <g>
      {[...layout.nodes].map(([name, node]) => (
        <Port key={name} node={node} lit={lit.has(name)} nodePorts={nodePorts} />
      ))}
    </g>
  );
}

function Port({ node, lit, nodePorts }: { node: NodePlace; lit: boolean; nodePorts: string | null }) {
  const { x, y, height } = node.eth0;
  const colour = lit ? 'var(--flow)' : 'var(--shape)';
  const d = `M${x},${y} H${x + 44} a6,6 0 0 1 6,6 V${y + height - 6} a6,6 0 0 1 -6,6 H${x}`;
  return (
    <g>
      <path d={lit ? `${d} Z` : d} fill="var(--panel)" stroke={colour} strokeWidth={lit ? 2 : 1.5} />
      <text x={x + 25} y={y + 18} className={`m mid ${lit ? 'w6 flow' : 'w5 i2'}`}>
        eth0
      </text>
      {nodePorts !== null && (
        <>
          <rect x={x - 4} y={y + 6} width={8} height={16} rx={1.5} fill={colour} />
          <text {...nodePortAt(node)} className={`m ip ${lit ? 'w6 flow' : 'i3'}`}>
            {nodePorts}
          </text>
        </>
      )}
    </g>
  );
}
