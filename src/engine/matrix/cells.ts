// The cells of the connectivity matrix: every connection is judged as the packets of a cluster are, by the policy rules
// of the nodes, after the Service address has been rewritten and with the source that the endpoint's node sees. Routes
// and listening programs are not asked.

import type { CellState, MatrixView } from '../matrix-view.ts';
import { cidrContains, parseCIDR } from '../net/address.ts';
import { countPolicies } from '../node/network-policy/cluster-policy.ts';
import { type MatrixCell, PolicyEvaluator } from '../node/network-policy/matrix.ts';
import { type ColumnEnd, columnsOf, type Endpoint, type MatrixCluster, type RowEnd, rowsOf } from './ends.ts';

/** One connection that a cell stands for: to which endpoint, and from which address as the endpoint's node sees it. */
export interface Way {
  readonly endpoint: Endpoint;
  readonly seenAs: string;
}

/** Works out the whole matrix. */
export function matrixView(cluster: MatrixCluster): MatrixView {
  const rows = rowsOf(cluster);
  const columns = columnsOf(cluster);
  const judge = new CellJudge(cluster, rows);
  const byColumn = columns.map((column) => judge.statesOf(column));
  return {
    enforced: cluster.enforcesPolicies,
    policies: countPolicies(cluster.store),
    rows: rows.map(({ row }) => row),
    columns: columns.map(({ column }) => column),
    cells: rows.map((_, place) => byColumn.map((states) => states[place]).join('')),
  };
}

/** Judges the cells of some rows. Endpoints that stand behind several columns are asked only once. */
export class CellJudge {
  readonly #rows: readonly RowEnd[];
  readonly #nodes: readonly RowEnd[];
  readonly #evaluator: PolicyEvaluator | null;
  readonly #known = new Map<string, readonly CellState[]>();

  /** `rows` are those of the cells; the nodes among `nodes` are ways in from outside. */
  constructor(cluster: MatrixCluster, rows: readonly RowEnd[], nodes = rows) {
    this.#rows = rows;
    this.#nodes = nodes.filter(({ row }) => row.kind === 'node');
    this.#evaluator = cluster.enforcesPolicies ? new PolicyEvaluator(cluster.store) : null;
  }

