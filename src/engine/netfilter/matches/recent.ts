// `-m recent`: what session affinity is made of. Follows libxt_recent.c and recent_mt() in net/netfilter/xt_recent.c.

import { type Address, addressValue, familyOf, formatAddress, parseAddress } from '../../net/address.ts';
import { type Environment, fail, type MatchModule, type OptionSpec, parseUnsigned } from '../extension.ts';
import { not } from '../rule-header.ts';
import type { HookContext } from '../types.ts';

type Command = 'set' | 'rcheck' | 'update' | 'remove';

interface RecentOptions {
  command: Command | null;
  negated: boolean;
  name: string;
  seconds: number;
  hitcount: number;
  reap: boolean;
  rttl: boolean;
  side: 'rsource' | 'rdest';
  mask: Address | null;
}

function commandOption(command: Command): OptionSpec<RecentOptions> {
  return {
    values: 0,
    invertible: true,
    read(options, _values, cx, negated) {
      if (options.command) fail(cx, `recent: option "--${command}" cannot be used together with "--${options.command}".`);
      options.command = command;
      options.negated = negated;
    },
  };
}

function sideOption(side: 'rsource' | 'rdest'): OptionSpec<RecentOptions> {
  return {
    values: 0,
    read(options) {
      options.side = side;
    },
  };
}

export const recent: MatchModule<RecentOptions> = {
  name: 'recent',
  stateful: true,
  options: {
    '--set': commandOption('set'),
    '--rcheck': commandOption('rcheck'),
    '--update': commandOption('update'),
    '--remove': commandOption('remove'),
    '--rsource': sideOption('rsource'),
    '--rdest': sideOption('rdest'),
    '--name': {
      values: 1,
      read(options, [text = '']) {
        options.name = text;
      },
    },
    '--seconds': {
      values: 1,
      read(options, [text = ''], cx) {
        options.seconds = parseUnsigned(text) ?? 0;
        if (options.seconds === 0) fail(cx, 'recent: bad value for option "--seconds", or out of range (1-4294967295).');
      },
    },
    '--hitcount': {
      values: 1,
      read(options, [text = ''], cx) {
        const hitcount = parseUnsigned(text, 0xffff);
        if (hitcount === null) fail(cx, 'recent: bad value for option "--hitcount", or out of range (0-65535).');
        options.hitcount = hitcount ?? 0;
      },
    },
    '--reap': {
      values: 0,
      read(options) {
        options.reap = true;
      },
    },
    '--rttl': {
      values: 0,
      read(options) {
        options.rttl = true;
      },
    },
    '--mask': {
      values: 1,
      read(options, [text = ''], cx) {
        options.mask = parseAddress(text);
        if (options.mask === null || familyOf(options.mask) !== cx.family) {
          fail(cx, `recent: Bad value for "--mask" option: "${text}"`);
        }
      },
    },
  },
  begin: () => ({
    command: null,
    negated: false,
    name: 'DEFAULT',
    seconds: 0,
    hitcount: 0,
    reap: false,
    rttl: false,
    side: 'rsource',
    mask: null,
  }),
  finish(options, cx) {
    if (options.command === null) fail(cx, "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
    if (options.reap && options.seconds === 0) fail(cx, 'recent: option "--reap" also requires "--seconds".');
    if (options.command !== 'set' && options.command !== 'remove') return;
    if (options.rttl) fail(cx, `recent: option "--rttl" cannot be used together with "--${options.command}".`);
    if (options.seconds > 0 || options.hitcount > 0) fail(cx, 'RULE_APPEND failed (Invalid argument)');
  },
  print(options, family) {
    const { command, negated, seconds, reap, hitcount, rttl, name, side } = options;
    const mask = options.mask ?? (family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
    let text = `${not(negated)} --${command}`;
    if (seconds > 0) text += ` --seconds ${seconds}`;
    if (reap) text += ' --reap';
    if (hitcount > 0) text += ` --hitcount ${hitcount}`;
    if (rttl) text += ' --rttl';
    return `${text} --name ${name} --mask ${mask} --${side}`;
  },
  hold(options, environment, change) {
    environment.recent.hold(options.name, change);
  },
  test(options, context, environment) {
    const address = maskedAddress(options, context);
    return askList(options, context, environment, address) !== options.negated;
  },
};

function maskedAddress(options: RecentOptions, { packet }: HookContext): Address {
  const address = options.side === 'rsource' ? packet.source : packet.destination;
  if (options.mask === null) return address;
  return formatAddress(familyOf(address), (addressValue(address) ?? 0n) & (addressValue(options.mask) ?? 0n));
}

function askList(options: RecentOptions, context: HookContext, { recent: lists }: Environment, address: Address): boolean {
  const { name, command } = options;
  const { ttl } = context.packet;
  if (command === 'set') {
    lists.touch(name, address, context.nowUs, ttl);
    return true;
  }
  const entry = lists.find(name, address);
  if (entry === null || (options.rttl && entry.ttl !== ttl)) return false;
  if (command === 'remove') {
    lists.remove(name, address);
    return true;
  }
  const sinceUs = context.nowUs - options.seconds * 1_000_000;
  const hits = options.seconds === 0 ? entry.stampsUs.length : entry.stampsUs.filter((stamp) => stamp >= sinceUs).length;
  const found = hits > 0 && hits >= options.hitcount;
  if (options.reap) lists.reap(name, sinceUs);
  if (command === 'update' && found !== options.negated) lists.touch(name, address, context.nowUs, ttl);
  return found;
}
