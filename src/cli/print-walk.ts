// A walk as text: packets in order, each hop with its place, what matched and what changed, then outcome and reason.

import type { Hop, Reason, TracedPacket, Walk } from '../engine/index.ts';
import { isNeighbourTalk } from '../engine/sim/trace.ts';

export function printWalk(walk: Walk): string {
  const packets = walk.packets.filter((packet) => !isNeighbourTalk(packet)).map((packet) => printPacket(packet, walk.startUs));
  const why = walk.reason.why.map((step, i) => `  ${i + 1}. ${step.text}${step.range ? `  (line ${step.range.startLine})` : ''}`);
  const lines = [
    `${walk.from} -> ${walk.to}`,
    '',
    ...packets,
    `outcome: ${walk.outcome.text} (after ${(walk.outcome.elapsedUs / 1000).toFixed(3)} ms)`,
    ...walk.outcome.terminal.map((line) => `  ${line}`),
    `reason:  ${walk.reason.title}`,
    `  ${walk.reason.detail}`,
    ...(walk.reason.decidedBy ? [`  decided by: ${walk.reason.decidedBy}`] : []),
    ...why,
    ...offers(walk.reason),
  ];
  return `${lines.join('\n')}\n`;
}

/** What would mend it: an edit of the file, or the request that was probably meant. */
function offers({ suggestion, instead }: Reason): string[] {
  const edit =
    suggestion && `line ${suggestion.range.startLine}, column ${suggestion.range.startColumn}: ${JSON.stringify(suggestion.newText)}`;
  return [...(edit ? [`suggested: ${edit}`] : []), ...(instead ? [`perhaps meant: ${instead}`] : [])];
}

function printPacket(packet: TracedPacket, startUs: number): string {
  const head = `${packet.label}  ${packet.addr}  ${packet.sizeBytes} bytes  t=${((packet.sentUs - startUs) / 1000).toFixed(3)} ms`;
  const content = packet.content.split('\r\n')[0];
  const end = packet.fate ? `     ${packet.fate.kind} at ${packet.fate.node}: ${packet.fate.text}` : '';
  return [head, ...(content ? [`     "${content}"`] : []), ...packet.hops.map(printHop), end, '']
    .filter((line, i, all) => line !== '' || i === all.length - 1)
    .join('\n');
}

function printHop(hop: Hop): string {
  const head = `${String(hop.n).padStart(4)} ${hop.node.padEnd(22)}`;
  const rewrite = hop.addr_after ? `  ${hop.addr} => ${hop.addr_after}` : '';
  switch (hop.kind) {
    case 'if':
      return `${head} ${`${hop.ifc} ${hop.dir}`.padEnd(24)} ttl ${hop.ttl}${hop.route ? `  route ${hop.route}` : ''}${hop.inner ? `  [${hop.inner}]` : ''}`;
    case 'ct-nat':
      return `${head} ${`conntrack ${hop.hook}`.padEnd(24)}${rewrite}`;
    case 'rule':
      return `${head} ${`${hop.table} ${hop.hook}`.padEnd(24)} ${hop.chain} ${hop.rule}: ${hop.verdict}${hop.mark === '0x0' ? '' : ` mark ${hop.mark}`}${rewrite}`;
  }
}
