// SCTP connections as conntrack follows them. Follows net/netfilter/nf_conntrack_proto_sctp.c of Linux 6.x; heartbeats
// and verification tags are left out, because every association here is of one path and one incarnation.

import type { SCTPChunkType } from '../net/packet.ts';

export type SCTPState =
  | 'CLOSED'
  | 'COOKIE_WAIT'
  | 'COOKIE_ECHOED'
  | 'ESTABLISHED'
  | 'SHUTDOWN_SENT'
  | 'SHUTDOWN_RECD'
  | 'SHUTDOWN_ACK_SENT';

/** Seconds. */
export const SCTP_TIMEOUTS: Readonly<Record<SCTPState, number>> = {
  CLOSED: 10,
  COOKIE_WAIT: 3,
  COOKIE_ECHOED: 3,
  ESTABLISHED: 210,
  SHUTDOWN_SENT: 3,
  SHUTDOWN_RECD: 3,
  SHUTDOWN_ACK_SENT: 3,
};

const STATES: readonly SCTPState[] = [
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
];

/** The state after a chunk, one digit for each state that it meets: places in STATES. */
const STEPS: Readonly<Record<'ORIGINAL' | 'REPLY', Partial<Record<SCTPChunkType, string>>>> = {
  ORIGINAL: {
    INIT: '0123006',
    ABORT: '0000000',
    SHUTDOWN: '0124456',
    'SHUTDOWN ACK': '0123666',
    'COOKIE ECHO': '0223456',
    'COOKIE ACK': '0133456',
    'SHUTDOWN COMPLETE': '0123450',
  },
  REPLY: {
    'INIT ACK': '1123456',
    ABORT: '0000000',
    SHUTDOWN: '0125456',
    'SHUTDOWN ACK': '0123666',
    'COOKIE ECHO': '0223456',
    'COOKIE ACK': '0133456',
    'SHUTDOWN COMPLETE': '0123450',
  },
};

/** What a chunk makes of a connection; DATA and SACK change nothing. */
export function nextSCTPState(state: SCTPState, direction: 'ORIGINAL' | 'REPLY', chunk: SCTPChunkType): SCTPState {
  const place = STEPS[direction][chunk]?.[STATES.indexOf(state)];
  return place === undefined ? state : (STATES[Number(place)] ?? state);
}
