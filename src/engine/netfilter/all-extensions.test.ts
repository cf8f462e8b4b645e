// What iptables-nft-restore and iptables-nft-save 1.8.9 were measured to make of rules with the rarer extensions (Linux
// 6.18), and we with them; and what such rules do with packets.

import { describe, expect, test } from 'vitest';
import type { Packet } from '../net/packet.ts';
import type { TableName } from '../sim/trace.ts';
import { ALL_EXTENSIONS } from './all-extensions.ts';
import { firstPacketContext } from './first-packet.ts';
import { Ruleset } from './ruleset.ts';
import type { HookContext, MachineFacts } from './types.ts';

const SAVED: readonly (readonly [TableName, string])[] = [
  ['filter', '-A X -m hashlimit --hashlimit-upto 100/sec --hashlimit-burst 50 --hashlimit-mode srcip --hashlimit-name lim1 -j ACCEPT'],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-above 10/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name lim2 --hashlimit-htable-expire 30000 -j DROP',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 5/hour --hashlimit-burst 5 --hashlimit-mode dstip --hashlimit-name lim3 --hashlimit-srcmask 24 -j RETURN',
  ],
  ['filter', '-A X -m hashlimit --hashlimit-above 512kb/s --hashlimit-mode srcip --hashlimit-name lim4 -j DROP'],
  ['filter', '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name lim5 -j ACCEPT'],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-mode srcip,srcport,dstip,dstport --hashlimit-name lim6 --hashlimit-htable-size 100 --hashlimit-htable-max 200 --hashlimit-htable-gcinterval 900 -j ACCEPT',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 1000/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstip --hashlimit-name lim7 --hashlimit-srcmask 24 --hashlimit-dstmask 16 -j ACCEPT',
  ],
  ['raw', '-A X -m rpfilter --invert -j DROP'],
  ['raw', '-A X -m rpfilter --validmark --invert -j DROP'],
  ['raw', '-A X -m rpfilter --loose --accept-local -j ACCEPT'],
  ['raw', '-A X -m rpfilter -j ACCEPT'],
  ['filter', '-A X -m length --length 1400:1500 -j DROP'],
  ['filter', '-A X -m length ! --length 64 -j DROP'],
  ['filter', '-A X -m length --length 100:65535 -j DROP'],
  ['filter', '-A X -m length --length 0:100 -j DROP'],
  ['filter', '-A X -m owner --uid-owner 1337 -j RETURN'],
  ['filter', '-A X -m owner ! --uid-owner 1000-2000 -j RETURN'],
  ['filter', '-A X -m owner --gid-owner 1337 -j RETURN'],
  ['filter', '-A X -m owner --socket-exists -j RETURN'],
  ['filter', '-A X -m owner ! --uid-owner 0 ! --gid-owner 5 -j RETURN'],
  ['mangle', '-A X -m socket -j ACCEPT'],
  ['mangle', '-A X -m socket --transparent -j MARK --set-xmark 0x1/0xffffffff'],
  ['mangle', '-A X -m socket --nowildcard --restore-skmark -j ACCEPT'],
  ['filter', '-A X -m mac --mac-source 02:42:ac:11:00:02 -j ACCEPT'],
  ['filter', '-A X -m mac ! --mac-source 02:42:ac:11:00:02 -j ACCEPT'],
  [
    'filter',
    '-A X -m time --timestart 09:00:00 --timestop 18:00:00 --weekdays Mon,Tue,Wed,Thu,Fri --datestop 2038-01-19T03:14:07 -j ACCEPT',
  ],
  ['filter', '-A X -m time --datestart 2026-01-01T00:00:00 --datestop 2027-01-01T10:00:00 --kerneltz -j ACCEPT'],
  [
    'filter',
    '-A X -m time --timestart 23:00:00 --timestop 01:00:00 --monthdays 1,15 --datestop 2038-01-19T03:14:07 --contiguous -j ACCEPT',
  ],
  ['filter', '-A X -m time --weekdays Mon,Tue,Wed,Thu,Fri --datestop 2038-01-19T03:14:07 -j ACCEPT'],
  ['mangle', '-A X -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu'],
  ['mangle', '-A X -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1360'],
  ['mangle', '-A X -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss --mss 1400:1500 -j TCPMSS --set-mss 1360'],
  ['mangle', '-A X -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss ! --mss 1460 -j ACCEPT'],
  ['filter', '-A X -j NFLOG --nflog-group 100'],
  ['filter', '-A X -j NFLOG --nflog-prefix "DROP by policy default/deny" --nflog-group 100'],
  ['filter', '-A X -j NFLOG --nflog-prefix KUBE --nflog-group 3 --nflog-size 64 --nflog-threshold 5'],
  ['filter', '-A X -j NFLOG --nflog-prefix x'],
  ['filter', '-A X -j NFLOG'],
  ['raw', '-A X -j CT --zone 5'],
  ['raw', '-A X -j CT --zone 6'],
  ['raw', '-A X -j CT --zone mark'],
  ['raw', '-A X -j CT --notrack'],
  ['raw', '-A X -p tcp -j CT --helper ftp'],
  ['raw', '-A X -j CT --ctevents destroy,assured'],
  ['filter', '-A X -m addrtype --dst-type LOCAL --limit-iface-in -j RETURN'],
  ['filter', '-A X -m addrtype ! --src-type LOCAL --limit-iface-out -j RETURN'],
  ['filter', '-A X -m connlimit --connlimit-above 10 --connlimit-mask 32 --connlimit-saddr -j REJECT --reject-with icmp-port-unreachable'],
  ['filter', '-A X -m connlimit --connlimit-upto 10 --connlimit-mask 24 --connlimit-daddr -j ACCEPT'],
  ['filter', '-A X -m connbytes --connbytes 1000:2000 --connbytes-mode bytes --connbytes-dir both -j ACCEPT'],
  ['filter', '-A X -m connlabel --label "5" -j ACCEPT'],
  ['filter', '-A X -m dscp --dscp 0x2e -j ACCEPT'],
  ['mangle', '-A X -j DSCP --set-dscp 0x10'],
  ['mangle', '-A X -j DSCP --set-dscp 0x0a'],
  ['filter', '-A X -m tos --tos 0x10/0xff -j ACCEPT'],
  ['mangle', '-A X -j TOS --set-tos 0x10/0x3f'],
  ['filter', '-A X -m ttl --ttl-eq 64 -j ACCEPT'],
  ['filter', '-A X -m ttl --ttl-lt 2 -j DROP'],
  ['filter', '-A X -m ttl --ttl-gt 2 -j DROP'],
  ['mangle', '-A X -j TTL --ttl-set 64'],
  ['mangle', '-A X -j TTL --ttl-dec 1'],
  ['filter', '-A X -p esp -m esp --espspi 1:5 -j ACCEPT'],
  ['filter', '-A X -p ah -m ah --ahspi 7 -j ACCEPT'],
  ['filter', '-A X -m policy --dir in --pol ipsec --proto esp -j ACCEPT'],
  ['filter', '-A X -m policy --dir out --pol none -j ACCEPT'],
  ['filter', '-A X -m helper --helper ftp -j ACCEPT'],
  ['filter', '-A X -m string --string "GET /" --algo bm -j DROP'],
  ['filter', '-A X -m u32 --u32 "0x6&0xff=0x6" -j DROP'],
  ['filter', '-A X -m bpf --bytecode "1,6 0 0 65535" -j ACCEPT'],
  ['filter', '-A X -m cgroup --cgroup 5 -j ACCEPT'],
  ['filter', '-A X -m cluster --cluster-local-nodemask 0x00000001 --cluster-total-nodes 2 --cluster-hash-seed 0xdeadbeef -j ACCEPT'],
  ['filter', '-A X -m cpu --cpu 0 -j ACCEPT'],
  ['filter', '-A X -m devgroup --src-group 0x5 -j ACCEPT'],
  ['filter', '-A X -p tcp -m ecn --ecn-tcp-cwr -j ACCEPT'],
  ['filter', '-A X -p dccp -m dccp --dport 80 -j ACCEPT'],
  ['filter', '-A X -m quota --quota 1000 -j ACCEPT'],
  ['filter', '-A X -m realm --realm 0x1 -j ACCEPT'],
  ['filter', '-A X -j AUDIT --type accept'],
  ['filter', '-A X -j CLASSIFY --set-class 0001:0002'],
  ['mangle', '-A X -j CHECKSUM --checksum-fill'],
  ['mangle', '-A X -j CLASSIFY --set-class 0001:0002'],
  ['mangle', '-A X -p tcp -j TPROXY --on-port 15001 --on-ip 127.0.0.1 --tproxy-mark 0x1/0x1'],
  ['mangle', '-A X -p tcp -j TPROXY --on-port 15001 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0'],
  ['mangle', '-A X -j TEE --gateway 10.0.0.1'],
  ['filter', '-A X -j NFQUEUE --queue-num 5'],
  ['filter', '-A X -j NFQUEUE --queue-balance 0:3 --queue-bypass'],
  ['nat', '-A X -j NETMAP --to 10.1.0.0/16'],
  ['filter', '-A X -p tcp -m tcp --dport 22 -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460'],
];

