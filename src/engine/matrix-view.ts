// The connectivity matrix as plain data for the page: who may call whom, a letter for each cell, and one cell in words.

import type { WhyStep } from './view.ts';

/**
 * `o` open; shut on the way out `e`, on the way in `i`, on both `b`; `p` open to some of the endpoints; `r` refused,
 * because the Service has no ready endpoint; `n` no way there from outside; `.` a pod and itself, where nothing is asked.
 */
export type CellState = 'o' | 'e' | 'i' | 'b' | 'p' | 'r' | 'n' | '.';

/** What rows and columns have in common. */
interface MatrixEnd {
  /** Unique among the rows, or among the columns. */
  readonly key: string;
  /** The view key of the object, '' for a place outside the cluster. */
  readonly object: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The workload at the top, `Deployment/shop/web`; null where nothing owns it. */
  readonly owner: string | null;
  /** Brought by the cluster itself. */
  readonly system: boolean;
}

/** Who calls. */
export interface MatrixRow extends MatrixEnd {
  readonly kind: 'pod' | 'node' | 'world';
  /** As the walk command takes it. */
  readonly source: string;
}

/** What is called: one port of a pod, of a Service, or of the internet. */
export interface MatrixColumn extends MatrixEnd {
  readonly kind: 'pod' | 'service' | 'internet';
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** The target that a click sends to, by the kind of the row; null where there is none. */
  readonly targets: Readonly<Record<MatrixRow['kind'], string | null>>;
  /** What is odd about it: `nothing listens`, `no ready endpoint`. */
  readonly note: string | null;
}

export interface MatrixView {
  /** False where the CNI does not enforce policies: then nothing is shut. */
  readonly enforced: boolean;
  /** How many NetworkPolicies there are. */
  readonly policies: number;
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly MatrixColumn[];
  /** By row: a letter for each column. */
  readonly cells: readonly string[];
}

/** One direction of a cell: which policies bind the end, and which rule admits. */
export interface MatrixSide {
  readonly open: boolean;
  readonly title: string;
  readonly steps: readonly WhyStep[];
}

/** A cell towards one endpoint. */
export interface MatrixWay {
  /** `web-1, 10.244.2.20:8080` */
  readonly endpoint: string;
  readonly egress: MatrixSide;
  readonly ingress: MatrixSide;
}

export interface MatrixExplanation {
  readonly row: string;
  readonly column: string;
  readonly state: CellState;
  readonly title: string;
  /** What has to be known beside the policies: a rewritten port, a CNI that does not enforce. */
  readonly notes: readonly string[];
  readonly ways: readonly MatrixWay[];
}
