// Where the simulated machines are simpler than a real kernel's: everything that a comparison with one leaves out or sets
// aside, as data for whoever shows it. What is not in this list is compared, and must agree.

export interface Simplification {
  readonly id: string;
  /** One sentence for a reader. */
  readonly text: string;
  /** What it takes for a real node to show something else. */
  readonly shows: string;
}

export const SIMPLIFICATIONS: readonly Simplification[] = [
  {
    id: 'neighbours-stay-fresh',
    text: 'A neighbour that was found once stays known: entries of `ip neigh` never go stale.',
    shows: 'On a real node a translated packet between two pods of one bridge is also seen on cni0 while the entry of its target is stale.',
  },
  {
    id: 'no-checksums',
    text: 'No checksum is computed, so none is ever wrong.',
    shows: "A tunnel's outer packet that a rule leads to another machine is dropped there (UDP InCsumErrors); here it is answered.",
  },
  {
    id: 'tos-is-zero',
    text: 'The TOS byte of every packet is 0: the targets TOS and DSCP change nothing.',
    shows: 'Only in rules that match on `-m tos` or `-m dscp` after one of those targets.',
  },
  {
    id: 'acknowledgements-by-the-clock',
    text: 'When an acknowledgement or a FIN rides on data, and how often a redirect is repeated, is a matter of real time.',
    shows: 'A capture on a real node may have a bare ACK, FIN or redirect more or less than the walk.',
  },
  {
    id: 'one-segment-an-answer',
    text: 'Long answers are sent in segments of one MTU; no card joins or cuts them.',
    shows: 'A capture on a real node shows larger segments where the card offloads (GSO, GRO).',
  },
  {
    id: 'as-many-errors-as-needed',
    text: 'ICMP errors are sent whenever one is due.',
    shows:
      'A real node sends one a second to each peer after the first six (net.ipv4.icmp_ratelimit), so a load that is refused meets silence, too.',
  },
  {
    id: 'rounds-have-an-end',
    text: 'What would go round for ever ends: a packet after 510 routers, errors about tunnelled errors after 8, a proxied request after 32 rounds.',
    shows: 'Real machines go on until a rule, a cable or their connections give out.',
  },
  {
    id: 'compared-in-ipv4',
    text: "Walks in IPv6 (but for a machine's own ::1) and SCTP, TLS and very long answers follow the same sources, but are not compared with a kernel by machine.",
    shows: 'The comparison prints each request that it leaves out, and why.',
  },
];
