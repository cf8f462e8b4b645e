// Kernel parameters that a Scenario gives a node, `cluster.nodes.NAME.sysctls`, by the names of sysctl(8).

import { nearest } from './api/nearest.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import type { Sysctls } from './netstack/netns.ts';
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

/** What the given parameters set, and what is wrong with them. */
export function readSysctls(item: ManifestObject, path: string, given: Readonly<Record<string, unknown>>) {
  const sysctls: Partial<Sysctls> = {};
  const problems: Problem[] = [];
  let conntrackMax: number | undefined;
  for (const [name, raw] of Object.entries(given)) {
    const at = `${path}[${name}]`;
    const known = Object.hasOwn(SYSCTLS, name) ? SYSCTLS[name] : undefined;
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
    } else if (name === CONNTRACK_MAX) conntrackMax = value;
    else known.set(sysctls, value);
  }
  return { sysctls, conntrackMax, problems };
}

/** A key that the kernel has is passed over with a note, any other is the tool's error. */
function unknownSysctl(item: ManifestObject, path: string, name: string): Problem {
  const range = item.keyRangeOf(path);
  const meant = nearest(name, Object.keys(SYSCTLS));
  if (/^(net|kernel|vm|fs)\.[a-z0-9._/-]+$/.test(name) && meant === undefined) {
    return { severity: 'not-simulated', message: `${name} is accepted, not simulated`, path, range };
  }
  const message = `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory`;
  const help =
    meant === undefined ? {} : { hint: `Did you mean \`${meant}\`?`, fix: { title: `Change to ${meant}`, range, newText: meant } };
  return { severity: 'error', message, path, range, ...help };
}
