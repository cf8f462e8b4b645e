// One direction of all NetworkPolicies in one packet filter, to be asked about many connections. Ends that its rules
// cannot tell apart, because the same policies bind them and the same sets of these policies hold them, are asked once.

import type { Address, Family } from '../../net/address.ts';
import { COMMON_EXTENSIONS } from '../../netfilter/common-extensions.ts';
import { Ruleset } from '../../netfilter/ruleset.ts';
import { type PolicyRule, policyOfRule } from './comments.ts';
import { type Connection, judge, type PolicyNode } from './judge.ts';
import type { Direction } from './names.ts';
import { type BoundPod, nodeRules } from './node-rules.ts';
import { ADMITTED, type PolicyRules, policyRules } from './policy-rules.ts';
import type { ResolvedPolicy } from './resolved-policy.ts';
import { RuleWriter } from './rule-writer.ts';

/** What one direction says to a connection. */
export interface MatrixHalf {
  readonly open: boolean;
  /** `default/deny-all`, or `/no-blue` for a ClusterNetworkPolicy: those that bind this end; none where it is not bound. */
  readonly policies: readonly string[];
  /** `default/allow-web, ingress[0]`: the rule that admits; null where none does or none is needed. */
  readonly admittedBy: string | null;
  /** `/no-blue, ingress[0]`: the rule of a ClusterNetworkPolicy that denies; null where none does. */
  readonly deniedBy: string | null;
}

export interface FilterTarget {
  readonly address: Address;
  readonly port: number;
  readonly protocol: Connection['protocol'];
}

/** Whether a set holds an address. */
type Holds = (address: Address) => boolean;

/** The end that the direction binds: all that are bound alike are one, and get the same answers. */
interface BoundEnd {
  readonly policies: readonly string[];
  /** The sets by which its policies tell other ends apart. */
  readonly others: readonly Holds[];
  /** Which of those sets hold an address, a digit each. */
  readonly marks: Map<Address, string>;
  /** Answers so far, by port, then by the digits of the other end. */
  readonly halves: Map<string, Map<string, MatrixHalf>>;
}

export class PolicyFilter {
  readonly #direction: Direction;
  readonly #ruleset: Ruleset;
  readonly #bound = new Map<Address, BoundEnd>();
  readonly #kinds = new Map<string, BoundEnd>();

  constructor(bound: readonly BoundPod[], rules: ReadonlyMap<ResolvedPolicy, PolicyRules>, direction: Direction, family: Family) {
    this.#direction = direction;
    this.#ruleset = new Ruleset({ family, extensions: COMMON_EXTENSIONS });
    const rulesOf = (policy: ResolvedPolicy) => rules.get(policy) ?? policyRules(policy, family);
    const pods = bound.filter((pod) => pod[direction].length > 0);
    const oneWay = pods.map((pod) => ({ pod: pod.pod, ingress: [], egress: [], [direction]: pod[direction] }));
    new RuleWriter(this.#ruleset).write(nodeRules(oneWay, rulesOf, family));
    for (const { pod, [direction]: policies } of pods) {
      for (const address of pod.addresses) this.#bound.set(address, this.#boundEnd(address, policies, rulesOf));
    }
  }

  /** What the direction says to connections to one target, by source. */
  towards(target: FilterTarget): (source: Address) => MatrixHalf {
    if (this.#direction === 'ingress') {
      const end = this.#bound.get(target.address);
      if (!end) return () => NOT_BOUND;
      const halves = halvesOf(end, target);
      return (source) => this.#half(end, halves, source, source, target);
    }
    const byEnd = new Map<BoundEnd, MatrixHalf>();
    return (source) => {
      const end = this.#bound.get(source);
      if (!end) return NOT_BOUND;
      const half = byEnd.get(end) ?? this.#half(end, halvesOf(end, target), target.address, source, target);
      byEnd.set(end, half);
      return half;
    };
  }

  #half(end: BoundEnd, halves: Map<string, MatrixHalf>, other: Address, source: Address, target: FilterTarget): MatrixHalf {
    let marks = end.marks.get(other);
    if (marks === undefined) {
      marks = end.others.map((holds) => (holds(other) ? '1' : '0')).join('');
      end.marks.set(other, marks);
    }
    const known = halves.get(marks);
    if (known) return known;
    const half = this.ask(source, target, NO_ADDRESSES);
    halves.set(marks, half);
    return half;
  }

  /** Takes the first packet through the rules. `nodeAddresses`: those of the node that runs the target. */
  ask(source: Address, { address, port, protocol }: FilterTarget, nodeAddresses: ReadonlySet<Address>): MatrixHalf {
    const node: PolicyNode = { addresses: nodeAddresses, ruleset: () => this.#ruleset };
    let admittedBy: string | null = null;
    const verdict = judge({ from: { address: source, node }, to: { address, node }, protocol, port }, ({ text, verdict: word }) => {
      const rule = word === 'CONTINUE' && text.includes(`--set-xmark ${ADMITTED}`) ? policyOfRule(text) : null;
      if (rule) admittedBy ??= placeOf(rule);
    });
    const denying = verdict.allowed ? null : policyOfRule(verdict.rule?.text ?? '');
    const policies = this.#bound.get(this.#direction === 'egress' ? source : address)?.policies ?? [];
    return { open: verdict.allowed, policies, admittedBy, deniedBy: denying && placeOf(denying) };
  }

  #boundEnd(address: Address, policies: readonly ResolvedPolicy[], rulesOf: (policy: ResolvedPolicy) => PolicyRules): BoundEnd {
    const own: string[] = [];
    const others: Holds[] = [];
    // By their names, KUBE-SRC- sets are asked for sources and KUBE-DST- sets for destinations.
    const ownSide = this.#direction === 'egress' ? 'KUBE-SRC-' : 'KUBE-DST-';
    for (const [name, { type, entries }] of policies.flatMap((policy) => [...rulesOf(policy).sets])) {
      const holds: Holds =
        type === 'hash:ip' ? (one) => entries.has(one) : (one) => this.#ruleset.addressSets.test(name, { address: one, port: '' });
      if (!name.includes(ownSide)) others.push(holds);
      else if (holds(address)) own.push(name);
    }
    const names = policies.map(({ namespace, name }) => `${namespace}/${name}`);
    const kind = `${names.join()} ${own.join()}`;
    const known = this.#kinds.get(kind) ?? { policies: names, others, marks: new Map(), halves: new Map() };
    this.#kinds.set(kind, known);
    return known;
  }
}

function halvesOf({ halves }: BoundEnd, { protocol, port }: FilterTarget): Map<string, MatrixHalf> {
  const key = `${protocol} ${port}`;
  const known = halves.get(key) ?? new Map<string, MatrixHalf>();
  halves.set(key, known);
  return known;
}

const NO_ADDRESSES: ReadonlySet<Address> = new Set();

/** No policy binds the end in this direction. */
const NOT_BOUND: MatrixHalf = { open: true, policies: [], admittedBy: null, deniedBy: null };

function placeOf({ namespace, name, direction, index }: PolicyRule): string {
  return `${namespace}/${name}, ${direction}[${index}]`;
}
