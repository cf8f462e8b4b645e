// Matches that never say no: comment only explains, nfacct only counts. Follows libxt_{comment,nfacct}.c. The objects
// that nfacct counts in are not kept, so a rule that names one is always accepted.

import { fail, type MatchModule, quoteWord } from '../extension.ts';

export interface CommentOptions {
  text: string | null;
}

export const comment: MatchModule<CommentOptions> = {
  name: 'comment',
  options: {
    '--comment': {
      values: 1,
      read(options, [text = '']) {
        options.text = text;
      },
    },
  },
  begin: () => ({ text: null }),
  finish(options, cx) {
    if (options.text === null) fail(cx, 'comment: option "--comment" must be specified');
  },
  print: (options) => ` --comment ${quoteWord(options.text ?? '')}`,
  isIdle: () => true,
  test: () => true,
};

interface NfacctOptions {
  name: string | null;
}

export const nfacct: MatchModule<NfacctOptions> = {
  name: 'nfacct',
  options: {
    '--nfacct-name': {
      values: 1,
      read(options, [text = '']) {
        options.name = text;
      },
    },
  },
  begin: () => ({ name: null }),
  finish(options, cx) {
    if (options.name === null) fail(cx, 'nfacct: option "--nfacct-name" must be specified');
  },
  // Two blanks: so does iptables-save.
  print: (options) => ` --nfacct-name  ${options.name}`,
  isIdle: () => true,
  test: () => true,
};
