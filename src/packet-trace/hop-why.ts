// Why a hop did what it did: the numbered chain under a rewrite, a route, or a socket that took the packet. It joins
// the trace with the cluster's own objects; a step that names a line of the YAML carries its range.

import type {
  Hop,
  HopWhy,
  ObjectView,
  PodView,
  RuleHop,
  ServiceView,
  SourceRange,
  TracedPacket,
  Walk,
  WhyStep,
} from '../protocol/messages.ts';
import { isNode, isPod, isService } from '../state/targets.ts';
import { shortName } from './place.ts';
import { parseEnds, rewriteOf } from './rewrite.ts';

export interface WhyContext {
  readonly objects: readonly ObjectView[];
  readonly walk: Walk;
  readonly packet: TracedPacket;
  readonly hop: Hop;
}

/** The chain for this hop, or null where the sentence says it all. */
export function hopWhy(context: WhyContext): HopWhy | null {
  const { packet, hop } = context;
  const rewrite = rewriteOf(hop, packet.direction);
  if (rewrite && hop.kind === 'ct-nat') return whyFromMemory(context, rewrite.by === 'put-back');
  if (rewrite && hop.kind === 'rule')
    return rewrite.changes.some(({ field }) => field === 'dst') ? whyThisPod(context, hop) : whySourceChanged(hop);
  if (hop.kind === 'if' && hop.route) return whyThisRoute(context, hop.route);
  return null;
}

/** The hop that wrote the conntrack entry which this hop used: the first rewrite by a rule on this node in the walk. */
export function writerOfEntry({
  walk,
  packet,
  hop,
}: Pick<WhyContext, 'walk' | 'packet' | 'hop'>): { packet: TracedPacket; hop: number } | null {
  const after = parseEnds(hop.addr_after ?? hop.addr);
  const before = parseEnds(hop.addr);
  const known = new Set([before.src, before.dst, after.src, after.dst]);
  for (const earlier of walk.packets) {
    if (earlier.id >= packet.id) break;
    const writer = earlier.hops.find((candidate) => {
      if (candidate.kind !== 'rule' || candidate.node !== hop.node || candidate.addr_after === undefined) return false;
      const { src, dst } = parseEnds(candidate.addr_after);
      return known.has(src) && known.has(dst);
    });
    if (writer) return { packet: earlier, hop: writer.n };
  }
  return null;
}

function whyThisPod({ objects, packet, hop }: WhyContext, rule: RuleHop): HopWhy | null {
  const { dst } = parseEnds(rule.addr_after ?? '');
  const [address = '', port = ''] = splitPort(dst);
  const service = serviceOf(objects, packet, hop.n);
  const pod = objects.filter(isPod).find((candidate) => candidate.address === address && !candidate.hostNetwork);
  if (!service) return null;
  const steps = [
    portStep(service, port),
    pod && step(`Address \`${address}\` is pod \`${shortName(pod.name)}\``, pod.key),
    chanceStep(packet, hop.n),
    step(readyText(service), service.key),
    ...labelSteps(service, pod),
  ];
  return {
    title: 'Why this pod',
    detail: 'The Service address was only a rule. From here on the packet is addressed to a pod.',
    why: steps.filter((item) => item !== undefined),
  };
}

function portStep(service: ServiceView, port: string): WhyStep | undefined {
  const match = service.ports.find((candidate) => candidate.targetPort === port) ?? service.ports[0];
  if (!match) return undefined;
  const named = match.targetPort !== port ? `, \`${match.targetPort}\` by name` : '';
  return step(`Port \`${port}\` is the Service's \`targetPort\`${named}`, service.key, service.source);
}

function chanceStep(packet: TracedPacket, n: number): WhyStep | undefined {
  const chooser = packet.hops
    .slice(0, n)
    .findLast((hop) => hop.kind === 'rule' && hop.chain.startsWith('KUBE-SVC-') && hop.verdict.includes('KUBE-SEP-'));
  if (chooser?.kind !== 'rule') return undefined;
  const chance = /--probability ([\d.]+)/.exec(chooser.text)?.[1];
  const passed = chooser.missed > 0 ? `${chooser.missed} passed over, ` : '';
  return chance || chooser.missed > 1
    ? step(`Picked by chance: ${passed}rule ${chooser.rule} taken${chance ? `, probability ${Number(chance).toFixed(2)}` : ''}`)
    : step(`The only choice: rule ${chooser.rule} of \`KUBE-SVC-…\``);
}