const REWRITTEN: readonly (readonly [TableName, string, string])[] = [
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 100/second --hashlimit-burst 50 --hashlimit-mode srcip --hashlimit-name lim1 -j ACCEPT',
    '-A X -m hashlimit --hashlimit-upto 100/sec --hashlimit-burst 50 --hashlimit-mode srcip --hashlimit-name lim1 -j ACCEPT',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-above 10/min --hashlimit-mode srcip,dstport --hashlimit-name lim2 --hashlimit-htable-expire 30000 -j DROP',
    '-A X -m hashlimit --hashlimit-above 10/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name lim2 --hashlimit-htable-expire 30000 -j DROP',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit 5/hour --hashlimit-mode dstip --hashlimit-srcmask 24 --hashlimit-name lim3 -j RETURN',
    '-A X -m hashlimit --hashlimit-upto 5/hour --hashlimit-burst 5 --hashlimit-mode dstip --hashlimit-name lim3 --hashlimit-srcmask 24 -j RETURN',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-name lim5 -j ACCEPT',
    '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name lim5 -j ACCEPT',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-mode srcip,srcport,dstip,dstport --hashlimit-htable-size 100 --hashlimit-htable-max 200 --hashlimit-htable-gcinterval 900 --hashlimit-name lim6 -j ACCEPT',
    '-A X -m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-mode srcip,srcport,dstip,dstport --hashlimit-name lim6 --hashlimit-htable-size 100 --hashlimit-htable-max 200 --hashlimit-htable-gcinterval 900 -j ACCEPT',
  ],
  [
    'filter',
    '-A X -m hashlimit --hashlimit-upto 1000/sec --hashlimit-srcmask 24 --hashlimit-dstmask 16 --hashlimit-mode srcip,dstip --hashlimit-name lim7 -j ACCEPT',
    '-A X -m hashlimit --hashlimit-upto 1000/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstip --hashlimit-name lim7 --hashlimit-srcmask 24 --hashlimit-dstmask 16 -j ACCEPT',
  ],
  ['filter', '-A X -m length --length 100: -j DROP', '-A X -m length --length 100:65535 -j DROP'],
  ['filter', '-A X -m length --length :100 -j DROP', '-A X -m length --length 0:100 -j DROP'],
  ['filter', '-A X -m owner ! --uid-owner root ! --gid-owner 5 -j RETURN', '-A X -m owner ! --uid-owner 0 ! --gid-owner 5 -j RETURN'],
  ['mangle', '-A X -m socket --transparent -j MARK --set-mark 1', '-A X -m socket --transparent -j MARK --set-xmark 0x1/0xffffffff'],
  ['filter', '-A X -m mac ! --mac-source 02:42:AC:11:00:02 -j ACCEPT', '-A X -m mac ! --mac-source 02:42:ac:11:00:02 -j ACCEPT'],
  [
    'mangle',
    '-A X -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    '-A X -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
  ],
  [
    'mangle',
    '-A X -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1360',
    '-A X -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1360',
  ],
  [
    'mangle',
    '-A X -p tcp --syn -m tcpmss --mss 1400:1500 -j TCPMSS --set-mss 1360',
    '-A X -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss --mss 1400:1500 -j TCPMSS --set-mss 1360',
  ],
  [
    'mangle',
    '-A X -p tcp --syn -m tcpmss ! --mss 1460 -j ACCEPT',
    '-A X -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss ! --mss 1460 -j ACCEPT',
  ],
  ['filter', '-A X -m dscp --dscp-class EF -j ACCEPT', '-A X -m dscp --dscp 0x2e -j ACCEPT'],
  ['mangle', '-A X -j DSCP --set-dscp-class AF11', '-A X -j DSCP --set-dscp 0x0a'],
  ['filter', '-A X -m tos --tos 0x10 -j ACCEPT', '-A X -m tos --tos 0x10/0xff -j ACCEPT'],
  ['filter', '-A X -j CLASSIFY --set-class 1:2', '-A X -j CLASSIFY --set-class 0001:0002'],
  ['mangle', '-A X -j CLASSIFY --set-class 1:2', '-A X -j CLASSIFY --set-class 0001:0002'],
];

