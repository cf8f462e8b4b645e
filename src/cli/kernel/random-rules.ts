// Draws rules for a node's tables by chance, from the matches and targets that hosts and network plugins use: what they
// are for does not matter, only that the kernel and the engine read them alike. Nothing here depends on real time.

import type { Chance } from './chance.ts';

const CHAINS: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT', 'DRAWN'],
};

/** `iptables-restore --noflush` input. */
export function drawRules(chance: Chance): string {
  return Object.entries(CHAINS)
    .map(([table, chains]) => {
      const own = table === 'filter' ? [':DRAWN - [0:0]'] : [];
      const count = table === 'nat' ? chance.below(3) : 2 + chance.below(8);
      const rules = Array.from({ length: count }, () => drawRule(chance, table, chance.pick(chains)));
      return [`*${table}`, ...own, ...rules, 'COMMIT', ''].join('\n');
    })
    .join('');
}

function drawRule(chance: Chance, table: string, chain: string): string {
  // A tunnel's packets are not led elsewhere: their checksums would be wrong, and that nobody computes here.
  const drawn = chance.pick(table === 'nat' && chain === 'OUTPUT' ? ['-p tcp', '-p icmp'] : ['', '', '-p tcp', '-p udp', '-p icmp']);
  const addresses = chance.some([drawAddress(chance, '-s'), drawAddress(chance, '-d')], 0.25);
  const matches = chance.some([drawMatch(chance, drawn, chain, table)], 0.8);
  const target = drawTarget(chance, table, chain, drawn);
  const [protocol, way] = chain === 'PREROUTING' && target.startsWith('-j DNAT') ? withoutTunnels(drawn, target) : [drawn, target];
  const words = [`-I ${chain}`, ...addresses, protocol, ...matches, way];
  return words.filter((word) => word !== '').join(' ');
}

/** Errors about tunnelled packets that end at a pod go back through the tunnel, to the same pod: kernels do so for ever. */
function withoutTunnels(protocol: string, target: string): [string, string] {
  if (protocol === '-p udp') return ['-p udp -m multiport ! --dports 8472', target];
  return [protocol === '' ? '-p tcp' : protocol, target];
}

function drawAddress(chance: Chance, option: string): string {
  const not = chance.is(0.3) ? '! ' : '';
  return `${not}${option} ${chance.pick(['10.244.0.0/16', '10.244.1.0/24', '192.168.56.0/24', '192.168.56.100/32', '127.0.0.0/8', '10.96.0.0/12'])}`;
}

