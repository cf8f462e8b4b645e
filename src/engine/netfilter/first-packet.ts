// What a hook knows of the first packet of a connection: no mark, no bridge port, an entry that is new and untranslated.

import type { Packet } from '../net/packet.ts';
import type { Hook } from '../sim/trace.ts';
import type { HookContext } from './types.ts';

/** The context of a packet that nothing has met yet. All addresses are other machines', and chance falls on the first of several. */
export function firstPacketContext(packet: Packet, hook: Hook, more: Partial<HookContext> = {}): HookContext {
  const { source, destination, transport } = packet;
  return {
    packet,
    hook,
    inInterface: null,
    outInterface: null,
    physIn: null,
    physOut: null,
    mark: 0,
    ctMark: 0,
    untracked: false,
    ct: {
      state: 'NEW',
      dnat: false,
      snat: false,
      direction: 'ORIGINAL',
      mark: 0,
      originalSource: source,
      originalDestination: destination,
      originalDestinationPort: 'destinationPort' in transport ? transport.destinationPort : 0,
    },
    addressType: () => 'UNICAST',
    random: () => 0,
    nowUs: 0,
    ...more,
  };
}
