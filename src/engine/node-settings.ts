// What a Scenario gives single nodes: `cluster.nodes.NAME` with the node's own `iptables-save` text, its `ipset save`
// text and its sysctls. The rules are loaded as iptables-restore loads them: what it would refuse is an error at its line
// and the node keeps its generated rules; what is not simulated is kept in its place and said.

import { nearest } from './api/nearest.ts';
import type { Scenario } from './api/types.ts';
import type { NodeSettings } from './cluster-settings.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import { ALL_EXTENSIONS } from './netfilter/all-extensions.ts';
import { restoreSets } from './netfilter/ipset-restore.ts';
import { Ruleset } from './netfilter/ruleset.ts';
import type { RulesetProblem } from './netfilter/types.ts';
import { machineFacts } from './netstack/machine-facts.ts';
import type { Sysctls } from './netstack/netns.ts';
import type { Problem, SourceRange } from './view.ts';

type NodeDocument = NonNullable<NonNullable<Scenario['cluster']>['nodes']>[string];

export interface ReadNode {
  readonly settings: NodeSettings;
  readonly problems: readonly Problem[];
}

/** The settings of one node, and what is wrong with them. */
export function readNode(item: ManifestObject, name: string, node: NodeDocument): ReadNode {
  const path = `cluster.nodes[${name}]`;
  const sysctls = readSysctls(item, `${path}.sysctls`, node.sysctls ?? {});
  const rules = readRules(item, path, name, node);
  const { sysctls: values, conntrackMax } = sysctls;
  return {
    settings: { sysctls: values, ...(conntrackMax === undefined ? {} : { conntrackMax }), ruleset: rules.ruleset, facts: machineFacts },
    problems: [...sysctls.problems, ...rules.problems],
  };
}

function readRules(item: ManifestObject, path: string, name: string, node: NodeDocument): { ruleset: Ruleset | null; problems: Problem[] } {
  const { iptablesSave, ipsetSave } = node;
  if (typeof iptablesSave !== 'string' || iptablesSave.trim() === '') return { ruleset: null, problems: [] };
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  const problems: Problem[] = [];
  const wrongSet = typeof ipsetSave === 'string' ? restoreSets(ruleset.addressSets, ipsetSave) : null;
  if (wrongSet) problems.push(problemAt(item, `${path}.ipsetSave`, ipsetSave ?? '', wrongSet, `ipset: ${wrongSet.message}`, name));
  const { text, passedOver } = withoutSecurity(iptablesSave);
  const found = [...passedOver, ...ruleset.restore(text, { counters: true })];
  for (const one of found)
    problems.push(problemAt(item, `${path}.iptablesSave`, iptablesSave, one, `iptables-restore: ${one.message}`, name));
  const isRefused = found.some(({ kept }) => !kept);
  if (!isRefused) problems.push(standsStill(item, `${path}.iptablesSave`, name));
  return { ruleset: isRefused ? null : ruleset, problems };
}

/** The table `security` is for SELinux: its lines are emptied, so that the others keep their numbers, and its rules are told. */
function withoutSecurity(save: string): { text: string; passedOver: RulesetProblem[] } {
  const passedOver: RulesetProblem[] = [];
  let isInside = false;
  const lines = save.split('\n').map((line, index) => {
    if (/^\*security\s*$/.test(line)) isInside = true;
    const isOut = isInside;
    if (isOut && /^(\[\d+:\d+\] )?-/.test(line)) {
      passedOver.push({
        line: index + 1,
        text: line,
        message: 'the table security is not simulated: no packet meets this rule',
        kept: true,
      });
    }
    if (/^COMMIT\s*$/.test(line)) isInside = false;
    return isOut ? '' : line;
  });
  return { text: lines.join('\n'), passedOver };
}

/** A note, so that nobody wonders why new Services do not work there. */
function standsStill(item: ManifestObject, path: string, name: string): Problem {
  return {
    severity: 'not-simulated',
    message: `${name} has rules of its own: kube-proxy, flannel and policies write nothing there`,
    hint: 'Services that change later do not reach this node. Take `iptablesSave` out, and kube-proxy writes again.',
    path,
    range: item.keyRangeOf(path),
  };
}

function problemAt(item: ManifestObject, path: string, text: string, found: RulesetProblem, message: string, name: string): Problem {
  const missingSet = /^iptables-restore: Set (\S+) doesn't exist/.exec(message);
  const hint = found.kept
    ? missingSet
      ? `Give the node's sets too: \`ipsetSave\`, the output of \`ipset save\`. Until then no packet matches this rule.`
      : undefined
    : `iptables-restore takes all of a table or nothing: ${name} keeps the rules that kube-proxy writes.`;
  return {
    severity: found.kept ? 'warning' : 'error',
    message,
    path,
    range: rangeOfLine(item, path, text, found.line),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Where a line of a block of text stands; all of it where the text is no block. */
function rangeOfLine(item: ManifestObject, path: string, text: string, line: number): SourceRange {
  const range = item.rangeOf(path);
  const lines = text.replace(/\n+$/, '').split('\n');
  if (range.endLine - range.startLine !== lines.length - 1) return range;
  const indent = Math.max(0, range.endColumn - 1 - (lines.at(-1)?.length ?? 0));
  const place = Math.min(line, lines.length);
  const startLine = range.startLine + place - 1;
  return { startLine, startColumn: indent + 1, endLine: startLine, endColumn: indent + 1 + Math.max(1, lines[place - 1]?.length ?? 0) };
}

interface KnownSysctl {
  readonly most: number;
  set(values: Partial<Sysctls>, value: number): void;
}

const flag = (name: 'ip_forward' | 'route_localnet' | 'bridge_nf_call_iptables' | 'send_redirects'): KnownSysctl => ({
  most: 1,
  set: (values, value) => {
    values[name] = value === 1;
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
  'net.ipv4.ip_default_ttl': {
    most: 255,
    set: (values, value) => {
      values.ip_default_ttl = value;
    },
  },
  [CONNTRACK_MAX]: { most: 2 ** 31, set: () => {} },
};

function readSysctls(item: ManifestObject, path: string, given: Readonly<Record<string, unknown>>) {
  const sysctls: Partial<Sysctls> = {};
  const problems: Problem[] = [];
  let conntrackMax: number | undefined;
  for (const [name, raw] of Object.entries(given)) {
    const at = `${path}[${name}]`;
    const known = Object.hasOwn(SYSCTLS, name) ? SYSCTLS[name] : undefined;
    const value = Number(raw);
    if (!known) problems.push(unknownSysctl(item, at, name));
    else if (!Number.isInteger(value) || value < 0 || value > known.most) {
      const message = `sysctl: setting key "${name}": Invalid argument`;
      problems.push({ severity: 'error', message, hint: `A number from 0 to ${known.most}.`, path: at, range: item.rangeOf(at) });
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