function load(table: TableName, ...rules: string[]) {
  const ruleset = new Ruleset({ family: 4, extensions: ALL_EXTENSIONS });
  const problems = ruleset.restore(`*${table}\n:X - [0:0]\n:Y - [0:0]\n${rules.join('\n')}\nCOMMIT\n`);
  return { ruleset, problems, saved: ruleset.rules(table, 'X').map(({ text }) => text) };
}

describe('iptables-save', () => {
  test.each(SAVED)('%s: %s', (table, line) => expect(load(table, line).saved).toEqual([line]));
  test.each(REWRITTEN)('%s: %s becomes %s', (table, line, saved) => expect(load(table, line).saved).toEqual([saved]));

  test('what is not simulated is kept and said, what iptables does not know is refused', () => {
    const { problems, saved } = load('filter', '-A X -m quota --quota 1000 -j ACCEPT', '-A X -m set --match-set KUBE-DST src -j DROP');
    expect(saved).toHaveLength(2);
    expect(problems).toMatchObject([
      { line: 4, message: '-m quota is not simulated: the rule stands in its chain, and no packet matches it', kept: true },
      { line: 5, message: "Set KUBE-DST doesn't exist.", kept: true },
    ]);
    expect(load('filter', '-A X -m nosuch').problems).toMatchObject([
      { line: 4, message: "Couldn't load match `nosuch':No such file or directory" },
    ]);
  });
});

