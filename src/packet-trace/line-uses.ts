// The chain of causes read backwards: from a line of the text to the objects, endpoints, rules and hops that it decided.

import type { Hop, ObjectView, ServiceView, SourceRange, TracedPacket, Walk } from '../protocol/messages.ts';
import type { Position } from '../state/position.ts';

export interface DecidedHop {
  readonly position: Position;
  readonly packet: TracedPacket;
  readonly hop: Hop;
  readonly walk: Walk;
}

export interface LineUses {
  /** The object whose document the line stands in; null between documents. */
  readonly object: ObjectView | null;
  /** What was made from a template that the line belongs to. */
  readonly made: readonly ObjectView[];
  /** The Services whose endpoints depend on the line, with their endpoints. */
  readonly services: readonly ServiceView[];
  /** Hops that name the line among their reasons, and those on rules that were written for its object. */
  readonly hops: readonly DecidedHop[];
  /** What rules say in their comment when they were written for the object: `default/web`. */
  readonly comment: string | null;
}

export function usesOfLine(line: number, objects: readonly ObjectView[], walks: readonly Walk[]): LineUses {
  const at = objects.filter(({ source }) => isWithin(line, source));
  const object = written(at);
  const made = at.filter((one) => one !== object);
  const services = objects.filter((one): one is ServiceView => one.kind === 'Service' && dependsOn(one as ServiceView, object, made));
  const comment = object && commentOf(object);
  return { object, made, services, hops: decidedHops(line, walks, comment), comment };
}

/** Whether there is anything to tell. */
export function isUsed({ object, made, hops }: LineUses): boolean {
  return object !== null || made.length > 0 || hops.length > 0;
}

function isWithin(line: number, range: SourceRange | null | undefined): boolean {
  return range !== null && range !== undefined && range.startLine <= line && line <= range.endLine;
}

/** Documents do not overlap: the one that was written has the most lines, and what controllers made of it comes after it. */
function written(objects: readonly ObjectView[]): ObjectView | null {
  const lines = ({ source }: ObjectView) => (source ? source.endLine - source.startLine : 0);
  return objects.toSorted((a, b) => lines(b) - lines(a) || Number(isDerived(a)) - Number(isDerived(b)))[0] ?? null;
}

const DERIVED = new Set(['EndpointSlice', 'ReplicaSet']);

function isDerived(object: ObjectView): boolean {
  return DERIVED.has(object.kind) || ('owner' in object && object.owner !== null);
}

function dependsOn(service: ServiceView, object: ObjectView | null, made: readonly ObjectView[]): boolean {
  if (service.key === object?.key) return true;
  const pods = new Set([object, ...made].flatMap((one) => (one?.kind === 'Pod' ? [one.key] : [])));
  return service.candidates.some(({ pod }) => pods.has(pod)) || service.endpoints.some(({ pod }) => pod !== null && pods.has(pod));
}

/** kube-proxy comments its rules with the Service's name, the policy controller with the policy's. */
function commentOf({ kind, namespace, name }: ObjectView): string | null {
  if (kind === 'Service') return `${namespace}/${name}`;
  return kind === 'NetworkPolicy' ? `policy ${namespace}/${name}` : null;
}

/** Whether a rule was written for the object that comments so. */
export function isCommented(rule: string, comment: string): boolean {
  const at = rule.indexOf(comment);
  return at > 0 && /["' ]/.test(rule[at - 1] ?? '') && !/[\w.-]/.test(rule[at + comment.length] ?? '');
}

function decidedHops(line: number, walks: readonly Walk[], comment: string | null): DecidedHop[] {
  return walks.flatMap((walk) =>
    walk.packets.flatMap((packet) =>
      packet.hops.flatMap((hop) => {
        const isDecided =
          (walk.whys[`${packet.id}/${hop.n}`]?.why.some(({ range }) => isWithin(line, range)) ?? false) ||
          (walk.reason.at?.packet === packet.id &&
            walk.reason.at.hop === hop.n &&
            walk.reason.why.some(({ range }) => isWithin(line, range))) ||
          (comment !== null && hop.kind === 'rule' && isCommented(hop.text, comment));
        return isDecided ? [{ position: { walk: walk.id, packet: packet.id, hop: hop.n }, packet, hop, walk }] : [];
      }),
    ),
  );
}
