// All packets of the walk in view, as glyphs in the order they were sent. ARP, AAAA and TCP bookkeeping fold to a count.

import { usePage, useSimulation, useUi } from '../state/page.ts';
import { isFolded, lookUp, packetsOf } from '../state/stepping.ts';
import { PacketGlyph } from '../ui/glyphs/PacketGlyph.tsx';
import { lookOf, packetTitle } from './packet-look.ts';

export function PacketStrip() {
  const page = usePage();
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const showFolded = useUi((ui) => ui.showFolded);
  const walk = lookUp(walks, position)?.walk;
  if (!walk) return null;
  const packets = packetsOf(walk, { showFolded });
  const folded = walk.packets.filter((packet) => packet.hops.length > 0 && isFolded(walk, packet)).length;
  return (
    <nav className="strip" aria-label="Packets of this walk">
      {walks.length > 1 && (
        <span className="strip-flows">
          {walks.map((other, index) => (
            <button
              key={other.id}
              type="button"
              className="strip-flow"
              aria-current={other === walk}
              aria-label={`Flow ${index + 1}: ${other.from} to ${other.to}, ${other.outcome.text}`}
              title={`${other.from} to ${other.to}: ${other.outcome.text}`}
              onClick={() => page.showWalk(other.id)}
            >
              {index + 1}
            </button>
          ))}
        </span>
      )}
      {packets.map((packet) => (
        <button
          key={packet.id}
          type="button"
          className="strip-packet"
          aria-current={packet.id === position?.packet}
          onClick={() => {
            page.jumpTo({ walk: walk.id, packet: packet.id, hop: 1 });
          }}
        >
          <PacketGlyph look={lookOf(packet)} height={18} title={packetTitle(packet)} />
        </button>
      ))}
      {folded > 0 && (
        <button
          type="button"
          className="strip-fold"
          aria-pressed={showFolded}
          title="ARP, AAAA lookups and TCP bookkeeping"
          onClick={() => page.ui.setState({ showFolded: !showFolded })}
        >
          {showFolded ? `hide ${folded}` : `+${folded}`}
          <span className="visually-hidden"> folded packets</span>
        </button>
      )}
    </nav>
  );
}
