// One scenario against the kernel: builds the cluster, has the kernel send its traffic, sends the same through the engine.

import { Cluster } from '../../engine/cluster.ts';
import { compareFlows, type Difference, fixedPortsOf } from '../../engine/conformance/kernel-walks/compare-flows.ts';
import { describeLab, placesOf } from '../../engine/conformance/kernel-walks/describe-lab.ts';
import { runEngineFlow } from '../../engine/conformance/kernel-walks/engine-flow.ts';
import type { Lab, LabFlow } from '../../engine/conformance/kernel-walks/lab.ts';
import type { RecordedFlow } from '../../engine/conformance/kernel-walks/recorded-flow.ts';
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

function loadRules(cluster: Cluster, rules: ReadonlyMap<string, string>): void {
  for (const [node, text] of rules) {
    const problem = cluster.network.machines.get(node)?.netns.ruleset?.restore(text, { noflush: true })[0];
    if (problem) throw new LabFailure(`rules of ${node}, line ${problem.line}: ${problem.message}`);
  }
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
