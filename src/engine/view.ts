// What the page is told: plain data, one record per object on the screen, and the walks. Everything is stated in the
// field's own notation, so that the page prints it and never formats networks itself.

import type { KubeObject } from './api/types.ts';
import type { TracedPacket } from './sim/trace.ts';

/** A range in the scenario text. Lines and columns count from 1, as an editor shows them; the end column is exclusive. */
export interface SourceRange {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Problem {
  /** `not-simulated`: accepted and kept, but nothing in the simulation depends on it. */
  readonly severity: 'error' | 'warning' | 'not-simulated';
  /** In the API server's or kubectl's words. */
  readonly message: string;
  /** What a beginner should do about it, where that is known. */
  readonly hint?: string;
  /** `spec.ports[0].nodePort`, or '' for a whole document. */
  readonly path: string;
  readonly range: SourceRange;
  /** The object it belongs to, `Service/default/web`, where the document could be read that far. */
  readonly object?: string;
  /** A change that certainly mends it. */
  readonly fix?: TextEdit;
}

/** Replace `range` of the scenario text by `newText`. */
export interface TextEdit {
  readonly title: string;
  readonly range: SourceRange;
  readonly newText: string;
}

export interface InterfaceView {
  readonly name: string;
  readonly kind: 'loopback' | 'veth' | 'bridge' | 'vxlan' | 'ethernet';
  readonly addresses: readonly string[];
  readonly mac: string;
  /** A bridge port's bridge. */
  readonly master?: string;
  /** For a node's veth: the pod at its other end, `default/client`. */
  readonly pod?: string;
  /** `ip link set DEV down` */
  readonly isDown?: true;
  /** Only where it is not Ethernet's 1500. */
  readonly mtu?: number;
}

/** Keys are `Kind/namespace/name`, with an empty namespace for cluster-scoped kinds: `Node//node-1`, `Pod/default/web`. */
interface ViewBase {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the scenario text defines it (for a controller's pod: its template); null for what the cluster brings itself. */
  readonly source: SourceRange | null;
}

export interface NodeView extends ViewBase {
  readonly kind: 'Node';
  readonly address: string;
  /** Its IPv6 address; only in a dual-stack cluster, as with pods and Services. */
  readonly second?: string;
  readonly podCIDR: string;
  readonly ready: boolean;
  readonly interfaces: readonly InterfaceView[];
  /** Rules loaded, over all tables. */
  readonly ruleCount: number;
  /** Components that do not run here. */
  readonly stopped?: readonly ('kubelet' | 'kube-proxy')[];
  /** The Services (`namespace/name`) whose rules here are older than the API server's objects. */
  readonly behind?: readonly string[];
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** `running`, or kubectl's reason: `CrashLoopBackOff`, `Error`, `ImagePullBackOff`. */
  readonly state: string;
  readonly message: string;
  /** The RESTARTS column of `kubectl get pods`. */
  readonly restartCount?: number;
  /** `tcp 0.0.0.0:80`, one per socket that this container's program listens on. */
  readonly listens: readonly string[];
}

export interface PodView extends ViewBase {
  readonly kind: 'Pod';
  readonly node: string | null;
  readonly address: string | null;
  readonly second?: string;
  /** As `kubectl get pods` prints it: `Running`, `Pending`, `CrashLoopBackOff`, `Terminating`. */
  readonly status: string;
  readonly ready: boolean;
  readonly hostNetwork: boolean;
  readonly containers: readonly ContainerView[];
  /** The controller's key, e.g. `ReplicaSet/default/web-7d4b9c6f5`. */
  readonly owner: string | null;
  /** True for what the cluster brings itself (CoreDNS). */
  readonly system: boolean;
  readonly interfaces: readonly InterfaceView[];
}

export interface ServiceEndpointView {
  readonly pod: string | null;
  readonly address: string;
  readonly ready: boolean;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

export interface ServiceView extends ViewBase {
  readonly kind: 'Service';
  /** `web.default.svc.cluster.local`; shorter forms are completed by a resolver file's search list. */
  readonly dnsName: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `10.96.44.10`, `None` for a headless Service, or '' for ExternalName. */
  readonly clusterIP: string;
  readonly second?: string;
  readonly externalName: string;
  readonly externalTrafficPolicy: string;
  /** `<pending>`, an address, or '' for types that have none. */
  readonly externalIP: string;
  readonly externalIPs: readonly string[];
  readonly selector: Readonly<Record<string, string>> | null;
  readonly ports: readonly {
    readonly name: string;
    readonly protocol: string;
    readonly port: number;
    readonly targetPort: string;
    readonly nodePort: number | null;
  }[];
  readonly endpoints: readonly ServiceEndpointView[];
  /** For every pod of the namespace that a reader may ask about: is it an endpoint, and why or why not. */
  readonly candidates: readonly { readonly pod: string; readonly endpoint: boolean; readonly why: string }[];
  readonly source: SourceRange | null;
  readonly selectorRange: SourceRange | null;
  readonly system: boolean;
}

/** Any other object: controllers, EndpointSlices, and kinds that are accepted, not simulated. */
export interface OtherView extends ViewBase {
  readonly kind: string;
  readonly simulated: boolean;
  readonly summary: string;
}

export type ObjectView = NodeView | PodView | ServiceView | OtherView;

/** Facts about the scenario as a whole. */
export interface ScenarioView {
  readonly title: string;
  readonly summary: string;
  readonly cni: 'host-gw' | 'vxlan' | 'none';
  readonly cloudProvider: boolean;
  readonly traffic: readonly { readonly from: string; readonly to: string }[];
  /** What happens when the lesson is played; times count from that moment. */
  readonly timeline: readonly Action[];
}

export type OutcomeKind = 'answered' | 'refused' | 'reset' | 'timed-out' | 'unreachable' | 'unresolved' | 'failed';

export interface Outcome {
  readonly ok: boolean;
  readonly kind: OutcomeKind;
  /** What a client sees: `200 from web-7d4b9c6f5-x2x9z`, `connection refused`, `timed out`, `could not resolve host`. */
  readonly text: string;
  /** What the client's terminal prints, e.g. `curl: (7) Failed to connect to web port 80: Connection refused`. */
  readonly terminal: readonly string[];
  readonly elapsedUs: number;
}

/** One step of a causal chain, most decisive first. `text` may hold `code` spans. */
export interface WhyStep {
  readonly text: string;
  /** The object that the step is about, as a view key. */
  readonly object?: string;
  readonly range?: SourceRange;
  readonly role: 'cause' | 'evidence';
}

export interface Reason {
  /** `node-1 refuses: Service web has no endpoints.` */
  readonly title: string;
  /** One or two plain sentences. */
  readonly detail: string;
  /** The rule, route or socket in its tool's own notation. */
  readonly decidedBy: string;
  /** Where it was decided. */
  readonly at: { readonly packet: number; readonly hop: number } | null;
  readonly why: readonly WhyStep[];
  /** A small change that would mend it. */
  readonly suggestion?: TextEdit;
  /** What was probably meant, where the cluster is right and the request is not: `http://web.shop`. */
  readonly instead?: string;
}

/** What one hop decides, for the inspector: why this pod, why this route, why this address. */
export interface HopWhy {
  readonly title: string;
  readonly detail: string;
  readonly why: readonly WhyStep[];
}

/** One request, from the client's first packet to its last. */
export interface Walk {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** In the order they were sent. ARP packets are among them. */
  readonly packets: readonly TracedPacket[];
  /** What single hops decided, for the inspector, by `PACKET/HOP`: `7/6`. Hops that decide nothing have none. */
  readonly whys: Readonly<Record<string, HopWhy>>;
}

/** What `node`'s own tools print at the end of the run. */
export interface NodeInspection {
  readonly node: string;
  readonly iptablesSave: string;
  /** Empty in a single-stack cluster, as are `routes6` and `neighbours6`. */
  readonly ip6tablesSave: string;
  /** The sets that rules of NetworkPolicies ask; empty where there are none. */
  readonly ipsetSave: string;
  readonly routes: string;
  /** `ip -6 route` */
  readonly routes6: string;
  readonly conntrack: string;
  readonly neighbours: string;
  readonly neighbours6: string;
  readonly addresses: string;
  /** `bridge fdb show`: the MAC addresses that bridges have learnt and tunnels were told. */
  readonly fdb: string;
  /** `ss -lntu` */
  readonly sockets: string;
  /** `sysctl`, as far as packets depend on them here. */
  readonly sysctls: string;
}

/** What `pod`'s own tools print. */
export interface PodInspection {
  readonly pod: string;
  readonly addresses: string;
  readonly routes: string;
  /** `ip -6 route`; empty in a single-stack cluster. */
  readonly routes6: string;
  readonly sockets: string;
  readonly neighbours: string;
  readonly resolvConf: string;
  /** `/etc/hosts` */
  readonly hosts: string;
  /** What `env` prints in each container that runs, but for what its image sets. */
  readonly env: readonly { readonly container: string; readonly text: string }[];
  readonly object: KubeObject;
}

/**
 * A command of a run. Runs are replayed from seed, text and actions, so these are all that a link must hold.
 * `atUs` is when it happens, in microseconds after the cluster first came to rest (`RunResult.restUs`), whatever else is
 * under way; without it, it waits until all before it in the list is done.
 */
export type Action = { readonly atUs?: number } & (
  | {
      readonly type: 'send';
      readonly from: string;
      readonly to: string;
      /** How often; 1 without it. */
      readonly times?: number;
      /** From one request to the next; without it, each begins at once. */
      readonly everyUs?: number;
    }
  | { readonly type: 'deletePod'; readonly namespace: string; readonly name: string }
  /** `kubectl apply -f -` of these documents. */
  | { readonly type: 'apply'; readonly text: string }
  /** A line of the command grammar (engine/commands/): kubectl's verbs that change something, and faults. */
  | { readonly type: 'command'; readonly line: string }
);

/** What became of an action, in the order in which they began. */
export interface ActionView {
  /** Its place in the list of actions. */
  readonly index: number;
  readonly startUs: number;
  /** When all that it set off was done; null while it is under way at the moment that is looked at. */
  readonly endUs: number | null;
  readonly ok: boolean;
  /** What a terminal prints: `pod "web-7d4b9c6f5-x2x9z" deleted`. */
  readonly output: readonly string[];
  /** The walks that it made. */
  readonly walks: readonly number[];
}

/** What a command has broken or slowed down. */
export interface FaultView {
  /** The command. */
  readonly line: string;
  /** The command that mends it. */
  readonly undo: string;
  readonly sinceUs: number;
  /** What it is about: a view key, `Node//node-2`; `control-plane`; several for a partition. */
  readonly at: readonly string[];
  /** `eth0 is down`, `netem delay 80ms loss 5%`, `kubelet is stopped`. */
  readonly text: string;
}

/** One request of many. */
export interface TrafficSample {
  readonly startUs: number;
  readonly endUs: number;
  readonly ok: boolean;
  /** As `Outcome.text`. */
  readonly text: string;
  /** Who answered, as it calls itself: a pod's name; '' where nobody did or it does not say. */
  readonly by: string;
  /** The walk, where this one was traced. */
  readonly walk?: number;
}

/** Repeated requests of one action. The first few are traced and are walks too. */
export interface TrafficView {
  /** The action's place in the list. */
  readonly action: number;
  readonly from: string;
  readonly to: string;
  /** By start. */
  readonly samples: readonly TrafficSample[];
}

/** Something that happened in the cluster, other than a packet. */
export interface TimelineEntry {
  readonly atUs: number;
  /** Who did it: `you`, `kube-apiserver`, `kube-scheduler`, `deployment`, `kubelet node-1`, `kube-proxy node-1`. */
  readonly lane: string;
  /** `binds web-7d4b9c6f5-x2x9z to node-2`. */
  readonly text: string;
  /** What it is about, as a view key. */
  readonly object?: string;
}

/** The whole state after a run. */
export interface RunResult {
  readonly scenario: ScenarioView;
  /** As they are at `lookUs`. */
  readonly objects: readonly ObjectView[];
  readonly problems: readonly Problem[];
  /** All walks of the run, by id. */
  readonly walks: readonly Walk[];
  readonly actions: readonly ActionView[];
  readonly traffic: readonly TrafficView[];
  /** What is broken at `lookUs`, by time. */
  readonly faults: readonly FaultView[];
  /** In order of time. */
  readonly timeline: readonly TimelineEntry[];
  /** When the cluster first came to rest. */
  readonly restUs: number;
  /** The moment that objects and inspections are of: the end, unless an earlier one was asked for. */
  readonly lookUs: number;
  /** The end of the run. */
  readonly nowUs: number;
}
