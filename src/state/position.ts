// Where the reader stands: one hop of one packet of one walk. Everything on the page follows it.

/** A hop in view. The first hop of a packet is hop 1. */
export interface Position {
  readonly walk: number;
  /** `TracedPacket.id`. */
  readonly packet: number;
  /** `Hop.n`, from 1. */
  readonly hop: number;
}
