// Matches that ask the machine about a packet: owner (whose socket sent it), socket (who waits for it) and rpfilter (does
// the way back lead where it came from). Follows iptables 1.8.9, extensions/libxt_{owner,socket,rpfilter}.c, and their
// kernel halves. Programs here run as root.

import { fail, type MatchModule, type OptionSpec, parseUnsigned } from '../extension.ts';
import { not } from '../rule-header.ts';

interface IdRange {
  readonly min: number;
  readonly max: number;
  readonly negated: boolean;
}

interface OwnerOptions {
  uid: IdRange | null;
  gid: IdRange | null;
  exists: { readonly negated: boolean } | null;
  groups: boolean;
}

function idOption(side: 'uid' | 'gid', option: string): OptionSpec<OwnerOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      const [low = '', high = low] = text === 'root' ? ['0'] : text.split('-');
      const [min, max] = [parseUnsigned(low), parseUnsigned(high)];
      if (min === null || max === null) fail(cx, `owner: Bad value for "${option}" option: "${text}"`);
      options[side] = { min: min ?? 0, max: max ?? 0, negated };
    },
  };
}

function flag<Options>(set: (options: Options, negated: boolean) => void, invertible = false): OptionSpec<Options> {
  return {
    values: 0,
    invertible,
    read(options, _values, _cx, negated) {
      set(options, negated);
    },
  };
}

export const owner: MatchModule<OwnerOptions> = {
  name: 'owner',
  baseChains: ['OUTPUT', 'POSTROUTING'],
  options: {
    '--uid-owner': idOption('uid', '--uid-owner'),
    '--gid-owner': idOption('gid', '--gid-owner'),
    '--socket-exists': flag((options, negated) => {
      options.exists = { negated };
    }, true),
    '--suppl-groups': {
      values: 0,
      read(options, _values, cx) {
        if (!options.gid) fail(cx, 'owner: Bad value for "--suppl-groups" option: "you need to use --gid-owner first"');
        options.groups = true;
      },
    },
  },
  begin: () => ({ uid: null, gid: null, exists: null, groups: false }),
  finish({ uid, gid, exists }, cx) {
    if (!uid && !gid && !exists) fail(cx, 'owner: At least one of --uid-owner, --gid-owner or --socket-exists is required');
  },
  print({ uid, gid, exists, groups }) {
    const ids = (option: string, range: IdRange | null) =>
      range ? `${not(range.negated)} --${option} ${range.min === range.max ? range.min : `${range.min}-${range.max}`}` : '';
    const socketText = exists ? `${not(exists.negated)} --socket-exists` : '';
    return socketText + ids('uid-owner', uid) + ids('gid-owner', gid) + (groups ? ' --suppl-groups' : '');
  },
  test({ uid, gid, exists }, { machine }) {
    const found = machine?.owner ?? null;
    const areTurnedRound = (conditions: readonly ({ readonly negated: boolean } | null)[]) =>
      conditions.every((condition) => condition === null || condition.negated);
    // Without a socket, or without a file behind it, conditions are false before they are turned round (owner_mt).
    if (found === null) return areTurnedRound([uid, gid, exists]);
    if (exists?.negated) return false;
    if (found === 'kernel') return areTurnedRound([uid, gid]);
    const holds = (range: IdRange | null, id: number) => range === null || (id >= range.min && id <= range.max) !== range.negated;
    return holds(uid, found.uid) && holds(gid, found.gid);
  },
};

interface SocketOptions {
  transparent: boolean;
  nowildcard: boolean;
  restore: boolean;
}

export const socket: MatchModule<SocketOptions> = {
  name: 'socket',
  baseChains: ['PREROUTING', 'INPUT'],
  options: {
    '--transparent': flag((options) => {
      options.transparent = true;
    }),
    '--nowildcard': flag((options) => {
      options.nowildcard = true;
    }),
    '--restore-skmark': flag((options) => {
      options.restore = true;
    }),
  },
  begin: () => ({ transparent: false, nowildcard: false, restore: false }),
  print({ transparent, nowildcard, restore }) {
    return `${transparent ? ' --transparent' : ''}${nowildcard ? ' --nowildcard' : ''}${restore ? ' --restore-skmark' : ''}`;
  },
  // No simulated program opens a transparent socket. The option's name says the opposite: sockets on 0.0.0.0 only count with it.
  test: ({ transparent, nowildcard }, { machine }) => !transparent && (machine?.hasSocket(nowildcard) ?? false),
};

interface RpfilterOptions {
  loose: boolean;
  validmark: boolean;
  acceptLocal: boolean;
  invert: boolean;
}

export const rpfilter: MatchModule<RpfilterOptions> = {
  name: 'rpfilter',
  tables: ['raw', 'mangle'],
  baseChains: ['PREROUTING'],
  options: {
    '--loose': flag((options) => {
      options.loose = true;
    }),
    '--validmark': flag((options) => {
      options.validmark = true;
    }),
    '--accept-local': flag((options) => {
      options.acceptLocal = true;
    }),
    '--invert': flag((options) => {
      options.invert = true;
    }),
  },
  begin: () => ({ loose: false, validmark: false, acceptLocal: false, invert: false }),
  print({ loose, validmark, acceptLocal, invert }) {
    const words = [loose && '--loose', validmark && '--validmark', acceptLocal && '--accept-local', invert && '--invert'];
    return words.map((word) => (word ? ` ${word}` : '')).join('');
  },
  test: ({ loose, acceptLocal, invert }, { machine }) => (machine?.reversePathHolds({ loose, acceptLocal }) ?? true) !== invert,
};