/** The rule that opens a way from a built-in chain to a match or target that is not for it. */
const MISPLACED: readonly (readonly [TableName, number, string, readonly string[]])[] = [
  ['filter', 4, 'OUTPUT', ['-A OUTPUT -m mac --mac-source 02:00:00:00:00:01']],
  ['filter', 5, 'OUTPUT', ['-A X -m mac --mac-source 02:00:00:00:00:01', '-A OUTPUT -j X']],
  ['filter', 5, 'X', ['-A OUTPUT -j X', '-A X -m mac --mac-source 02:00:00:00:00:01', '-A INPUT -j ACCEPT']],
  ['filter', 6, 'OUTPUT', ['-A Y -m socket', '-A X -j Y', '-A OUTPUT -j X', '-A INPUT -j X']],
  ['filter', 6, 'INPUT', ['-A X -m owner --uid-owner 0', '-A OUTPUT -j X', '-A INPUT -j X']],
  ['mangle', 5, 'OUTPUT', ['-A X -m rpfilter', '-A OUTPUT -j X']],
  ['filter', 4, 'X', ['-A X -m rpfilter']],
  ['mangle', 5, 'PREROUTING', ['-A X -j CLASSIFY --set-class 1:1', '-A PREROUTING -j X']],
  ['nat', 5, 'POSTROUTING', ['-A X -p tcp -j DNAT --to-destination 10.0.0.1:80', '-A POSTROUTING -j X']],
  ['nat', 5, 'PREROUTING', ['-A X -j MASQUERADE', '-A PREROUTING -j X']],
];

