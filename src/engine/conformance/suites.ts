// Which function checks the cases of which suite. A suite is known by the name that its vector files carry.

import { runDNSCase } from './dns.ts';
import { runEndpointSliceCase } from './endpointslice.ts';
import { runGatewayCase } from './gateway.ts';
import { runIngressCase } from './ingress.ts';
import { runKubeProxyCase } from './kube-proxy.ts';
import { runNetpolCase } from './netpol.ts';
import { runValidationCase } from './validation.ts';

/** One vector file: the envelope that all suites share. */
export interface VectorFile {
  readonly suite: string;
  readonly source?: string;
  readonly cases: readonly VectorCase[];
}

export interface VectorCase {
  readonly name: string;
  readonly about?: string;
  /** Set where the expectation rests on common practice rather than on the specification: reported, not counted. */
  readonly basis?: string;
  // biome-ignore lint/suspicious/noExplicitAny: every suite has keys of its own, which its function reads.
  readonly [field: string]: any;
}

/** What a case may look at beyond itself. */
export interface CaseContext {
  /** Another vector file of the same folder, by file name. */
  readonly sibling: (file: string) => VectorFile;
}

/** The first difference between what the case expects and what the engine does, or null when there is none. */
export type RunCase = (vectorCase: VectorCase, context: CaseContext) => string | null;

const SUITES: Readonly<Record<string, RunCase>> = {
  'kube-proxy-iptables': (vectorCase, context) => runKubeProxyCase('kube-proxy-iptables', vectorCase, context),
  'kube-proxy-hashes': (vectorCase, context) => runKubeProxyCase('kube-proxy-hashes', vectorCase, context),
  'iptables-save-normalisation': (vectorCase, context) => runKubeProxyCase('iptables-save-normalisation', vectorCase, context),
  'service-validation': (vectorCase) => runValidationCase('service-validation', vectorCase),
  'ingress-validation': (vectorCase) => runValidationCase('ingress-validation', vectorCase),
  endpointslice: runEndpointSliceCase,
  dns: runDNSCase,
  netpol: runNetpolCase,
  'netpol-cnp': runNetpolCase,
  ingress: runIngressCase,
  gateway: runGatewayCase,
};

/** Extras that no specification demands: reported, not counted. */
const OPTIONAL = new Set(['netpol-cnp']);

/** The function for a suite, or undefined for a name that no vector file of ours carries. */
export function suiteRunner(suite: string): RunCase | undefined {
  return Object.hasOwn(SUITES, suite) ? SUITES[suite] : undefined;
}

/** Does the case count towards passed and failed? */
export function isCounted(suite: string, vectorCase: VectorCase): boolean {
  return vectorCase.basis === undefined && !OPTIONAL.has(suite);
}
