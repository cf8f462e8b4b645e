// Matches and targets that iptables 1.8.9 knows and the simulation does not: rules with them are read and printed, and
// stand in their chains. Such a match is taken not to hold, such a target does nothing; loading them says so, and so does
// the trace of a packet that meets them.

import { type AnyMatchModule, type AnyTargetModule, type MatchModule, type OptionSpec, quoteWord, type TargetModule } from './extension.ts';
import { set } from './matches/addresses.ts';
import { not } from './rule-header.ts';
import { CT } from './targets/verdicts.ts';

interface KeptWords {
  text: string;
}

/** `name: options`; after an option how many words it takes, `!` where it can be inverted, `"` where it is always quoted. */
const MATCHES = `
ah: ahspi1! ahlen1! ahres0
bpf: bytecode1" object-pinned1"
cgroup: cgroup1! path1!"
cluster: cluster-total-nodes1 cluster-local-node1! cluster-local-nodemask1! cluster-hash-seed1
connbytes: connbytes1! connbytes-mode1 connbytes-dir1
connlabel: label1!" set0
connlimit: connlimit-upto1 connlimit-above1 connlimit-mask1 connlimit-saddr0 connlimit-daddr0
cpu: cpu1!
dccp: sport1! source-port1! dport1! destination-port1! dccp-types1! dccp-option1!
devgroup: src-group1! dst-group1!
ecn: ecn-tcp-cwr0! ecn-tcp-ece0! ecn-ip-ect1!
esp: espspi1!
frag: fragid1! fraglen1 fragres0 fragfirst0 fragmore0 fraglast0
helper: helper1!
ipvs: ipvs0! vproto1! vaddr1! vport1! vdir1 vmethod1! vportctl1!
osf: genre1! ttl1 log1
policy: dir1 pol1 strict0 reqid1! spi1! proto1! mode1! tunnel-src1! tunnel-dst1! next0
quota: quota1!
realm: realm1!
string: from1 to1 algo1 string1!" hex-string1!" icase0
time: timestart1 timestop1 weekdays1! monthdays1! datestart1 datestop1 kerneltz0 contiguous0
u32: u321!"
`;

const TARGETS = `
CONNSECMARK: save0 restore0
HMARK: hmark-tuple1 hmark-mod1 hmark-offset1 hmark-rnd1
IDLETIMER: timeout1 label1 alarm0
NETMAP: to1
NFQUEUE: queue-num1 queue-balance1 queue-bypass0 queue-cpu-fanout0
RATEEST: rateest-name1 rateest-interval1 rateest-ewmalog1
SECMARK: selctx1
SET: add-set2 del-set2 map-set2 exist0 timeout1 map-mark0 map-prio0 map-queue0
SYNPROXY: sack-perm0 timestamp0 wscale1 mss1 ecn0
TEE: gateway1 oif1
TPROXY: on-port1 on-ip1 tproxy-mark1
`;

function optionsOf(text: string, note: string): Record<string, OptionSpec<KeptWords>> {
  const options: Record<string, OptionSpec<KeptWords>> = {};
  for (const [, name = '', count, inverted, quoted] of text.matchAll(/([a-z][a-z0-9-]*?)([0-2])(!?)("?)(?: |$)/g)) {
    options[`--${name}`] = {
      values: Number(count) as 0 | 1 | 2,
      invertible: inverted !== '',
      repeatable: true,
      read(kept, values, cx, negated) {
        cx.note = note;
        const words = values.map((value) =>
          quoted ? `"${value.replace(/["\\]/g, '\\$&')}"` : /[\s"'\\]/.test(value) ? quoteWord(value) : value,
        );
        kept.text += `${not(negated)} --${name}${words.map((word) => ` ${word}`).join('')}`;
      },
    };
  }
  return options;
}

function lines(table: string): [name: string, options: string][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(': ') as [string, string]);
}

/** What is said of a rule with such a match or target. */
const matchNote = (name: string) => `-m ${name} is not simulated: the rule stands in its chain, and no packet matches it`;
const targetNote = (name: string) => `-j ${name} is not simulated: packets that match the rule go on with the next one`;

function unsimulatedMatch(name: string, options: string): MatchModule<KeptWords> {
  const note = matchNote(name);
  return {
    name,
    stateful: true,
    options: optionsOf(options, note),
    begin(cx) {
      cx.note = note;
      return { text: '' };
    },
    print: ({ text }) => text,
    test(_options, _context, environment) {
      environment.undecided = true;
      return false;
    },
  };
}

function unsimulatedTarget(name: string, options: string): TargetModule<KeptWords> {
  const note = targetNote(name);
  return {
    name,
    options: optionsOf(options, note),
    begin(cx) {
      cx.note = note;
      return { text: '' };
    },
    print: ({ text }) => text,
    apply: () => null,
  };
}

/** `-m set` that takes a rule whose set does not exist: a dump of rules comes without the node's sets. */
const setWithout: AnyMatchModule = {
  ...set,
  stateful: true,
  options: {
    '--match-set': {
      values: 2,
      invertible: true,
      read(options, values, cx, negated) {
        const [name = ''] = values;
        const known = cx.sets.has(name);
        if (!known) cx.note = `Set ${name} doesn't exist.`;
        set.options['--match-set']?.read(options, values, known ? cx : { ...cx, sets: ANY_SET }, negated);
      },
    },
  },
  test(options, context, environment) {
    if (options.condition && environment.sets.has(options.condition.name)) return set.test(options, context, environment);
    environment.undecided = true;
    return false;
  },
};

const ANY_SET = { has: () => true } as unknown as Parameters<NonNullable<(typeof set.options)['--match-set']>['read']>[2]['sets'];

/** CT with what it can say besides --notrack. */
const ctWhole: TargetModule<{ notrack: boolean; kept: KeptWords }> = {
  name: 'CT',
  tables: ['raw'],
  options: {
    '--notrack': {
      values: 0,
      read(options) {
        options.notrack = true;
      },
    },
    ...Object.fromEntries(
      Object.entries(optionsOf('helper1 timeout1 ctevents1 expevents1 zone1 zone-orig1 zone-reply1', targetNote('CT'))).map(
        ([name, option]) => [
          name,
          {
            ...option,
            read: (options, values, cx, negated) => {
              option.read(options.kept, values, cx, negated);
              cx.note = `-j CT ${name} is not simulated`;
            },
          } satisfies OptionSpec<{ notrack: boolean; kept: KeptWords }>,
        ],
      ),
    ),
  },
  begin: () => ({ notrack: false, kept: { text: '' } }),
  print: ({ notrack, kept }) => (notrack ? ' --notrack' : '') + kept.text,
  apply: ({ notrack }, context, rule) => CT.apply({ notrack }, context, rule),
};

export const UNSIMULATED_MATCHES: readonly AnyMatchModule[] = [
  ...lines(MATCHES).map(([name, options]) => unsimulatedMatch(name, options)),
  setWithout,
];

export const UNSIMULATED_TARGETS: readonly AnyTargetModule[] = [
  ...lines(TARGETS).map(([name, options]) => unsimulatedTarget(name, options)),
  ctWhole,
];
