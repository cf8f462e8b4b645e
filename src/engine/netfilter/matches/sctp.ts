// sctp: ports and chunk types. Follows iptables 1.8.9, extensions/libxt_sctp.c.

import { fail, type MatchModule } from '../extension.ts';
import { SCTP } from '../protocols.ts';
import { not } from '../rule-header.ts';
import { asksNoPort, type PortOptions, portOptions, portsHold, printPorts, requireProtocol } from './ports.ts';

interface SCTPOptions extends PortOptions {
  chunks: { readonly mode: string; readonly names: readonly string[]; readonly negated: boolean } | null;
}

const CHUNK_TYPES = [
  'DATA',
  'INIT',
  'INIT_ACK',
  'SACK',
  'HEARTBEAT',
  'HEARTBEAT_ACK',
  'ABORT',
  'SHUTDOWN',
  'SHUTDOWN_ACK',
  'ERROR',
  'COOKIE_ECHO',
  'COOKIE_ACK',
  'ECN_ECNE',
  'ECN_CWR',
  'ASCONF',
  'ASCONF_ACK',
  'FORWARD_TSN',
];

export const sctp: MatchModule<SCTPOptions> = {
  name: 'sctp',
  options: {
    ...portOptions<SCTPOptions>(),
    '--chunk-types': {
      values: 2,
      invertible: true,
      read(options, [mode = '', text = ''], cx, negated) {
        if (!['any', 'all', 'only'].includes(mode)) fail(cx, 'Match type has to be one of "ALL", "ANY" or "ONLY"');
        const names = text.split(',').map((name) => name.toUpperCase());
        for (const name of names) if (!CHUNK_TYPES.includes(name)) fail(cx, `Unknown sctp chunk \`${name}'`);
        options.chunks = { mode, names: CHUNK_TYPES.filter((type) => names.includes(type)), negated };
      },
    },
  },
  begin: () => ({ source: null, destination: null, chunks: null }),
  finish: (_options, cx, header) => requireProtocol(cx, header, SCTP, 'sctp'),
  isIdle: (options) => asksNoPort(options) && options.chunks === null,
  print(options) {
    const { chunks } = options;
    return printPorts(options) + (chunks ? `${not(chunks.negated)} --chunk-types ${chunks.mode} ${chunks.names.join(',')}` : '');
  },
  test(options, { packet: { transport } }) {
    if (transport.protocol !== 'sctp' || !portsHold(options, transport)) return false;
    if (options.chunks === null) return true;
    // A simulated SCTP packet carries one chunk, so `any` asks for it, `all` and `only` for it alone.
    const { mode, names, negated } = options.chunks;
    const named = names.includes(transport.chunk.replace(' ', '_'));
    return (named && (mode !== 'all' || names.length === 1)) !== negated;
  },
};