  /** A letter for each row. */
  statesOf(column: ColumnEnd): readonly CellState[] {
    // From inside, a Service is as open as its endpoints, which other columns ask about, too.
    const isLocal = column.service?.spec.internalTrafficPolicy === 'Local';
    const inner = isLocal ? null : innerEnds(column).map((one) => this.#innerStates(one));
    return this.#rows.map((end, place) => {
      if (isItself(end, column)) return '.';
      if (!inner || end.row.kind === 'world') return this.#stateOf(end, column);
      return this.#refusedWhereEmpty(column, combined(inner.map((states) => states[place] ?? 'o')));
    });
  }

  /** What policies say to one way; null where nobody enforces any. */
  ask(end: RowEnd, { endpoint, seenAs }: Way): MatrixCell | null {
    return this.#evaluator?.towards(endpoint)(end.address, seenAs) ?? null;
  }

  /** The connections that a cell stands for; null where there is no way at all. */
  waysOf(end: RowEnd, column: ColumnEnd): readonly Way[] | null {
    if (end.row.kind === 'world') return this.#waysFromOutside(end, column);
    const isLocal = column.service?.spec.internalTrafficPolicy === 'Local' && column.endpoints.length > 0;
    const reached = innerEnds(column).filter(({ node }) => !isLocal || node === end.node);
    // kube-proxy drops, without a word, what finds no endpoint on its own node.
    if (isLocal && reached.length === 0) return null;
    return reached.map((endpoint) => ({ endpoint, seenAs: seenBy(end, endpoint) }));
  }

  #stateOf(end: RowEnd, column: ColumnEnd): CellState {
    const ways = this.waysOf(end, column);
    if (ways === null) return 'n';
    const state = combined(ways.map((way) => letter(this.ask(end, way), way.endpoint.address === end.address)));
    return this.#refusedWhereEmpty(column, state);
  }

  #refusedWhereEmpty({ service, endpoints }: ColumnEnd, state: CellState): CellState {
    return service && endpoints.length === 0 && state === 'o' ? 'r' : state;
  }

  #innerStates(endpoint: Endpoint): readonly CellState[] {
    const key = `${endpoint.protocol} ${endpoint.address} ${endpoint.port}`;
    const known = this.#known.get(key);
    if (known) return known;
    const ask = this.#evaluator?.towards(endpoint);
    const states = this.#rows.map((end) => letter(ask?.(end.address, seenBy(end, endpoint)) ?? null, end.address === endpoint.address));
    this.#known.set(key, states);
    return states;
  }

  /** Pod addresses are not routed outside. A Service is entered through a node, which may put its own address in. */
  #waysFromOutside(end: RowEnd, { service, endpoints, column }: ColumnEnd): readonly Way[] | null {
    if (!service) {
      const isNodeAddress = this.#nodes.some(({ address }) => address === endpoints[0]?.address);
      return isNodeAddress ? endpoints.map((endpoint) => ({ endpoint, seenAs: end.address })) : null;
    }
    if (column.targets.world === null || !isAdmitted(end.address, service.spec.loadBalancerSourceRanges)) return null;
    if (service.spec.externalTrafficPolicy === 'Local') return endpoints.map((endpoint) => ({ endpoint, seenAs: end.address }));
    // The endpoint's own node masquerades only after policies were asked.
    return this.#nodes.flatMap((node) =>
      endpoints.map((endpoint) => ({ endpoint, seenAs: endpoint.node === node.node ? end.address : seenBy(node, endpoint) })),
    );
  }
}

/** The source that the endpoint's node sees. */
function seenBy({ address, afar, node }: RowEnd, endpoint: Endpoint): string {
  return endpoint.node === null || endpoint.node === node ? address : afar;
}

/** What a Service without endpoints refuses was addressed to the Service itself, which policies may drop before that. */
function innerEnds({ service, endpoints, column }: ColumnEnd): readonly Endpoint[] {
  const address = service?.spec.clusterIP;
  if (endpoints.length > 0 || !service || !address || address === 'None') return endpoints;
  return [{ address, port: column.port, protocol: column.protocol, name: `Service ${column.name}`, node: null }];
}

/** A pod that calls its own address meets no policy; the world's own way to the internet is not the cluster's business. */
export function isItself({ row, address }: RowEnd, { column, endpoints }: ColumnEnd): boolean {
  return column.kind === 'internet' ? row.kind === 'world' : column.kind === 'pod' && endpoints[0]?.address === address;
}

export function combined(states: readonly CellState[]): CellState {
  const [first] = states;
  if (!first) return 'r';
  if (states.every((state) => state === first)) return first;
  return states.includes('o') ? 'p' : 'b';
}

/**
 * The letter for what policies say. A pod that calls itself through a Service goes through its one chain, which asks for
 * both directions: a rule of either is enough, unless cluster policies bind it, which ask each direction by itself.
 */
export function letter(cell: MatrixCell | null, isOwn = false): CellState {
  if (!cell || cell.open) return 'o';
  const isTiered = [...cell.egress.policies, ...cell.ingress.policies].some((key) => key.startsWith('/'));
  if (isOwn && !isTiered && (cell.egress.admittedBy ?? cell.ingress.admittedBy) !== null) return 'o';
  if (!cell.egress.open && !cell.ingress.open) return 'b';
  return cell.egress.open ? 'i' : 'e';
}

function isAdmitted(address: string, ranges: readonly string[] | undefined): boolean {
  if (!ranges?.length) return true;
  return ranges.flatMap((text) => parseCIDR(text.trim()) ?? []).some((range) => cidrContains(range, address));
}
