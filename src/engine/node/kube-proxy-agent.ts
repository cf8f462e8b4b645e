// kube-proxy as a process of a node: hears of Services and EndpointSlices, and after a short delay has its proxier
// write rules that the node loads. Afterwards it removes UDP conntrack entries that point to endpoints that are gone.
//
// In a large cluster most nodes see no packet for long. So a sync only notes what it has to do, with the objects as
// they stand; it is done when the node's rules or connections are looked at, by a packet or a reader, and then as if it
// had been done in time. Syncs that nobody came between are loaded together.

import type { Node } from '../api/types.ts';
import type { ObjectStore } from '../apiserver/types.ts';
import type { CtEntry } from '../netfilter/conntrack.ts';
import type { Ruleset } from '../netfilter/ruleset.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { Clock, Task } from '../sim/clock.ts';
import type { Proxier } from './kube-proxy/proxier.ts';
import type { ServiceBatch } from './kube-proxy/service-texts.ts';
import type { ServiceChanges } from './service-changes.ts';

const SYNC_LAG_US = 20_000;
/** So many syncs may follow each other before minSyncPeriod counts (NewBoundedFrequencyRunner). */
const BURST = 2;

export interface KubeProxyAgentOptions {
  readonly nodeName: string;
  readonly netns: NetworkNamespace;
  readonly ruleset: Ruleset;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly proxier: Proxier;
  readonly changes: ServiceChanges;
  /** `iptables.minSyncPeriod`; absent: it syncs whenever something has changed. */
  readonly minSyncPeriodUs?: number | undefined;
}

interface DueSync {
  readonly batch: ServiceBatch;
  readonly node: Node | undefined;
}

export class KubeProxyAgent {
  readonly #options: KubeProxyAgentOptions;
  /** Up to which change this node has synced; null before its first sync. */
  #position: number | null = null;
  #labels = '';
  #pending: Task | null = null;
  #due: DueSync[] = [];
  #lagUs = SYNC_LAG_US;
  #isRunning = true;
  #isConnected = true;
  #mustRewrite = false;
  #tokens = BURST;
  #countedUs = 0;
  /** Called when the process has been stopped or started. */
  onProcess: (() => void) | null = null;
  /** The IPv6 half of the same process: what happens to one happens to both. */
  secondHalf: KubeProxyAgent | null = null;

  constructor(options: KubeProxyAgentOptions) {
    this.#options = options;
    options.changes.listen(() => this.#schedule());
    this.#schedule();
  }

  /** From the first change that it hears of to its sync; null: as usual. */
  set lagUs(lagUs: number | null) {
    if (this.secondHalf) this.secondHalf.lagUs = lagUs;
    this.#lagUs = lagUs ?? SYNC_LAG_US;
    if (!this.#pending) return;
    this.#cancel();
    this.#schedule();
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** `systemctl stop` and `start`: without the process the rules stay as they are; a new one writes all of them. */
  set isRunning(isRunning: boolean) {
    if (this.secondHalf) this.secondHalf.isRunning = isRunning;
    if (isRunning === this.#isRunning) return;
    this.#isRunning = isRunning;
    this.#mustRewrite ||= isRunning;
    this.#changed();
    this.onProcess?.();
  }

  /** Whether it can reach the API server; it hears of nothing meanwhile. */
  set isConnected(isConnected: boolean) {
    if (this.secondHalf) this.secondHalf.isConnected = isConnected;
    this.#isConnected = isConnected;
    this.#changed();
  }

  /** The Services (`namespace/name`) whose rules here are older than the API server's objects. */
  get behind(): readonly string[] {
    const { changes } = this.#options;
    return this.#position === changes.position ? [] : changes.keysSince(this.#position ?? 0);
  }

  get proxier(): Proxier {
    this.#catchUp();
    return this.#options.proxier;
  }

  /** How many rules the node has loaded, in all tables. */
  get ruleCount(): number {
    const { ruleset, proxier, changes } = this.#options;
    const last = this.#due.at(-1);
    if (last && this.#position === changes.position) {
      return ruleset.ruleCount - proxier.ruleCount + proxier.countRules(changes.all(), last.node);
    }
    this.#catchUp();
    return ruleset.ruleCount;
  }

  #schedule(): void {
    if (this.#isRunning && this.#isConnected) this.#pending ??= this.#options.clock.after(this.#lagUs, () => this.#sync());
  }

  #cancel(): void {
    this.#pending?.cancel();
    this.#pending = null;
  }

  #changed(): void {
    if (!this.#isRunning || !this.#isConnected) this.#cancel();
    else if (this.#mustRewrite || this.#position !== this.#options.changes.position) this.#schedule();
  }

  #sync(): void {
    this.#pending = null;
    if (this.#mustWait()) return;
    const { store, changes, netns, ruleset, nodeName } = this.#options;
    const node = store.get<Node>('Node', '', nodeName);
    const labels = JSON.stringify(node?.metadata.labels ?? {});
    const full = this.#position === null || this.#mustRewrite || labels !== this.#labels;
    this.#mustRewrite = false;
    const batch = full ? changes.all() : changes.since(this.#position ?? 0);
    this.#due.push({ batch, node });
    this.#position = changes.position;
    this.#labels = labels;
    // One process writes for both families.
    if (ruleset.family === 4)
      netns.context.journal.note(`kube-proxy ${nodeName}`, full ? 'writes all of its rules' : `writes the rules of ${wordsOf(batch)}`);
    netns.whenLookedAt[ruleset.family] = () => this.#catchUp();
  }

  /** async.BoundedFrequencyRunner: one sync a period, and what was saved up before. */
  #mustWait(): boolean {
    const { clock, minSyncPeriodUs = 0 } = this.#options;
    if (minSyncPeriodUs === 0) return false;
    this.#tokens = Math.min(BURST, this.#tokens + (clock.nowUs - this.#countedUs) / minSyncPeriodUs);
    this.#countedUs = clock.nowUs;
    if (this.#tokens < 1) {
      this.#pending = clock.after(Math.ceil((1 - this.#tokens) * minSyncPeriodUs), () => this.#sync());
      return true;
    }
    this.#tokens--;
    return false;
  }

  #catchUp(): void {
    const { netns, ruleset, proxier, clock } = this.#options;
    const due = this.#due;
    this.#due = [];
    netns.whenLookedAt[ruleset.family] = null;
    // A list of `-m recent` is emptied when its last rule goes, even if the next sync brings the rule back.
    const oneByOne = ruleset.recentLists.names().length > 0;
    for (const { batch, node } of due) {
      proxier.take(batch, node);
      if (oneByOne) ruleset.loadOwn(proxier.write());
      this.#cleanConntrack(clock.nowUs);
    }
    if (due.length > 0 && !oneByOne) ruleset.loadOwn(proxier.write());
  }

  #cleanConntrack(nowUs: number): void {
    const { netns, proxier } = this.#options;
    if (netns.conntrack.size === 0) return;
    const isStale = proxier.staleConntrack();
    for (const entry of netns.conntrack.entries(nowUs)) if (isStale(flowOf(entry))) netns.conntrack.remove(entry);
  }
}

function wordsOf({ services }: ServiceBatch): string {
  return services.length > 3 ? `${services.length} Services` : services.map(({ key }) => key).join(', ');
}

function flowOf(entry: CtEntry) {
  const { original, reply } = entry;
  return {
    protocol: original.protocol,
    destination: original.destination,
    destinationPort: original.destinationPort,
    replySource: reply.source,
    replySourcePort: reply.sourcePort,
  };
}
