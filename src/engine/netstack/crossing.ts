// Frames as a tap on the wires sees them: what it may do to a frame is done here.

import type { Crossing } from '../sim/crossing.ts';
import { endPacket } from '../sim/recorder.ts';
import type { Device } from './device.ts';
import type { NetworkNamespace } from './netns.ts';
import { BROADCAST_MAC, type Frame } from './skb.ts';

/** `goOn` does what would have been done with the frame without a tap. */
export function crossingOf(
  netns: NetworkNamespace,
  device: Device,
  frame: Frame,
  dir: Crossing['dir'],
  goOn: (frame: Frame) => void,
): Crossing {
  const { clock } = netns.context;
  const isIP = frame.type === 'ip';
  const nowUs = isIP ? Math.max(frame.skb.timeUs, clock.nowUs) : clock.nowUs;
  const record = isIP ? frame.skb.record : frame.arp.record;
  return {
    place: netns.name,
    ifc: device.name,
    dir,
    peer: device.peer,
    sourceMac: frame.source,
    floodedFor: !isIP && frame.destination === BROADCAST_MAC && dir === 'tx' && device.master ? frame.arp.targetAddress : null,
    packet: isIP ? frame.skb.packet : null,
    record,
    goOn(delayUs) {
      if (delayUs === 0) goOn(frame);
      else clock.at(nowUs + delayUs, () => goOn(frame));
    },
    double: () => goOn(copyOf(netns, frame)),
    lose: (text) => text !== null && endPacket(record, { kind: 'lost', node: netns.name, timeUs: nowUs, text }),
  };
}

/** A second packet like the first one, with a number and a record of its own. */
function copyOf(netns: NetworkNamespace, frame: Frame): Frame {
  if (frame.type === 'arp') return frame;
  const { skb } = frame;
  const { context } = netns;
  const packet = { ...skb.packet, id: context.newPacketId() };
  const origin = { tag: skb.tag, from: netns.name, direction: skb.record?.direction ?? 'request', timeUs: skb.timeUs } as const;
  return { ...frame, skb: { ...skb, packet, record: skb.record && context.recorder.begin(packet, origin) } };
}