describe('a rule that the kernel refuses where it stands', () => {
  test.each(MISPLACED)('%s: line %i, in %s', (table, line, chain, rules) => {
    const message = `RULE_APPEND failed (Invalid argument): rule in chain ${chain}`;
    expect(load(table, ...rules).problems).toMatchObject([{ line, message }]);
  });

  test('no way leads there, or only one that may', () => {
    expect(load('filter', '-A X -m mac --mac-source 02:00:00:00:00:01', '-A INPUT -j X').problems).toEqual([]);
    expect(load('nat', '-A X -j MASQUERADE', '-A Y -j X').problems).toEqual([]);
  });

  test('a way that is opened later, from a chain that was there before', () => {
    const { ruleset } = load('filter', '-A Y -m mac --mac-source 02:00:00:00:00:01', '-A INPUT -j Y', '-A OUTPUT -j X');
    const added = ruleset.restore('*filter\n-A FORWARD -j X\n-A X -j Y\nCOMMIT\n', { noflush: true });
    expect(added).toMatchObject([{ line: 3, message: 'RULE_APPEND failed (Invalid argument): rule in chain X' }]);
  });
});

const SYN: Packet = {
  id: 1,
  source: '10.244.1.5',
  destination: '10.244.2.7',
  ttl: 63,
  dontFragment: true,
  transport: {
    protocol: 'tcp',
    sourcePort: 40_001,
    destinationPort: 80,
    flags: ['SYN'],
    seq: 0,
    ack: 0,
    payload: { type: 'none', sizeBytes: 0 },
    mss: 1460,
  },
};

const ROUTER: MachineFacts = {
  sourceMac: '02:42:0a:f4:01:05',
  owner: null,
  hasSocket: () => false,
  reversePathHolds: ({ loose }) => loose,
  pathMTU: () => 1450,
};

function contextOf(packet: Packet, changes: Partial<HookContext> = {}): HookContext {
  return firstPacketContext(packet, 'FORWARD', {
    inInterface: 'cni0',
    outInterface: 'flannel.1',
    addressType: (address, device) => (address === packet.source && device === 'flannel.1' ? 'LOCAL' : 'UNICAST'),
    random: () => 0.5,
    machine: ROUTER,
    ...changes,
  });
}

function verdictOf(rule: string, context = contextOf(SYN), chain = 'FORWARD') {
  const { ruleset, problems } = load('mangle', `-A ${chain} ${rule} -j DROP`);
  expect(problems).toEqual([]);
  return ruleset.evaluate('mangle', chain, context).kind;
}

