// What one request was seen to do, by the engine or by a kernel, in one form that both can be brought to: lines of text
// that a reader can follow and a program can compare.

import type { Lab, LabFlow } from './lab.ts';

export interface RecordedPacket {
  /** As in a trace: `SYN`, `S·A`, `DATA`, `3/3`, `echo`. */
  readonly label: string;
  /** The machine that sent it. */
  readonly from: string;
  /** Whether it came from the client's socket; false for what answers it. */
  readonly isRequest: boolean;
  /** Whether its sender forbids to cut it; recordings may be older than this, and IPv6 has no such word. */
  readonly dontFragment?: boolean;
  /** `node-1 cni0 rx 10.244.1.11:40001->10.244.2.10:8080 ttl 64`, in order. */
  readonly interfaces: readonly string[];
  /** `node-1 PREROUTING nat KUBE-SERVICES 7 JUMP KUBE-SVC-X mark 0x0 in cni0 out - 10.244.1.11:40001->10.96.0.17:80`. */
  readonly rules: readonly string[];
}

export interface RecordedFlow {
  readonly flow: LabFlow;
  /** `answered, server saw 10.244.1.11:40001`, `ECONNREFUSED`, `timed-out`. */
  readonly outcome: string;
  /** Of packets that are alike (retransmissions), the first. */
  readonly packets: readonly RecordedPacket[];
  /** `node-1 tcp 10.244.1.11:40001->10.96.0.17:80 reply 10.244.2.10:8080->10.244.1.11:40001`, sorted. */
  readonly connections: readonly string[];
  /** Where chance decided: `-m statistic` rules that matched, gateways taken, outer ports of tunnels. */
  readonly choices: readonly string[];
}

/** A kernel's own account, kept to be compared with wherever there is no kernel to ask. */
export interface KernelRecording {
  /** `6.18.44` */
  readonly kernel: string;
  /** `iptables v1.8.9 (nf_tables)` */
  readonly iptables: string;
  readonly lab: Lab;
  readonly cases: readonly RecordedFlow[];
}

/** What an interface saw. */
export function interfaceLine(hop: {
  readonly node: string;
  readonly ifc: string;
  readonly dir: string;
  readonly addr: string;
  readonly ttl: number;
  readonly inner?: string;
}): string {
  return `${hop.node} ${hop.ifc} ${hop.dir} ${hop.addr} ttl ${hop.ttl}${hop.inner === undefined ? '' : ` inner ${hop.inner}`}`;
}

/** A rule that matched. */
export function ruleLine(hop: {
  readonly node: string;
  readonly hook: string;
  readonly table: string;
  readonly chain: string;
  readonly rule: number | 'policy';
  readonly verdict: string;
  readonly mark: string;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly addr: string;
}): string {
  const place = `${hop.node} ${hop.hook} ${hop.table} ${hop.chain} ${hop.rule}`;
  return `${place} ${hop.verdict} mark ${hop.mark} in ${hop.iif ?? '-'} out ${hop.oif ?? '-'} ${hop.addr}`;
}

interface End {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A connection with its two tuples, as conntrack keeps it. */
export function connectionLine(machine: string, protocol: string, original: End, reply: End): string {
  const print = ({ source, sourcePort, destination, destinationPort }: End) => `${source}:${sourcePort}->${destination}:${destinationPort}`;
  return `${machine} ${protocol} ${print(original)} reply ${print(reply)}`;
}

/** How a request ended. The server's word on its peer is the source address that it saw. */
export function outcomeLine(result: {
  readonly kind: string;
  readonly errno?: string;
  readonly text?: string;
  readonly ttl?: number | null;
}): string {
  if (result.kind === 'error') return result.errno ?? 'an error without a name';
  if (result.kind !== 'answered') return result.kind;
  const peer = /^Peer: (\S+)$/m.exec(result.text ?? '')?.[1];
  const saw = peer === undefined ? '' : `, server saw ${peer}`;
  return `answered${saw}${result.ttl == null ? '' : `, ttl ${result.ttl}`}`;
}

/** A label that tells the families apart: a name may have an address of each. */
export function familyLabel(label: string, addr: string): string {
  return addr.includes('[') ? `${label} over IPv6` : label;
}

/** Keeps the first of packets that are alike. */
export function firstOfEach(packets: readonly RecordedPacket[]): RecordedPacket[] {
  const seen = new Set<string>();
  return packets.filter((packet) => {
    const key = identityOf(packet);
    return seen.size !== seen.add(key).size;
  });
}

export function identityOf({ label, from, isRequest }: RecordedPacket): string {
  return `${label} from ${from}${isRequest ? '' : ' (reply)'}`;
}
