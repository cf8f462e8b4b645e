// From what happened to what a person is told: outcome, reason, a sentence for every hop, and the why of single hops.

import type { ObjectStore } from '../apiserver/types.ts';
import type { ManifestObject } from '../manifest/manifest.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import type { ClientResult } from '../programs/client.ts';
import { clientWords } from '../programs/client-words.ts';
import type { LookupOutcome } from '../programs/dns/resolver.ts';
import type { ProxiedRequest } from '../programs/ingress/directory.ts';
import type { Source, Target } from '../programs/target.ts';
import type { TracedPacket } from '../sim/trace.ts';
import type { HopWhy, Outcome, Walk } from '../view.ts';
import { AddressBook } from './address-book.ts';
import { explainHop } from './hop-why.ts';
import { narrate } from './narrate.ts';
import type { RarerWords } from './rarer-words.ts';
import { reasonFor } from './reasons.ts';

/** What explanations may look at: the cluster at the end of the walk. */
export interface Evidence {
  readonly store: ObjectStore;
  readonly sources: ReadonlyMap<string, ManifestObject>;
  /** Addresses of places that are no Kubernetes object: world, router, internet. */
  readonly places: ReadonlyMap<string, string>;
  netnsOf(place: string): NetworkNamespace | null;
  readonly words: RarerWords;
  /** What ingress controllers did for a walk, in order. */
  proxiedRequests(walk: number): readonly ProxiedRequest[];
}

export interface WalkFacts {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly source: Source;
  readonly target: Target;
  readonly startUs: number;
  readonly endUs: number;
  readonly result: ClientResult;
  readonly lookup: LookupOutcome;
  readonly nameserver: string;
  readonly packets: readonly TracedPacket[];
}

export function explainWalk(evidence: Evidence, facts: WalkFacts): Walk {
  const book = new AddressBook(evidence.store, evidence.places);
  for (const packet of facts.packets) narrate(packet, book, evidence.words);
  const outcome = outcomeOf(facts);
  const { id, from, to, startUs, packets } = facts;
  const endUs = Math.max(facts.endUs, startUs);
  return {
    id,
    from,
    to,
    startUs,
    endUs,
    outcome,
    reason: reasonFor(evidence, book, facts, outcome),
    packets,
    whys: whysOf(evidence, book, packets),
  };
}

function whysOf(evidence: Evidence, book: AddressBook, packets: readonly TracedPacket[]): Record<string, HopWhy> {
  const whys: Record<string, HopWhy> = {};
  for (const packet of packets) {
    for (const hop of packet.hops) {
      const { words } = evidence;
      const why =
        words.explainLoss(evidence, packet, hop) ?? words.explainPolicyHop(evidence, hop) ?? explainHop(evidence, book, packet, hop);
      if (why) whys[`${packet.id}/${hop.n}`] = why;
    }
  }
  return whys;
}

function outcomeOf(facts: WalkFacts): Outcome {
  const elapsedUs = facts.endUs - facts.startUs;
  const words = clientWords({ ...facts, elapsedUs });
  return { ...words, ok: words.kind === 'answered', elapsedUs };
}
