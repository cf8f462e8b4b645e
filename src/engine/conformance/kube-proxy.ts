// The suites about kube-proxy: rules from objects, flows through those rules, chain names, and what iptables-save makes
// of a rule set.

import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { computeProbability, servicePortChainName, servicePortEndpointChainName, servicePortName } from '../node/kube-proxy/chain-names.ts';
import { runFlow } from './kube-proxy-flows.ts';
import { firstDifference, runRules } from './kube-proxy-rules.ts';
import type { CaseContext, VectorCase } from './suites.ts';

/** The first difference, in one line, or null when the case holds. */
export function runKubeProxyCase(suite: string, testCase: VectorCase, context: Pick<CaseContext, 'sibling'>): string | null {
  switch (suite) {
    case 'kube-proxy-iptables':
      return runRules(testCase) ?? runFlows(testCase);
    case 'kube-proxy-hashes':
      return runHashes(testCase);
    case 'iptables-save-normalisation':
      return runSaved(testCase, context);
    default:
      return `unknown suite ${suite}`;
  }
}

function runFlows(testCase: VectorCase): string | null {
  for (const flow of testCase.flows ?? []) {
    const difference = runFlow(testCase, flow);
    if (difference !== null) return `${flow.name}: ${difference}`;
  }
  return null;
}

function runHashes({ input, chains = {}, text }: VectorCase): string | null {
  if (text !== undefined) return differ('probability', text, computeProbability(input.n));
  const { namespace, name, port, protocol, endpoint } = input;
  const servicePort = servicePortName(namespace, name, port);
  for (const [prefix, expected] of Object.entries(chains)) {
    const got =
      prefix === 'KUBE-SEP'
        ? servicePortEndpointChainName(servicePort, protocol, endpoint)
        : servicePortChainName(`${prefix}-` as 'KUBE-SVC-', servicePort, protocol);
    const difference = differ(prefix, String(expected), got);
    if (difference !== null) return difference;
  }
  return null;
}

function runSaved({ name, saved }: VectorCase, { sibling }: Pick<CaseContext, 'sibling'>): string | null {
  const source = sibling('rules.json').cases.find((one) => one.name === name);
  if (!source) return `rules.json has no case ${name}`;
  const { chains, ...rules } = source.rules;
  const ruleset = new Ruleset({ family: source.proxy.ipFamily === 'IPv6' ? 6 : 4, extensions: COMMON_EXTENSIONS });
  const tables = Object.keys(rules).map((table) => [`*${table}`, ...(chains[table] ?? []), ...rules[table], 'COMMIT', ''].join('\n'));
  const [problem] = ruleset.restore(tables.join(''));
  if (problem) return `line ${problem.line}: ${problem.message}: ${problem.text}`;
  for (const table of Object.keys(saved)) {
    const printed = ruleset.save({ table: table as 'nat' });
    const got = printed.split('\n').filter((line) => line.startsWith('-A'));
    const difference = firstDifference(table, saved[table], got);
    if (difference !== null) return difference;
    const again = new Ruleset({ family: ruleset.family, extensions: COMMON_EXTENSIONS });
    again.restore(printed);
    if (again.save() !== printed) return `${table}: what was printed does not read back as the same`;
  }
  return null;
}

function differ(label: string, expected: string, got: string): string | null {
  return expected === got ? null : `${label}: expected ${expected}, got ${got}`;
}
