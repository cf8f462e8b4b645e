// One scenario against the kernel: builds the cluster, has the kernel send its traffic, sends the same through the engine.

import { Cluster } from '../../engine/cluster.ts';
import { compareFlows, type Difference, fixedPortsOf } from '../../engine/conformance/kernel-walks/compare-flows.ts';
import { describeLab, placesOf, rulesThatLoadAlike } from '../../engine/conformance/kernel-walks/describe-lab.ts';
import { runEngineFlow } from '../../engine/conformance/kernel-walks/engine-flow.ts';
import type { Lab, LabFlow } from '../../engine/conformance/kernel-walks/lab.ts';
import type { RecordedFlow } from '../../engine/conformance/kernel-walks/recorded-flow.ts';
import { ALL_EXTENSIONS } from '../../engine/netfilter/all-extensions.ts';
import { restoreSets } from '../../engine/netfilter/ipset-restore.ts';
import { Ruleset } from '../../engine/netfilter/ruleset.ts';
import { machineFacts } from '../../engine/netstack/machine-facts.ts';
import type { NetworkNamespace } from '../../engine/netstack/netns.ts';
import { wholeParts } from '../../engine/whole-parts.ts';
import { LabFailure, type LabReport, LostEvents, runLab } from './lab-process.ts';
import { recordKernel } from './record-kernel.ts';
import { planFlows, type Request, requestsOf } from './requests.ts';
import { checkCounters } from './rule-texts.ts';

export interface ComparedFlow {
  readonly kernel: RecordedFlow;
  readonly engine: RecordedFlow;
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly lab: Lab;
  readonly report: LabReport;
  readonly flows: readonly ComparedFlow[];
  /** Requests that send nothing that could be compared, and why. */
  readonly left: readonly string[];
}

export interface CompareOptions {
  readonly seed: number;
  /** In place of the file's own. */
  readonly requests?: readonly Request[];
  /** Node -> `iptables-restore --noflush` input that it loads besides its own rules. */
  readonly rules?: ReadonlyMap<string, string>;
}

export async function compareFile(root: string, text: string, options: CompareOptions): Promise<Comparison> {
  const cluster = Cluster.atRest(text, options.seed, wholeParts);
  const scout = Cluster.atRest(text, options.seed, wholeParts);
  const { flows, left } = planFlows(cluster, scout, options.requests ?? requestsOf(cluster));
  loadRules(cluster, options.rules ?? new Map());
  const places = placesOf(cluster.network);
  const lab = describeLab(places);
  const { report, recorded } = await askKernel(root, lab, flows);
  const fixedPorts = fixedPortsOf(lab);
  const compared = recorded.map((kernel) => {
    const engine = runEngineFlow(cluster.context, places, kernel.flow, kernel.choices);
    return { kernel, engine, differences: compareFlows(kernel, engine, fixedPorts) };
  });
  return { lab, report, flows: compared, left };
}

/** A node that loads rules besides its own may use every extension; nothing is written to its rules after this. */
function loadRules(cluster: Cluster, rules: ReadonlyMap<string, string>): void {
  for (const [node, text] of rules) {
    const netns = cluster.network.machines.get(node)?.netns;
    if (!netns?.ruleset) continue;
    const { addressSets } = netns.ruleset;
    const problem = addRules(netns, { rules: rulesThatLoadAlike(netns.ruleset), sets: addressSets.save() }, text);
    if (problem) throw new LabFailure(`rules of ${node}, line ${problem.line}: ${problem.message}`);
  }
}

function addRules(netns: NetworkNamespace, own: { readonly rules: string; readonly sets: string }, text: string) {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  netns.ruleset = ruleset;
  netns.facts = machineFacts;
  return (
    restoreSets(ruleset.addressSets, own.sets) ??
    ruleset.restore(own.rules, { noflush: true })[0] ??
    ruleset.restore(text, { noflush: true })[0]
  );
}

const ATTEMPTS = 3;

/** An account with gaps counts for nothing: the kernel is asked again, from the beginning. */
async function askKernel(root: string, lab: Lab, flows: readonly LabFlow[]): Promise<{ report: LabReport; recorded: RecordedFlow[] }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const report = await runLab(root, lab, flows);
      checkCounters(report);
      return { report, recorded: recordKernel(lab, flows, report) };
    } catch (error) {
      if (!(error instanceof LostEvents) || attempt === ATTEMPTS) throw error;
    }
  }
}
