// `-m physdev`: the bridge ports of bridged packets. Follows libxt_physdev.c and net/netfilter/xt_physdev.c.

import { fail, type MatchModule, type OptionSpec } from '../extension.ts';
import { type InterfaceCondition, interfaceMatches, not, readInterface } from '../rule-header.ts';

interface Flag {
  readonly negated: boolean;
}

interface PhysdevOptions {
  in: InterfaceCondition | null;
  out: InterfaceCondition | null;
  isIn: Flag | null;
  isOut: Flag | null;
  isBridged: Flag | null;
  given: boolean;
}

function interfaceOption(side: 'in' | 'out'): OptionSpec<PhysdevOptions> {
  return {
    values: 1,
    invertible: true,
    read(options, [text = ''], cx, negated) {
      options[side] = readInterface(cx, text, negated);
      options.given = true;
    },
  };
}

function flagOption(flag: 'isIn' | 'isOut' | 'isBridged'): OptionSpec<PhysdevOptions> {
  return {
    values: 0,
    invertible: true,
    read(options, _values, _cx, negated) {
      options[flag] = { negated };
      options.given = true;
    },
  };
}

export const physdev: MatchModule<PhysdevOptions> = {
  name: 'physdev',
  options: {
    '--physdev-in': interfaceOption('in'),
    '--physdev-out': interfaceOption('out'),
    '--physdev-is-in': flagOption('isIn'),
    '--physdev-is-out': flagOption('isOut'),
    '--physdev-is-bridged': flagOption('isBridged'),
  },
  begin: () => ({ in: null, out: null, isIn: null, isOut: null, isBridged: null, given: false }),
  finish(options, cx) {
    if (!options.given) fail(cx, 'PHYSDEV: no physdev option specified');
  },
  print(options) {
    let text = '';
    if (options.isIn) text += `${not(options.isIn.negated)} --physdev-is-in`;
    if (options.in) text += `${not(options.in.negated)} --physdev-in ${options.in.text}`;
    if (options.isOut) text += `${not(options.isOut.negated)} --physdev-is-out`;
    if (options.out) text += `${not(options.out.negated)} --physdev-out ${options.out.text}`;
    if (options.isBridged) text += `${not(options.isBridged.negated)} --physdev-is-bridged`;
    return text;
  },
  test(options, { physIn, physOut }) {
    const holds = (flag: Flag | null, value: boolean) => flag === null || value !== flag.negated;
    if (!holds(options.isIn, physIn !== null) || !holds(options.isOut, physOut !== null)) return false;
    if (!holds(options.isBridged, physIn !== null && physOut !== null)) return false;
    if (options.in !== null && !interfaceMatches(options.in, physIn)) return false;
    return options.out === null || interfaceMatches(options.out, physOut);
  },
};
