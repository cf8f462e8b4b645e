// mark and connmark. Follows iptables 1.8.9, extensions/libxt_{mark,connmark}.c.

import { fail, hex, type Masked, type MatchModule, readMasked } from '../extension.ts';
import { not } from '../rule-header.ts';
import type { HookContext } from '../types.ts';
import { hasConnection } from './ct.ts';

interface MarkOptions {
  condition: (Masked & { readonly negated: boolean }) | null;
}

function markMatch(name: string, markOf: (context: HookContext) => number | null): MatchModule<MarkOptions> {
  return {
    name,
    options: {
      '--mark': {
        values: 1,
        invertible: true,
        read(options, [text = ''], cx, negated) {
          options.condition = { ...readMasked(cx, name, '--mark', text), negated };
        },
      },
    },
    begin: () => ({ condition: null }),
    finish(options, cx) {
      if (options.condition === null) fail(cx, `${name}: option "--mark" must be specified`);
    },
    print({ condition }) {
      if (condition === null) return '';
      const mask = condition.mask === 0xffffffff ? '' : `/${hex(condition.mask)}`;
      return `${not(condition.negated)} --mark ${hex(condition.value)}${mask}`;
    },
    test({ condition }, context) {
      if (condition === null) return false;
      const value = markOf(context);
      return value !== null && ((value & condition.mask) >>> 0 === condition.value) !== condition.negated;
    },
  };
}

export const mark = markMatch('mark', (context) => context.mark);
export const connmark = markMatch('connmark', (context) => (hasConnection(context.ct) ? context.ctMark : null));
