// A network of machines as plain data: enough to build it from network namespaces of a real kernel, or again in the
// engine. Every word is in the notation of the tool that takes it: `ip route` lines, iptables-save text, sysctl names.

export interface LabDevice {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  /** `10.244.1.1/24` */
  readonly addresses: readonly string[];
}

export interface LabTunnel extends LabDevice {
  readonly vni: number;
  readonly local: string;
  readonly port: number;
  readonly fdb: readonly { readonly mac: string; readonly remote: string }[];
}

export interface LabEnd extends LabDevice {
  readonly machine: string;
  /** The bridge that this end is a port of. */
  readonly bridge: string | null;
  readonly hairpin: boolean;
}

export interface LabListener {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly program: string;
  /** What the answer calls itself. */
  readonly name: string;
  /** Takes datagrams and does not answer: a name server that is asked something other than a name. */
  readonly silent: boolean;
}

export interface LabMachine {
  readonly name: string;
  readonly sysctls: Readonly<Record<string, number>>;
  readonly bridges: readonly LabDevice[];
  readonly tunnels: readonly LabTunnel[];
  readonly routes: readonly string[];
  readonly neighbours: readonly { readonly address: string; readonly device: string; readonly mac: string }[];
  /** iptables-save text; null where netfilter is not in use. */
  readonly rules: string | null;
  readonly listeners: readonly LabListener[];
  /** Neighbours whose MAC addresses are learnt before anything is recorded. */
  readonly warmUp: readonly string[];
}

export interface Lab {
  readonly machines: readonly LabMachine[];
  readonly links: readonly { readonly latencyUs: number; readonly ends: readonly [LabEnd, LabEnd] }[];
}

/** One request from a machine of the lab. */
export interface LabFlow {
  /** As a reader knows it: `pod/default/client -> http://10.96.0.17:80`. */
  readonly title: string;
  readonly machine: string;
  readonly scheme: 'http' | 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  readonly targetPort: number;
  /** The client's own port, or the identifier of its echo request. */
  readonly port: number;
  /** Twelve characters that its datagrams begin with, so that they can be told from others'. */
  readonly marker: string;
}