function drawMatch(chance: Chance, protocol: string, chain: string, table: string): string {
  const not = chance.is(0.3) ? '! ' : '';
  const hasConnection = table !== 'raw';
  const matches = [
    `-m mark ${not}--mark 0x${chance.below(8)}/0x7`,
    `-m addrtype ${not}--dst-type ${chance.pick(['LOCAL', 'UNICAST'])}`,
    `-m addrtype ${not}--src-type ${chance.pick(['LOCAL', 'UNICAST'])}`,
    `-m iprange ${not}--src-range 10.244.1.2-10.244.2.3`,
    `-m physdev ${not}--physdev-is-${chance.pick(['in', 'bridged'])}`,
    `-m ttl --ttl-${chance.pick(['eq', 'lt', 'gt'])} ${61 + chance.below(4)}`,
    `-m dscp ${not}--dscp 0x08`,
    `-m tos ${not}--tos 0x20/0xff`,
    ...(chain === 'PREROUTING' && (table === 'raw' || table === 'mangle')
      ? [`-m rpfilter${chance.is(0.5) ? ' --loose' : ''}${chance.is(0.3) ? ' --accept-local' : ''}${chance.is(0.5) ? ' --invert' : ''}`]
      : []),
    ...(chain === 'INPUT' || chain === 'PREROUTING' ? [`-m socket${chance.is(0.5) ? ' --nowildcard' : ''}`] : []),
    ...(chain === 'OUTPUT' || chain === 'POSTROUTING'
      ? [`-m owner ${not}--uid-owner ${chance.pick(['0', '1000'])}`, `-m owner ${not}--socket-exists`]
      : []),
    ...(chain === 'PREROUTING' || chain === 'INPUT' || chain === 'FORWARD' ? [`-m mac ${not}--mac-source 02:00:00:00:00:01`] : []),
    ...(hasConnection
      ? [
          `-m conntrack ${not}--ctstate ${chance.pick(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'DNAT', 'SNAT', 'NEW,INVALID', 'RELATED,ESTABLISHED'])}`,
          `-m conntrack --ctdir ${chance.pick(['ORIGINAL', 'REPLY'])}`,
          `-m conntrack ${not}--ctorigdst 10.96.0.0/12`,
          `-m conntrack ${not}--ctreplsrc 10.244.0.0/16`,
          `-m connmark ${not}--mark 0x${chance.below(8)}/0x7`,
          `-m state --state ${chance.pick(['NEW', 'ESTABLISHED', 'INVALID'])}`,
        ]
      : []),
    ...(protocol === '-p tcp' || protocol === '-p udp'
      ? [
          `-m multiport ${not}--dports 53,80,8080:9000`,
          `-m multiport ${not}--ports 80,9090`,
          `-m ${protocol.slice(3)} ${not}--dport 1024:65535`,
        ]
      : []),
    ...(protocol === '-p tcp' ? [`-m tcp ${not}--tcp-flags SYN,ACK,RST ${chance.pick(['SYN', 'RST', 'SYN,ACK', 'NONE'])}`] : []),
    ...(protocol === '-p icmp' ? [`-m icmp ${not}--icmp-type ${chance.pick(['8', '0', '3', '3/3'])}`] : []),
  ];
  // physdev matches of packets that are not bridged are refused in these chains by newer kernels.
  const usable = matches.filter((match) => !match.includes('physdev') || chain === 'FORWARD' || chain === 'PREROUTING');
  return chance.pick(usable);
}

function drawTarget(chance: Chance, table: string, chain: string, protocol: string): string {
  const mark = `0x${1 + chance.below(7)}`;
  if (table === 'raw') return chance.is(0.1) ? '-j CT --notrack' : '';
  if (table === 'mangle') {
    return chance.pick([
      `-j MARK --set-xmark ${mark}/0x7`,
      `-j MARK --set-xmark ${mark}/0x0`,
      '-j CONNMARK --save-mark --nfmask 0x7 --ctmask 0x7',
      '-j CONNMARK --restore-mark --nfmask 0x7 --ctmask 0x7',
      '-j CONNMARK --set-xmark 0x2/0x3',
      `-j TTL ${chance.pick(['--ttl-set 33', '--ttl-inc 1', '--ttl-dec 1'])}`,
      '',
    ]);
  }
  if (table === 'nat') return drawTranslation(chance, chain, protocol);
  const ways = ['', '', 'RETURN', 'LOG --log-prefix "drawn: "', ...(chain === 'DRAWN' ? [] : ['DRAWN', 'DRAWN'])];
  if (chance.is(0.08)) ways.push('DROP', 'ACCEPT');
  if (chance.is(0.08))
    ways.push('REJECT --reject-with icmp-host-prohibited', ...(protocol === '-p tcp' ? ['REJECT --reject-with tcp-reset'] : []));
  const way = chance.pick(ways);
  return way === '' ? '' : `${way === 'DRAWN' && chance.is(0.3) ? '-g' : '-j'} ${way}`;
}

function drawTranslation(chance: Chance, chain: string, protocol: string): string {
  const hasPorts = protocol === '-p tcp' || protocol === '-p udp';
  if (chain === 'POSTROUTING') {
    return chance.pick([
      '-j MASQUERADE',
      '-j MASQUERADE --random-fully',
      '-j ACCEPT',
      ...(hasPorts ? ['-j MASQUERADE --to-ports 2000-2100'] : []),
    ]);
  }
  const ports = hasPorts ? ['-j REDIRECT --to-ports 8080', '-j DNAT --to-destination 10.244.1.2:8080'] : [];
  return chance.pick(['-j REDIRECT', '-j DNAT --to-destination 10.244.2.2', '-j ACCEPT', '-j RETURN', ...ports]);
}
