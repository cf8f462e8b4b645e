// One cell of the connectivity matrix in words: which policies select either end, which rule admits or that none does,
// the way out and the way in apart. The verdict is that of the rules; the selectors are asked here once more for the words.

import type { NetworkPolicy, Pod } from '../api/types.ts';
import { AddressBook } from '../explain/address-book.ts';
import { step } from '../explain/hop-why.ts';
import { rangeOf, viewKey } from '../explain/origin.ts';
import { clusterRuleSteps, policyNamed } from '../explain/reason-cluster-policy.ts';
import { askedRules, otherEnd, type PolicyQuestion, ruleSteps, selects } from '../explain/reason-policy.ts';
import type { CellState, MatrixExplanation, MatrixSide, MatrixWay } from '../matrix-view.ts';
import { countPolicies } from '../node/network-policy/cluster-policy.ts';
import { PodIndex } from '../node/network-policy/pods.ts';
import type { MatrixHalf } from '../node/network-policy/policy-filter.ts';
import { resolvePolicy } from '../node/network-policy/resolved-policy.ts';
import type { WhyStep } from '../view.ts';
import { CellJudge, isItself, type Way } from './cells.ts';
import { type ColumnEnd, columnsOf, type MatrixCluster, type RowEnd, rowsOf } from './ends.ts';

/** Ways that say the same are told once, and not more than this many. */
const MOST_WAYS = 4;

/** Null where there is no such row or column any more. */
export function explainCell(cluster: MatrixCluster, rowKey: string, columnKey: string): MatrixExplanation | null {
  const rows = rowsOf(cluster);
  const end = rows.find(({ row }) => row.key === rowKey);
  const column = columnsOf(cluster).find((one) => one.column.key === columnKey);
  if (!end || !column) return null;
  const judge = new CellJudge(cluster, [end], rows);
  const state = judge.statesOf(column)[0] ?? 'n';
  const ways = isItself(end, column) ? [] : (judge.waysOf(end, column) ?? []);
  const words = new CellWords(cluster);
  return {
    row: rowKey,
    column: columnKey,
    state,
    title: titleOf(end, column, state),
    notes: notesOf(cluster, end, column, { state, ways }),
    ways: cluster.enforcesPolicies ? distinct(ways.map((way) => words.way(end, way, judge))) : [],
  };
}

const VERDICTS: Readonly<Record<CellState, string>> = {
  o: 'may pass',
  e: 'dropped on the way out',
  i: 'dropped on the way in',
  b: 'dropped, on the way out and on the way in',
  p: 'some endpoints are reached, not all',
  r: 'refused, no ready endpoint',
  n: 'no way there',
  '.': 'no policy is asked',
};

function titleOf({ row }: RowEnd, { column }: ColumnEnd, state: CellState): string {
  const kind = column.kind === 'service' ? 'Service ' : '';
  return `${row.name} to ${kind}${column.name}, ${column.port}/${column.protocol}: ${VERDICTS[state]}`;
}

function notesOf(
  cluster: MatrixCluster,
  end: RowEnd,
  column: ColumnEnd,
  { state, ways }: { readonly state: CellState; readonly ways: readonly Way[] },
): string[] {
  const { service, endpoints } = column;
  const notes: string[] = [];
  const policies = countPolicies(cluster.store);
  if (!cluster.enforcesPolicies && policies > 0)
    notes.push(
      `The CNI of this cluster does not enforce NetworkPolicies: ${policies === 1 ? 'the one there is' : `all ${policies}`} changed nothing.`,
    );
  if (state === '.' && column.column.kind === 'pod') notes.push('What a pod sends to its own address never leaves its network namespace.');
  if (state === 'n') notes.push(noWay(cluster, end, column));
  const [first] = endpoints;
  if (service && first && state !== 'n') {
    const ports = [...new Set(endpoints.map(({ port }) => port))].join(', ');
    notes.push(
      `Policies are asked after the rewrite: for the pod and its port ${ports}, not for the Service and its port ${column.column.port}.`,
    );
  }
  if (ways.some(({ endpoint }) => endpoint.address === end.address))
    notes.push('Towards itself a pod meets one chain for both directions: a rule that admits, of either, is enough.');
  const translated = ways.find(({ seenAs }) => seenAs !== end.address);
  if (translated)
    notes.push(
      end.row.kind === 'node'
        ? `Through the tunnel to another node it goes out with the address of flannel.1: the endpoint's node sees ${translated.seenAs}, not ${end.address}.`
        : `Where the endpoint is on another node than the one that was asked, its node sees ${translated.seenAs}, not ${end.address}.`,
    );
  if (column.column.note === 'nothing listens')
    notes.push(`Nothing listens on this port: what passes is refused by ${column.column.name} itself.`);
  return notes;
}

function noWay({ firewall }: MatrixCluster, { row }: RowEnd, { service, column }: ColumnEnd): string {
  if (row.kind !== 'world')
    return 'internalTrafficPolicy is Local, and no ready endpoint is on the node of the sender: the node drops the packet.';
  if (!service) return 'Pod addresses are not routed outside the cluster.';
  if (column.targets.world !== null) return `loadBalancerSourceRanges does not list the client.`;
  const nodePort = service.spec.ports?.find(({ port, protocol = 'TCP' }) => port === column.port && protocol === column.protocol)?.nodePort;
  if (firewall && nodePort) return `The firewall before the nodes does not let in ${column.protocol.toLowerCase()}:${nodePort}.`;
  return `Service ${column.name} is of type ${service.spec.type ?? 'ClusterIP'}: it has no address and no port outside.`;
}

