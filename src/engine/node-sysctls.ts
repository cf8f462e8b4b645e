// Kernel parameters that a Scenario gives a node, `cluster.nodes.NAME.sysctls`, by the names of sysctl(8).

import { nearest } from './api/nearest.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import type { ConntrackTimeouts } from './netfilter/conntrack.ts';
import type { InterfaceSysctls, Sysctls } from './netstack/netns.ts';
import type { Problem } from './view.ts';

interface KnownSysctl {
  readonly least?: number;
  readonly most: number;
  set(values: Partial<Sysctls>, value: number): void;
}

const flag = (name: 'ip_forward' | 'route_localnet' | 'bridge_nf_call_iptables' | 'send_redirects'): KnownSysctl => ({
  most: 1,
  set: (values, value) => {
    values[name] = value === 1;
  },
});

const number = (name: 'ip_default_ttl' | 'tcp_syn_retries' | 'tcp_syn_linear_timeouts', least: number, most: number): KnownSysctl => ({
  least,
  most,
  set: (values, value) => {
    values[name] = value;
  },
});

const CONNTRACK_MAX = 'net.netfilter.nf_conntrack_max';

const SYSCTLS: Readonly<Record<string, KnownSysctl>> = {
  'net.ipv4.ip_forward': flag('ip_forward'),
  'net.ipv4.conf.all.route_localnet': flag('route_localnet'),
  'net.ipv4.conf.all.send_redirects': flag('send_redirects'),
  'net.bridge.bridge-nf-call-iptables': flag('bridge_nf_call_iptables'),
  'net.ipv4.conf.all.rp_filter': {
    most: 2,
    set: (values, value) => {
      values.rp_filter = value as 0 | 1 | 2;
    },
  },
  'net.ipv4.ip_default_ttl': number('ip_default_ttl', 1, 255),
  'net.ipv4.tcp_syn_retries': number('tcp_syn_retries', 1, 127),
  'net.ipv4.tcp_syn_linear_timeouts': number('tcp_syn_linear_timeouts', 0, 127),
  [CONNTRACK_MAX]: { most: 2 ** 31, set: () => {} },
};

/** `net.ipv4.conf.eth0.rp_filter`, with a slash for a dot in the name of the interface (sysctl(8)). */
const OF_INTERFACE = /^net\.ipv4\.conf\.(?!all\.|default\.)([^.]+)\.(rp_filter|route_localnet|forwarding|send_redirects)$/;

function interfaceSetting(name: string): { readonly device: string; readonly setting: keyof InterfaceSysctls } | null {
  const [, device, setting] = OF_INTERFACE.exec(name) ?? [];
  return device && setting ? { device: device.replaceAll('/', '.'), setting: setting as keyof InterfaceSysctls } : null;
}

const TIMEOUTS: Readonly<Record<string, keyof ConntrackTimeouts>> = {
  'net.netfilter.nf_conntrack_tcp_timeout_established': 'tcpEstablished',
  'net.netfilter.nf_conntrack_tcp_timeout_close_wait': 'tcpCloseWait',
  'net.netfilter.nf_conntrack_udp_timeout': 'udp',
  'net.netfilter.nf_conntrack_udp_timeout_stream': 'udpStream',
};

/** What the given parameters set, and what is wrong with them. */
export function readSysctls(item: ManifestObject, path: string, given: Readonly<Record<string, unknown>>) {
  const sysctls: Partial<Sysctls> = {};
  const problems: Problem[] = [];
  const interfaces = new Map<string, InterfaceSysctls>();
  const timeouts: Partial<ConntrackTimeouts> = {};
  let conntrackMax: number | undefined;
  for (const [name, raw] of Object.entries(given)) {
    const at = `${path}[${name}]`;
    const own = interfaceSetting(name);
    const timeout = TIMEOUTS[name];
    const known = own ? { most: own.setting === 'rp_filter' ? 2 : 1, set: () => {} } : knownSysctl(name);
    const value = Number(raw);
    if (!known) problems.push(unknownSysctl(item, at, name));
    else if (!Number.isInteger(value) || value < (known.least ?? 0) || value > known.most) {
      const message = `sysctl: setting key "${name}": Invalid argument`;
      problems.push({
        severity: 'error',
        message,
        hint: `A number from ${known.least ?? 0} to ${known.most}.`,
        path: at,
        range: item.rangeOf(at),
      });
    } else if (own) {
      const switched = own.setting === 'rp_filter' ? value : value === 1;
      interfaces.set(own.device, { ...interfaces.get(own.device), [own.setting]: switched });
    } else if (timeout) timeouts[timeout] = value;
    else if (name === CONNTRACK_MAX) conntrackMax = value;
    else known.set(sysctls, value);
  }
  return { sysctls, interfaces, timeouts, conntrackMax, problems };
}

function knownSysctl(name: string): KnownSysctl | undefined {
  if (Object.hasOwn(TIMEOUTS, name)) return { most: 2 ** 31, set: () => {} };
  return Object.hasOwn(SYSCTLS, name) ? SYSCTLS[name] : undefined;
}

/** A key that the kernel has is passed over with a note, any other is the tool's error. */
function unknownSysctl(item: ManifestObject, path: string, name: string): Problem {
  const range = item.keyRangeOf(path);
  const meant = nearest(name, [...Object.keys(SYSCTLS), ...Object.keys(TIMEOUTS)]);
  if (/^(net|kernel|vm|fs)\.[a-z0-9._/-]+$/.test(name) && meant === undefined) {
    return { severity: 'not-simulated', message: `${name} is accepted, not simulated`, path, range };
  }
  const message = `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory`;
  const help =
    meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?`, fix: { title: `Change to ${meant}`, range, newText: meant } };
  return { severity: 'error', message, path, range, ...help };
}
