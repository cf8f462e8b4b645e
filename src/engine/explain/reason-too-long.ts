// A packet that a link could not carry while nobody told its sender: why small requests work and big ones hang.

import type { TracedPacket } from '../sim/trace.ts';
import type { Reason } from '../view.ts';
import { step } from './hop-why.ts';

const SILENT = /^(\d+) bytes do not fit (\S+), mtu (\d+): a bridge drops/;

/** The reason, where the packet ended so; null for any other end. */
export function tooLongReason({ fate, sizeBytes }: TracedPacket): Pick<Reason, 'title' | 'detail' | 'why'> | null {
  const [, onWire, port, mtu] = SILENT.exec(fate?.text ?? '') ?? [];
  if (onWire === undefined || mtu === undefined) return null;
  const added = Number(onWire) - sizeBytes;
  const tunnel = added > 0 ? [step(`The tunnel wraps it: ${sizeBytes} + ${added} = ${onWire} bytes`, 'cause')] : [];
  return {
    title: `${onWire} bytes do not fit where ${mtu} do, and nobody is told.`,
    detail:
      `The machines believe that the network between them carries ${onWire} bytes; it carries ${mtu}. ` +
      `Longer packets vanish and are sent again in vain, shorter ones pass. An MTU of ${Number(mtu) - added} in the pods would fit.`,
    why: [
      step(`The sender fills its packets: ${sizeBytes} bytes`, 'evidence'),
      ...tunnel,
      step(`${port} of the switch carries ${mtu} bytes and drops the rest without a word`, 'cause'),
    ],
  };
}