function distinct(ways: readonly MatrixWay[]): MatrixWay[] {
  const byWords = new Map<string, MatrixWay>();
  for (const way of ways) {
    const causes = [way.egress, way.ingress].map(({ title, steps }) => [title, steps.filter(({ role }) => role === 'cause')]);
    const key = JSON.stringify(causes).replaceAll(way.endpoint.split(', ')[0] ?? '', '');
    const known = byWords.get(key);
    byWords.set(key, known ? { ...known, endpoint: joined(known.endpoint, way.endpoint) } : way);
  }
  return [...byWords.values()].slice(0, MOST_WAYS);
}

/** `web-1, 10.244.1.20:8080 and 2 more` */
function joined(known: string, next: string): string {
  if (known === next) return known;
  const [, head = known, count = '0'] = /^(.*?) and (\d+) more$/.exec(known) ?? [];
  return `${head} and ${Number(count) + 1} more`;
}

class CellWords {
  readonly #cluster: MatrixCluster;
  readonly #book: AddressBook;
  readonly #index: PodIndex;

  constructor(cluster: MatrixCluster) {
    this.#cluster = cluster;
    this.#book = new AddressBook(cluster.store, cluster.places);
    this.#index = new PodIndex(cluster.store);
  }

  way(end: RowEnd, way: Way, judge: CellJudge): MatrixWay {
    const { endpoint, seenAs } = way;
    const question = {
      evidence: this.#cluster,
      book: this.#book,
      destination: endpoint.address,
      port: endpoint.port,
      protocol: endpoint.protocol,
    };
    const cell = judge.ask(end, way);
    return {
      endpoint: `${endpoint.name}, ${endpoint.address}:${endpoint.port}`,
      egress: this.#side({ ...question, direction: 'egress', source: end.address }, cell?.egress),
      ingress: this.#side({ ...question, direction: 'ingress', source: seenAs }, cell?.ingress),
    };
  }

  /** `half` is what the rules said; undefined where there are none. */
  #side(question: PolicyQuestion, half: MatrixHalf | undefined): MatrixSide {
    const { direction, source, destination, book } = question;
    const owner = book.owner(direction === 'egress' ? source : destination);
    const bound = owner?.kind === 'pod' ? owner.pod : null;
    const name = book.describe(direction === 'egress' ? source : destination);
    if (!half || half.policies.length === 0) return { open: true, title: unbound(direction, bound, name), steps: [] };
    const policies = half.policies.flatMap((key) => this.#policy(key) ?? []);
    const byCluster = this.#clusterSide(direction, half, name, policies.length);
    if (byCluster) return byCluster;
    if (half.admittedBy) return { open: true, title: admittedWords(direction, name), steps: this.#admitted(half, policies, name) };
    if (half.open)
      return { open: true, title: `The packet comes from ${name}’s own node, which may always call: its probes do, too.`, steps: [] };
    const steps = policies.flatMap((policy) => {
      const rules = askedRules(question, policy, resolvePolicy(policy, this.#index));
      return [selects(this.#cluster, policy, name), ...ruleSteps(question, policy, rules)];
    });
    const title = `${policies.length === 1 ? 'A policy selects' : `${policies.length} policies select`} ${name} for ${direction}, and no rule admits the packet.`;
    return { open: false, title, steps: [...steps, otherEnd(question)] };
  }

  /** What cluster policies have decided, or that they left it open and nobody else is there to ask; null otherwise. */
  #clusterSide(direction: PolicyQuestion['direction'], half: MatrixHalf, name: string, others: number): MatrixSide | null {
    const [, policyName, place = ''] = /^\/(.*), (\w+\[\d+\])$/.exec(half.deniedBy ?? half.admittedBy ?? '') ?? [];
    const policy = policyName === undefined ? undefined : policyNamed(this.#cluster, policyName);
    const does = half.open ? 'accepts' : 'denies';
    if (policy)
      return {
        open: half.open,
        title: `Cluster policy ${policyName} ${does} what ${direction === 'egress' ? `${name} sends` : `comes to ${name}`}.`,
        steps: clusterRuleSteps(this.#cluster, policy, place),
      };
    if (!half.open || half.admittedBy || others > 0) return null;
    const title = `No rule of a cluster policy decides, and no policy selects ${name} for ${direction}: it may pass.`;
    return { open: true, title, steps: [] };
  }

  #policy(key: string): NetworkPolicy | undefined {
    const [namespace = '', name = ''] = key.split('/');
    return this.#cluster.store.get<NetworkPolicy>('NetworkPolicy', namespace, name);
  }

  /** The policy that admits first, then the others that select the pod: one that admits is enough. */
  #admitted({ admittedBy }: MatrixHalf, policies: readonly NetworkPolicy[], name: string): WhyStep[] {
    const [, key = '', place = ''] = /^(.*), (\w+\[\d+\])$/.exec(admittedBy ?? '') ?? [];
    const admits = this.#policy(key);
    const rest = policies.filter((policy) => policy !== admits);
    return [
      ...(admits
        ? [
            step(
              `Policy \`${admits.metadata.name}\`: its \`${place}\` lists this peer and port`,
              'cause',
              viewKey(admits),
              rangeOf(this.#cluster, admits, `spec.${place}`),
            ),
            selects(this.#cluster, admits, name),
          ]
        : []),
      ...rest.map((policy) => selects(this.#cluster, policy, name)),
    ];
  }
}

function admittedWords(direction: PolicyQuestion['direction'], name: string): string {
  return `Policies select ${name} for ${direction}, and a rule admits the packet.`;
}

function unbound(direction: PolicyQuestion['direction'], pod: Pod | null, name: string): string {
  if (!pod)
    return direction === 'egress' ? `${name} is no pod with an address of its own: no policy selects it.` : `No policy selects ${name}.`;
  return `No policy selects ${name} for ${direction}: everything may ${direction === 'egress' ? 'leave' : 'come in'}.`;
}
