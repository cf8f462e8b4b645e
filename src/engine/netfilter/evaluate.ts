// Walks one packet through a base chain: what nft_do_chain / ipt_do_table do. A rule that matches is counted, then its
// target decides; a user-defined chain that ends without a verdict returns to its caller; the base chain ends in its policy.

import type { Family } from '../net/address.ts';
import { sizeOf } from '../net/packet.ts';
import type { Chain, InstalledRule } from './chain.ts';
import { candidates } from './chain-index.ts';
import type { Environment } from './extension.ts';
import { headerMatches } from './rule-header.ts';
import type { HookContext, RuleListener, Verdict } from './types.ts';

/** A chain being read. `next` counts in `places` when there are any, else in the rules themselves. */
interface Frame {
  readonly chain: Chain;
  readonly places: readonly number[] | null;
  next: number;
  /** Number (from 1) of the rule that matched last. */
  matched: number;
}

interface Evaluation {
  readonly context: HookContext;
  readonly environment: Environment;
  readonly family: Family;
  readonly listener: RuleListener | undefined;
  readonly bytes: number;
}

/** Asks the rules of a base chain, in order, until one gives a verdict. */
export function evaluateChain(
  base: Chain,
  context: HookContext,
  environment: Environment,
  family: Family,
  listener?: RuleListener,
): Verdict {
  const evaluation: Evaluation = { context, environment, family, listener, bytes: sizeOf(context.packet) };
  const callers: Frame[] = [];
  let frame = enter(base, evaluation);
  for (;;) {
    const rule = nextMatch(frame, evaluation);
    const step: Verdict | 'next' | 'return' | Chain = rule === null ? 'return' : follow(rule, frame, evaluation);
    if (step === 'next') continue;
    if (step === 'return') {
      const caller = callers.pop();
      if (caller === undefined) return policyOf(base, frame, rule === null, evaluation);
      frame = caller;
    } else if ('kind' in step) return step;
    else {
      // A goto does not come back here, but to where this chain would have returned to.
      if (!isGoto(rule)) callers.push(frame);
      frame = enter(step, evaluation);
    }
  }
}

function enter(chain: Chain, { context, family }: Evaluation): Frame {
  return { chain, places: candidates(chain.index, context.packet, family), next: 0, matched: 0 };
}

function isGoto(rule: InstalledRule | null): boolean {
  return rule?.spec.target?.kind === 'jump' && rule.spec.target.goto;
}

/** Advances to the next rule that matches; null at the end of the chain. */
function nextMatch(frame: Frame, evaluation: Evaluation): InstalledRule | null {
  const { context, environment, family } = evaluation;
  const { rules } = frame.chain;
  const { places } = frame;
  const end = places === null ? rules.length : places.length;
  while (frame.next < end) {
    const place = places === null ? frame.next : (places[frame.next] ?? 0);
    frame.next++;
    const rule = rules[place];
    if (rule !== undefined && ruleMatches(rule, context, environment, family)) return rule;
    if (environment.undecided && rule !== undefined) passUndecided(rule, place, frame, evaluation);
  }
  return null;
}

/** A rule with a match that is not simulated is taken not to match, and the trace says that it was met. */
function passUndecided(rule: InstalledRule, place: number, frame: Frame, { context, environment, listener }: Evaluation): void {
  environment.undecided = false;
  const { counters, text } = rule;
  const missed = place - frame.matched;
  listener?.({ chain: frame.chain.name, rule: place + 1, verdict: 'NOT SIMULATED', mark: context.mark, text, missed, ...counters });
  frame.matched = place + 1;
}

function ruleMatches(rule: InstalledRule, context: HookContext, environment: Environment, family: Family): boolean {
  if (!headerMatches(rule.spec.header, context, family)) return false;
  environment.rule = rule;
  for (const { module, options } of rule.spec.asked) if (!module.test(options, context, environment)) return false;
  return true;
}

/** Counts the rule, carries out its target and tells the listener. */
function follow(rule: InstalledRule, frame: Frame, evaluation: Evaluation): Verdict | 'next' | 'return' | Chain {
  const { context, listener } = evaluation;
  rule.counters.packets++;
  rule.counters.bytes += evaluation.bytes;
  const step = stepOf(rule, context);
  const place = frame.places === null ? frame.next - 1 : (frame.places[frame.next - 1] ?? 0);
  listener?.({
    chain: frame.chain.name,
    rule: place + 1,
    verdict: verdictText(rule, step),
    mark: context.mark,
    text: rule.text,
    missed: place - frame.matched,
    packets: rule.counters.packets,
    bytes: rule.counters.bytes,
  });
  frame.matched = place + 1;
  return step;
}

function stepOf(rule: InstalledRule, context: HookContext): Verdict | 'next' | 'return' | Chain {
  const { target } = rule.spec;
  switch (target?.kind) {
    case undefined:
      return 'next';
    case 'verdict':
      return target.verdict === 'RETURN' ? 'return' : { kind: target.verdict, rule };
    case 'jump':
      return rule.jump ?? 'next';
    case 'extension':
      return target.module.apply(target.options, context, rule) ?? 'next';
  }
}

/** In the words of a kernel's rule trace; a NAT target ends in ACCEPT. */
function verdictText(rule: InstalledRule, step: Verdict | 'next' | 'return' | Chain): string {
  if (step === 'next') return 'CONTINUE';
  if (step === 'return') return 'RETURN';
  if (!('kind' in step)) return `${isGoto(rule) ? 'GOTO' : 'JUMP'} ${step.name}`;
  return step.kind === 'DROP' || step.kind === 'REJECT' ? step.kind : 'ACCEPT';
}

function policyOf(base: Chain, last: Frame, reachedEnd: boolean, { context, listener, bytes }: Evaluation): Verdict {
  const policy = base.policy ?? 'ACCEPT';
  base.counters.packets++;
  base.counters.bytes += bytes;
  listener?.({
    chain: base.name,
    rule: 'policy',
    verdict: policy,
    mark: context.mark,
    text: `:${base.name} ${policy}`,
    missed: reachedEnd && last.chain === base ? base.rules.length - last.matched : 0,
    packets: base.counters.packets,
    bytes: base.counters.bytes,
  });
  return { kind: policy, rule: null };
}
