// What a cloud's firewall lets through to the nodes, in the words of `gcloud compute firewall-rules create --allow`:
// `tcp:80`, `tcp:30000-32767`, `udp:53`, `icmp`, or a protocol alone for all of its ports.

export interface FirewallRule {
  readonly protocol: string;
  /** First and last; null: all of the protocol. */
  readonly ports: readonly [number, number] | null;
}

/** Null where the text is none. */
export function parseFirewallRule(text: string): FirewallRule | null {
  const [, protocol = '', first, last] = /^(tcp|udp|sctp|icmp)(?::(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(text) ?? [];
  if (protocol === '') return null;
  if (first === undefined) return { protocol, ports: null };
  const ports = [Number(first), Number(last ?? first)] as const;
  return protocol !== 'icmp' && ports[0] >= 1 && ports[1] <= 65_535 && ports[0] <= ports[1] ? { protocol, ports } : null;
}

/** Whether one of them is about that port. */
export function isLetThrough(rules: readonly FirewallRule[], protocol: string, port: number): boolean {
  return rules.some((rule) => rule.protocol === protocol && (!rule.ports || (rule.ports[0] <= port && port <= rule.ports[1])));
}
