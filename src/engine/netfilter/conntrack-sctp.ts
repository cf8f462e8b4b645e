// SCTP connections as conntrack follows them. Follows net/netfilter/nf_conntrack_proto_sctp.c of Linux 6.x; heartbeats
// and verification tags are left out, because every association here is of one path and one incarnation.

import type { SCTPChunkType } from '../net/packet.ts';

export type SCTPState =
  | 'NONE'
  | 'CLOSED'
  | 'COOKIE_WAIT'
  | 'COOKIE_ECHOED'
  | 'ESTABLISHED'
  | 'SHUTDOWN_SENT'
  | 'SHUTDOWN_RECD'
  | 'SHUTDOWN_ACK_SENT';

/** Seconds. */
export const SCTP_TIMEOUTS: Readonly<Record<SCTPState, number>> = {
  NONE: 0,
  CLOSED: 10,
  COOKIE_WAIT: 3,
  COOKIE_ECHOED: 3,
  ESTABLISHED: 210,
  SHUTDOWN_SENT: 3,
  SHUTDOWN_RECD: 3,
  SHUTDOWN_ACK_SENT: 3,
};

const STATES: readonly SCTPState[] = [
  'NONE',
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
];

/** The state after a chunk, one digit for each state that it meets (its place in STATES), `!` where it is invalid. */
const STEPS: Readonly<Record<'ORIGINAL' | 'REPLY', Partial<Record<SCTPChunkType, string>>>> = {
  ORIGINAL: {
    INIT: '11234117',
    'INIT ACK': '11234567',
    ABORT: '11111111',
    SHUTDOWN: '11235567',
    'SHUTDOWN ACK': '71234777',
    'COOKIE ECHO': '11334567',
    'COOKIE ACK': '11244567',
    'SHUTDOWN COMPLETE': '11234561',
  },
  REPLY: {
    INIT: '!1234567',
    'INIT ACK': '!2234567',
    ABORT: '!1111111',
    SHUTDOWN: '!1236567',
    'SHUTDOWN ACK': '!1234777',
    'COOKIE ECHO': '!1334567',
    'COOKIE ACK': '!1244567',
    'SHUTDOWN COMPLETE': '!1234561',
  },
};

/** What a chunk makes of a connection; DATA and SACK change nothing. */
export function nextSCTPState(state: SCTPState, direction: 'ORIGINAL' | 'REPLY', chunk: SCTPChunkType): SCTPState | 'INVALID' {
  const steps = STEPS[direction][chunk];
  if (steps === undefined) return state;
  return STATES[Number(steps[STATES.indexOf(state)])] ?? 'INVALID';
}
