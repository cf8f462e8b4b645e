// What can be broken at an object or a packet, as commands: what stands in the Faults menu. The page types the very lines
// that a reader could type.

import type { Action, FaultView, NodeView, PodView } from '../protocol/messages.ts';

export interface FaultChoice {
  /** What it does, in a few words. */
  readonly title: string;
  readonly line: string;
  /** The part of the line that is shown: without the place, which is known. */
  readonly shown: string;
}

/** Choices under one heading. */
export interface FaultGroup {
  readonly title: string;
  readonly choices: readonly FaultChoice[];
}

const LINK: Readonly<Record<string, string>> = {
  'Cut the link': 'ip link set eth0 down',
  Delay: 'tc qdisc replace dev eth0 root netem delay 80ms',
  'Lose 20%': 'tc qdisc replace dev eth0 root netem loss 20%',
};

export function nodeFaults({ name }: NodeView): FaultGroup[] {
  return [
    group('Network', `${name}: `, LINK),
    group('Components', `${name}: `, {
      'Stop kube-proxy': 'systemctl stop kube-proxy',
      'Stop the kubelet': 'systemctl stop kubelet',
      'kube-proxy is late': 'lag kube-proxy 5s',
      'Switch the node off': 'power off',
    }),
    group('Pods', '', {
      Cordon: `kubectl cordon ${name}`,
      Drain: `kubectl drain ${name} --ignore-daemonsets --force`,
      Uncordon: `kubectl uncordon ${name}`,
    }),
  ];
}

export function podFaults({ namespace, name, hostNetwork }: PodView): FaultGroup[] {
  const place = `pod/${namespace}/${name}: `;
  return [
    group('Process', place, { 'End it': 'kill 1', 'Let it hang': 'kill -STOP 1', 'Let it crash': 'crash', 'Out of memory': 'oom' }),
    group('Probes', place, { 'Fail readiness': 'fail readiness', 'Fail liveness': 'fail liveness' }),
    ...(hostNetwork ? [] : [group('Network', place, LINK)]),
  ];
}

/** What stands between a change and the rules of a Service. */
export function serviceFaults(): FaultGroup[] {
  return [
    group('Control plane', 'control-plane: ', {
      'Freeze the endpoints': 'freeze endpointslice',
      'Endpoints are late': 'lag endpointslice 5s',
    }),
    group('CoreDNS', 'coredns: ', { 'Freeze its view': 'freeze', 'Its view is late': 'lag 5s' }),
  ];
}

export function packetFaults(packet: number, hop: number): FaultGroup[] {
  return [
    group('On the wire', `packet ${packet} at hop ${hop}: `, { 'Lose it': 'drop', 'Hold it': 'delay 300ms', 'Double it': 'duplicate' }),
  ];
}

function group(title: string, place: string, choices: Readonly<Record<string, string>>): FaultGroup {
  return { title, choices: Object.entries(choices).map(([name, shown]) => ({ title: name, line: `${place}${shown}`, shown })) };
}

/** What is broken, that of `about` first. */
export function sortFaults(
  faults: readonly FaultView[],
  about: string | null,
): { own: readonly FaultView[]; others: readonly FaultView[] } {
  const isOwn = ({ at }: FaultView) => about !== null && at.includes(about);
  return { own: faults.filter(isOwn), others: faults.filter((fault) => !isOwn(fault)) };
}

/** Packets that were taken in flight are no lasting fault: what undoes them is to take the command back. By place in the list. */
export function packetCommands(actions: readonly Action[]): ReadonlyMap<number, string> {
  return new Map(
    actions.flatMap((action, index) =>
      action.type === 'command' && action.line.startsWith('packet ') ? [[index, action.line] as const] : [],
    ),
  );
}