function readyText(service: ServiceView): string {
  const ready = service.endpoints.filter((endpoint) => endpoint.ready).length;
  return `Service \`${service.name}\` has ${ready} ready ${ready === 1 ? 'endpoint' : 'endpoints'}`;
}

function labelSteps(service: ServiceView, pod: PodView | undefined): WhyStep[] {
  const selector = Object.entries(service.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (selector.length === 0) return [];
  const label = selector.map((pair) => `\`${pair}\``).join(', ');
  return [
    step(`The Service selects ${label}`, service.key, service.selectorRange),
    ...(pod?.source ? [{ ...step('and the pod carries it', pod.key, pod.source), role: 'evidence' as const }] : []),
  ];
}

function whySourceChanged(rule: RuleHop): HopWhy {
  const { src } = parseEnds(rule.addr_after ?? '');
  return {
    title: 'Why this address',
    detail: 'The answer has to come back through this node, so the packet leaves in its name.',
    why: [
      step(`\`${splitPort(src)[0]}\` is this node's address on the way out`),
      ...(rule.mark !== '0x0' || rule.text.includes('MASQUERADE') ? [step('The packet was marked for masquerading on its way here')] : []),
    ],
  };
}

function whyFromMemory(context: WhyContext, isReply: boolean): HopWhy {
  const before = parseEnds(context.hop.addr);
  const after = parseEnds(context.hop.addr_after ?? context.hop.addr);
  if (!isReply) {
    return {
      title: 'Why this address',
      detail: 'Rules are asked for the first packet of a connection only. Conntrack repeats what they decided.',
      why: [
        step(`The connection is known: \`${before.src}\` to \`${before.dst}\``),
        step(`Its first packet was sent on to \`${after.dst}\``),
      ],
    };
  }
  return {
    title: 'Why this address',
    detail: `The client sent to ${after.src} and accepts an answer only from there.`,
    why: [
      step(`This packet is the answer that the entry expects: \`${before.src}\` to \`${before.dst}\``),
      step(`The entry says where the client sent: \`${after.src}\``),
      step('Without it the client would answer `RST`: no socket of its own talks to that pod'),
    ],
  };
}

function whyThisRoute({ objects }: WhyContext, route: string): HopWhy | null {
  const [prefix = '', ...rest] = route.split(' ');
  const via = rest[rest.indexOf('via') + 1];
  const node = objects.filter(isNode).find((candidate) => candidate.podCIDR === prefix);
  const gateway = rest.includes('via') ? objects.filter(isNode).find((candidate) => candidate.address === via) : undefined;
  const why = [
    step(`The longest prefix that fits is \`${prefix}\``),
    ...(node ? [step(`\`${prefix}\` is the podCIDR of \`${node.name}\``, node.key, node.source)] : []),
    ...(gateway ? [step(`\`${via}\` is \`${gateway.name}\``, gateway.key)] : []),
  ];
  return { title: 'Why this way', detail: '', why };
}

/** The Service that a packet asked for, by the address and port that it carried before the rewrite. */
function serviceOf(objects: readonly ObjectView[], packet: TracedPacket, n: number): ServiceView | undefined {
  const services = objects.filter(isService);
  const [address = '', port = ''] = splitPort(parseEnds(packet.hops[n - 1]?.addr ?? packet.addr).dst);
  const byAddress = services.find(
    (service) => service.clusterIP === address || service.externalIPs.includes(address) || service.externalIP === address,
  );
  return byAddress ?? services.find((service) => service.ports.some((candidate) => String(candidate.nodePort) === port));
}

function step(text: string, object?: string, range?: SourceRange | null): WhyStep {
  return { text, role: 'cause', ...(object !== undefined && { object }), ...(range && { range }) };
}

function splitPort(end: string): readonly string[] {
  const at = end.lastIndexOf(':');
  return at < 0 ? [end] : [end.slice(0, at), end.slice(at + 1)];
}
