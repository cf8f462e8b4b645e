// A network of machines as plain data: enough to build it from network namespaces of a real kernel, or again in the
// engine. Every word is in the notation of the tool that takes it: `ip route` lines, iptables-save text, sysctl names.

export interface LabDevice {
  readonly machine: string;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  /** `10.244.1.1/24` */
  readonly addresses: readonly string[];
}

export interface LabEnd extends LabDevice {
  /** The bridge that this end is a port of. */
  readonly bridge: string | null;
  readonly hairpin: boolean;
}

export interface LabTunnel extends LabDevice {
  readonly kind: 'tunnel';
  readonly vni: number;
  readonly local: string;
  readonly port: number;
  readonly fdb: readonly { readonly mac: string; readonly remote: string }[];
}

export interface LabLink {
  readonly kind: 'link';
  readonly latencyUs: number;
  readonly ends: readonly [LabEnd, LabEnd];
}

/** What is created in one step. */
export type LabPart = ({ readonly kind: 'bridge' } & LabDevice) | LabLink | LabTunnel;

export interface LabListener {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly program: string;
  /** What the answer calls itself. */
  readonly name: string;
  /** It takes connections and says nothing. */
  readonly silent?: boolean;
}

export interface LabMachine {
  readonly name: string;
  readonly sysctls: Readonly<Record<string, number>>;
  /** By interface what differs from net.ipv4.conf.default; recordings may be older than this. */
  readonly interfaceSysctls?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly routes: readonly string[];
  readonly neighbours: readonly { readonly address: string; readonly device: string; readonly mac: string }[];
  /** iptables-save text; null where netfilter is not in use. */
  readonly rules: string | null;
  /** `ipset save` text of the sets that rules ask. */
  readonly sets: string;
  readonly listeners: readonly LabListener[];
  /** Neighbours whose MAC addresses are learnt before anything is recorded. */
  readonly warmUp: readonly string[];
}

export interface Lab {
  readonly machines: readonly LabMachine[];
  /** In the order of creation, which on each machine is that of its interfaces. */
  readonly parts: readonly LabPart[];
}

export function linksOf(lab: Lab): LabLink[] {
  return lab.parts.filter((part) => part.kind === 'link');
}

export function tunnelsOf(lab: Lab): LabTunnel[] {
  return lab.parts.filter((part) => part.kind === 'tunnel');
}

/** One request from a machine of the lab. */
export interface LabFlow {
  /** As a reader knows it: `pod/default/client -> http://10.96.0.17:80`. */
  readonly title: string;
  readonly machine: string;
  readonly scheme: 'http' | 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  /** The next address of the same name, where the first refuses. */
  readonly otherwise?: string;
  readonly targetPort: number;
  /** What an http request asks for, by name. */
  readonly host: string;
  readonly path: string;
  /** The client's own port, or the identifier of its echo request. */
  readonly port: number;
  /** Twelve characters that its datagrams begin with, so that they can be told from others'. */
  readonly marker: string;
}
