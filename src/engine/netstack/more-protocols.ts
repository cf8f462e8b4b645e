// Neighbour Discovery and SCTP, for machines that need them: a part that most clusters do without.

import { isGroupMember, receiveNeighbourMessage, solicitNeighbour } from './ndp.ts';
import type { MoreProtocols } from './netns.ts';
import { connectSCTP, receiveSCTP } from './sctp.ts';

export const MORE_PROTOCOLS: MoreProtocols = { solicitNeighbour, receiveNeighbourMessage, isGroupMember, receiveSCTP, connectSCTP };
