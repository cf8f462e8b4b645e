// What the inspector says of a hop, in its fixed order: what happened, what the client sees, who decided, the header,
// why, conntrack, a suggested change. Pure: the component only draws it.

import type { Hop, HopWhy, TextEdit, TracedPacket, WhyStep } from '../protocol/messages.ts';
import { formatCommand } from '../state/command-line.ts';
import type { HopInView } from '../state/stepping.ts';
import { writerOfEntry } from './conntrack-writer.ts';
import { type HeaderRow, headerRows } from './header-rows.ts';
import { narrate } from './narrate.ts';
import { formatMs } from './place.ts';
import { rewriteOf } from './rewrite.ts';
import { conntrackLines, ruleParts } from './rule-text.ts';

export interface Decision {
  readonly title: string;
  /** `KUBE-SEP-… rule 2`; '' where there is only text. */
  readonly head: string;
  /** Pieces that each stay on one line. */
  readonly parts: readonly string[];
  readonly note: string;
  /** Decided from memory, by no rule: drawn dashed. */
  readonly isMemory: boolean;
  /** The hop that wrote the entry. */
  readonly writer: { readonly packet: number; readonly hop: number } | null;
}

export interface HopInspection {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'plain' | 'bad' | 'good';
  /** What the client's terminal prints, where this hop ends the request. */
  readonly terminal: readonly string[];
  readonly decision: Decision | null;
  readonly header: readonly HeaderRow[];
  readonly why: { readonly title: string; readonly steps: readonly WhyStep[] } | null;
  readonly conntrack: { readonly title: string; readonly lines: readonly string[] } | null;
  readonly suggestion: TextEdit | null;
  /** The request that was probably meant, as a target. */
  readonly instead: string | null;
}

export function inspectHop(view: HopInView): HopInspection {
  const { walk, packet, hop } = view;
  const isDecisive = walk.reason.at?.packet === packet.id && walk.reason.at.hop === hop.n;
  if (isDecisive && !walk.outcome.ok) return failure(view);
  const why = walk.whys[`${packet.id}/${hop.n}`];
  const isAnswer = walk.outcome.ok && isLastHop(view);
  return {
    title: why?.title || narrate(packet, hop),
    detail: why?.detail ?? '',
    tone: isAnswer ? 'good' : 'plain',
    terminal: isAnswer ? terminalOf(walk) : [],
    decision: decisionOf(view),
    header: headerRows(packet, hop),
    why: whyOf(view, why),
    conntrack: conntrackOf(view),
    suggestion: null,
    instead: null,
  };
}

/** The end of a request that failed: what the client sees, who decided, why, and what would mend it. */
function failure(view: HopInView): HopInspection {
  const { outcome, reason } = view.walk;
  return {
    title: `${sentence(outcome.text)} after ${formatMs(outcome.elapsedUs)}.`,
    detail: reason.detail || reason.title,
    tone: 'bad',
    terminal: terminalOf(view.walk),
    decision: decisionOf(view) ?? plainDecision(reason.decidedBy),
    header: [],
    why: reason.why.length > 0 ? { title: 'Why', steps: reason.why } : null,
    conntrack: null,
    suggestion: reason.suggestion ?? null,
    instead: reason.instead ?? null,
  };
}

/** A request that ended without a hop to stand on: no packet was ever sent. */
export function inspectOutcome(walk: HopInView['walk']): HopInspection {
  const { outcome, reason } = walk;
  return {
    title: `${sentence(outcome.text)}${outcome.ok ? '' : ` after ${formatMs(outcome.elapsedUs)}`}.`,
    detail: reason.detail || reason.title,
    tone: outcome.ok ? 'good' : 'bad',
    terminal: terminalOf(walk),
    decision: plainDecision(reason.decidedBy),
    header: [],
    why: reason.why.length > 0 ? { title: 'Why', steps: reason.why } : null,
    conntrack: null,
    suggestion: reason.suggestion ?? null,
    instead: reason.instead ?? null,
  };
}

/** The client's terminal: the prompt with what was typed, then what it printed. */
function terminalOf({ to, outcome }: HopInView['walk']): readonly string[] {
  return [`$ ${formatCommand(to)}`, ...outcome.terminal];
}

function decisionOf({ walk, packet, hop }: HopInView): Decision | null {
  const plain = { note: '', isMemory: false, writer: null };
  switch (hop.kind) {
    case 'rule':
      return {
        ...plain,
        title: `Decided by, ${hop.table} table`,
        head: `${hop.chain} ${hop.rule === 'policy' ? 'policy' : `rule ${hop.rule}`}`,
        parts: hop.rule === 'policy' ? [hop.text] : ruleParts(hop.text),
        note: countersNote(hop.packets, hop.bytes, hop.missed),
      };
    case 'ct-nat': {
      return {
        title: 'Decided by, no rule',
        head: 'conntrack entry',
        parts: ['NAT rules see only the first packet of a connection.'],
        note: '',
        isMemory: true,
        writer: writerOfEntry(walk, packet, hop),
      };
    }
    case 'if':
      if (hop.socket) return { ...plain, title: 'Taken by, socket', head: '', parts: [hop.socket] };
      return hop.route ? { ...plain, title: 'Decided by, route', head: '', parts: routeParts(hop.route) } : null;
    default:
      return hop satisfies never;
  }
}

function plainDecision(text: string): Decision | null {
  if (text === '') return null;
  return {
    title: 'Decided by',
    head: '',
    parts: text.startsWith('-A ') ? ruleParts(text) : [text],
    note: '',
    isMemory: false,
    writer: null,
  };
}

function whyOf({ walk, packet, hop }: HopInView, why: HopWhy | undefined): HopInspection['why'] {
  const isDecisive = walk.reason.at?.packet === packet.id && walk.reason.at.hop === hop.n;
  const steps = why && why.why.length > 0 ? why.why : isDecisive ? walk.reason.why : [];
  return steps.length > 0 ? { title: chainTitle(packet, hop), steps } : null;
}

/** What the chain explains: a pod that was picked, an address that was put in, a way that was taken. */
function chainTitle(packet: TracedPacket, hop: Hop): string {
  const rewrite = rewriteOf(hop, packet.direction);
  if (rewrite?.by === 'rule' && rewrite.name === 'DNAT') return 'Why this pod';
  if (rewrite) return 'Why this address';
  return hop.kind === 'if' && hop.route ? 'Why this way' : 'Why';
}

function conntrackOf({ packet, hop }: HopInView): HopInspection['conntrack'] {
  if (hop.kind === 'if' || !hop.conntrack) return null;
  const isNew = hop.kind === 'rule' && rewriteOf(hop, packet.direction) !== null;
  return { title: `Conntrack on ${hop.node}, ${isNew ? 'new entry' : 'updated'}`, lines: conntrackLines(hop.conntrack) };
}

function countersNote(packets: number, bytes: number, missed: number): string {
  const matched = `${packets} ${packets === 1 ? 'packet' : 'packets'}, ${bytes} bytes matched`;
  return missed === 0 ? matched : `${matched}. ${missed} ${missed === 1 ? 'rule' : 'rules'} before it: no match`;
}

function routeParts(route: string): readonly string[] {
  return route.match(/\b(?:via|dev|proto|scope|src|metric) \S+|\S+/g) ?? [route];
}

function isLastHop({ walk, packet, hop }: HopInView): boolean {
  const last = walk.packets.findLast(
    (candidate) => candidate.direction === 'reply' && candidate.hops.length > 0 && candidate.content !== '',
  );
  return packet === last && hop.n === packet.hops.length;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