describe('packets', () => {
  test('length, ttl, tos and dscp look at the header', () => {
    expect(verdictOf('-m length --length 60')).toBe('DROP');
    expect(verdictOf('-m length --length 61:')).toBe('ACCEPT');
    expect(verdictOf('-m ttl --ttl-lt 64')).toBe('DROP');
    expect(verdictOf('-m ttl ! --ttl-eq 63')).toBe('ACCEPT');
    expect(verdictOf('-m tos --tos 0')).toBe('DROP');
    expect(verdictOf('-m dscp ! --dscp-class EF')).toBe('DROP');
  });

  test('tcpmss looks at the option of a SYN, and TCPMSS makes it smaller, never larger', () => {
    expect(verdictOf('-p tcp -m tcpmss --mss 1400:1500')).toBe('DROP');
    const mssAfter = (rule: string) => {
      const context = contextOf(SYN);
      load('mangle', `-A FORWARD -p tcp --syn ${rule}`).ruleset.evaluate('mangle', 'FORWARD', context);
      return context.packet.transport.protocol === 'tcp' ? context.packet.transport.mss : null;
    };
    expect(mssAfter('-j TCPMSS --clamp-mss-to-pmtu')).toBe(1410);
    expect(mssAfter('-j TCPMSS --set-mss 1300')).toBe(1300);
    expect(mssAfter('-j TCPMSS --set-mss 9000')).toBe(1460);
  });

  test('mac, rpfilter, owner and socket ask the machine', () => {
    expect(verdictOf('-m mac --mac-source 02:42:0A:F4:01:05')).toBe('DROP');
    expect(verdictOf('-m rpfilter', contextOf(SYN), 'PREROUTING')).toBe('ACCEPT');
    expect(verdictOf('-m rpfilter --invert', contextOf(SYN), 'PREROUTING')).toBe('DROP');
    expect(verdictOf('-m rpfilter --loose', contextOf(SYN), 'PREROUTING')).toBe('DROP');
    expect(verdictOf('-m owner --uid-owner 0', contextOf(SYN), 'OUTPUT')).toBe('ACCEPT');
    const own = contextOf(SYN, { machine: { ...ROUTER, owner: { uid: 0, gid: 0 }, hasSocket: () => true } });
    expect(verdictOf('-m owner --uid-owner root', own, 'OUTPUT')).toBe('DROP');
    expect(verdictOf('-m owner ! --uid-owner 1337', own, 'OUTPUT')).toBe('DROP');
    expect(verdictOf('-m socket', own, 'INPUT')).toBe('DROP');
    const everywhere = contextOf(SYN, { machine: { ...ROUTER, owner: 'kernel', hasSocket: (wildcard) => wildcard } });
    expect(verdictOf('-m socket', everywhere, 'INPUT')).toBe('ACCEPT');
    expect(verdictOf('-m socket --nowildcard', everywhere, 'INPUT')).toBe('DROP');
    expect(verdictOf('-m owner --socket-exists', everywhere, 'OUTPUT')).toBe('DROP');
    expect(verdictOf('-m owner --uid-owner 0', everywhere, 'OUTPUT')).toBe('ACCEPT');
  });

  test('addrtype may be about one interface', () => {
    expect(verdictOf('-m addrtype --src-type LOCAL --limit-iface-out')).toBe('DROP');
    expect(verdictOf('-m addrtype --src-type LOCAL')).toBe('ACCEPT');
  });

  test('hashlimit keeps one bucket a source, shared by the rules that name the table', () => {
    const limit = '-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name web -j DROP';
    const { ruleset } = load('filter', `-A FORWARD -p tcp ${limit}`, `-A FORWARD -p udp ${limit}`);
    const ask = (source: string, nowUs: number) => ruleset.evaluate('filter', 'FORWARD', contextOf({ ...SYN, source }, { nowUs })).kind;
    expect([ask('10.0.0.1', 0), ask('10.0.0.1', 0), ask('10.0.0.1', 0)]).toEqual(['DROP', 'DROP', 'ACCEPT']);
    expect(ask('10.0.0.2', 0)).toBe('DROP');
    expect([ask('10.0.0.1', 1_000_000), ask('10.0.0.1', 1_000_000)]).toEqual(['DROP', 'ACCEPT']);
  });

  test('a packet that meets a match that is not simulated says so, and goes on', () => {
    const { ruleset } = load(
      'filter',
      '-A FORWARD -d 10.244.2.7 -m quota --quota 9 -j DROP',
      '-A FORWARD -d 10.9.9.9 -m quota --quota 9 -j DROP',
    );
    const met: string[] = [];
    const verdict = ruleset.evaluate('filter', 'FORWARD', contextOf(SYN), ({ rule, verdict: text }) => met.push(`${rule} ${text}`));
    expect(verdict.kind).toBe('ACCEPT');
    expect(met).toEqual(['1 NOT SIMULATED', 'policy ACCEPT']);
  });
});
