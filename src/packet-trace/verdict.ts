// How packets and requests ended, in the terms that glyphs draw.

import type { FateKind, OutcomeKind, TracedPacket } from '../protocol/messages.ts';
import type { Verdict } from '../ui/glyphs/VerdictGlyph.tsx';

const byFate: Readonly<Record<FateKind, Verdict | null>> = {
  delivered: 'delivered',
  forwarded: null,
  refused: 'refused',
  dropped: 'dropped',
  'no-socket': 'refused',
  unreachable: 'unreachable',
  expired: 'timed-out',
  lost: 'dropped',
};

const byOutcome: Readonly<Record<OutcomeKind, Verdict>> = {
  answered: 'delivered',
  refused: 'refused',
  reset: 'reset',
  'timed-out': 'timed-out',
  unreachable: 'unreachable',
  unresolved: 'unreachable',
  failed: 'unreachable',
};

/** A packet's end; null while it is on its way, or when it went on as another packet. */
export function packetVerdict(packet: TracedPacket): Verdict | null {
  return packet.fate && byFate[packet.fate.kind];
}

export function outcomeVerdict(kind: OutcomeKind): Verdict {
  return byOutcome[kind];
}
