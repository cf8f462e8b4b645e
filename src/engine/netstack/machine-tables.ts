// Tables of a machine that no packet prints: what bridges have learnt, and the switches of the kernel. As bridge(8) and
// sysctl(8) print them.

import type { NetworkNamespace, Sysctls } from './netns.ts';

/** `bridge fdb show`: learnt by bridges (`dev PORT master BRIDGE`), and told to tunnels (`dst ADDRESS self permanent`). */
export function printFdb(netns: NetworkNamespace): string {
  const lines = [...netns.devices.values()].flatMap((device) => [
    ...[...device.fdb].map(([mac, port]) => `${mac} dev ${port.name} master ${device.name}\n`),
    ...[...(device.vxlan?.fdb ?? [])].map(([mac, remote]) => `${mac} dev ${device.name} dst ${remote} self permanent\n`),
  ]);
  return lines.join('');
}

/** Where each switch stands below /proc/sys. */
const NAMES: Readonly<Record<keyof Sysctls, string>> = {
  ip_forward: 'net.ipv4.ip_forward',
  forwarding: 'net.ipv6.conf.all.forwarding',
  route_localnet: 'net.ipv4.conf.all.route_localnet',
  bridge_nf_call_iptables: 'net.bridge.bridge-nf-call-iptables',
  bridge_nf_call_ip6tables: 'net.bridge.bridge-nf-call-ip6tables',
  rp_filter: 'net.ipv4.conf.all.rp_filter',
  send_redirects: 'net.ipv4.conf.all.send_redirects',
  ip_default_ttl: 'net.ipv4.ip_default_ttl',
  tcp_syn_retries: 'net.ipv4.tcp_syn_retries',
  tcp_syn_linear_timeouts: 'net.ipv4.tcp_syn_linear_timeouts',
  retrans_time_ms: 'net.ipv4.neigh.default.retrans_time_ms',
};

/** `net.ipv4.ip_forward = 1`, by name. */
export function printSysctls(sysctls: Sysctls): string {
  return (Object.keys(NAMES) as (keyof Sysctls)[])
    .map((key) => `${NAMES[key]} = ${Number(sysctls[key])}\n`)
    .sort()
    .join('');
}
