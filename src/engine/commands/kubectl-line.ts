// The arguments of kubectl, for its verbs that change something: which objects are meant, and what is to become of them.
// Follows pkg/cmd of kubectl 1.33, whose words the errors have. Verbs that only look are the terminal's own.

import { Misread, type Word } from './line-reader.ts';

/** The objects that a line names. */
export interface Targets {
  readonly namespace: string;
  /** `resource` as typed: `deploy`, `pods`; a name for each but with a selector or `--all`. */
  readonly refs: readonly { readonly resource: string; readonly name: string | null }[];
  readonly selector: string | null;
  readonly all: boolean;
}

export type RolloutVerb = 'restart' | 'undo' | 'pause' | 'resume';

/** `value` null: the key is taken away. */
export interface KeyChange {
  readonly key: string;
  readonly value: string | null;
}

export interface TaintChange {
  readonly key: string;
  readonly value: string;
  /** '' on removal: whatever the effect. */
  readonly effect: string;
  readonly removes: boolean;
}

export type KubectlCommand =
  | ({ readonly verb: 'delete'; readonly gracePeriodSeconds: number | null; readonly force: boolean; readonly cascade: Cascade } & Targets)
  | ({ readonly verb: 'scale'; readonly replicas: number; readonly currentReplicas: number | null } & Targets)
  | ({ readonly verb: 'rollout'; readonly deed: RolloutVerb; readonly toRevision: number } & Targets)
  | ({ readonly verb: 'set image'; readonly images: readonly { readonly container: string; readonly image: string }[] } & Targets)
  | ({ readonly verb: 'label' | 'annotate'; readonly changes: readonly KeyChange[]; readonly overwrite: boolean } & Targets)
  | ({ readonly verb: 'patch'; readonly patch: string; readonly type: 'strategic' | 'merge' | 'json' } & Targets)
  | ({ readonly verb: 'taint'; readonly taints: readonly TaintChange[]; readonly overwrite: boolean } & Targets)
  | ({ readonly verb: 'cordon' | 'uncordon' } & Targets)
  | ({
      readonly verb: 'drain';
      readonly ignoreDaemonSets: boolean;
      readonly deleteEmptyDir: boolean;
      readonly force: boolean;
      readonly gracePeriodSeconds: number | null;
    } & Targets);

export type Cascade = 'background' | 'foreground' | 'orphan';

const VERBS = 'delete scale rollout set label annotate patch cordon uncordon drain taint'.split(' ');
/** What kubectl can do besides; `get` and `describe` only look, and are the terminal's. */
const NOT_SIMULATED = new Set(
  'api-resources apply attach auth autoscale certificate cluster-info config cp create debug describe diff edit events exec explain expose get kustomize logs port-forward proxy replace run top version wait'.split(
    ' ',
  ),
);
const ROLLOUT_VERBS: readonly RolloutVerb[] = ['restart', 'undo', 'pause', 'resume'];

/** Flags of each verb; a `=` marks those that take a value. */
const FLAGS: Readonly<Record<string, string>> = {
  delete: '-l= --selector= --all --force --grace-period= --now --cascade= --wait= --timeout=',
  scale: '-l= --selector= --all --replicas= --current-replicas= --timeout=',
  'rollout restart': '-l= --selector=',
  'rollout undo': '-l= --selector= --to-revision=',
  'rollout pause': '-l= --selector=',
  'rollout resume': '-l= --selector=',
  'set image': '-l= --selector= --all',
  label: '-l= --selector= --all --overwrite',
  annotate: '-l= --selector= --all --overwrite',
  patch: '-p= --patch= --type=',
  taint: '-l= --selector= --all --overwrite',
  cordon: '-l= --selector=',
  uncordon: '-l= --selector=',
  drain: '-l= --selector= --ignore-daemonsets --delete-emptydir-data --force --grace-period= --timeout= --disable-eviction',
};

/** Reads what follows `kubectl`. Throws Misread. */
export function readKubectl(words: readonly Word[], endOfLine: number): KubectlCommand {
  const end = { start: endOfLine, end: endOfLine };
  const [first, second] = words;
  if (!first) throw new Misread(`kubectl: ${possible(VERBS)}`, end);
  if (NOT_SIMULATED.has(first.text)) throw new Misread(notSimulated(first.text), first);
  if (!VERBS.includes(first.text)) throw unknownCommand(first, 'kubectl', VERBS);
  const below: readonly string[] | null = first.text === 'rollout' ? ROLLOUT_VERBS : first.text === 'set' ? ['image'] : null;
  if (below && !second) throw new Misread(`kubectl ${first.text}: ${possible(below)}`, end);
  if (below && second && ['history', 'status'].includes(second.text))
    throw new Misread(`kubectl rollout ${second.text} is not simulated\n${possible(below)}`, second);
  if (below && second && !below.some((one) => one === second.text)) throw unknownCommand(second, `kubectl ${first.text}`, below);
  const verb = below ? `${first.text} ${second?.text}` : first.text;
  return build(verb, new Given(verb, words.slice(below ? 2 : 1), end));
}

function possible(words: readonly string[]): string {
  return `possible here: ${words.join(', ')}`;
}

function notSimulated(verb: string): string {
  if (verb === 'apply') return 'kubectl apply: there are no files here; write it into the YAML, or into a timeline as apply';
  if (verb === 'get' || verb === 'describe') return `kubectl ${verb} changes nothing: type it in the terminal`;
  return `kubectl ${verb} is not simulated\n${possible(VERBS)}`;
}

function unknownCommand(word: Word, parent: string, choices: readonly string[]): Misread {
  return new Misread(`error: unknown command "${word.text}" for "${parent}"\n${possible(choices)}`, word);
}

function build(verb: string, given: Given): KubectlCommand {
  switch (verb) {
    case 'delete':
      return { verb, ...given.targets(), ...gracePeriod(given), cascade: given.choice('--cascade', CASCADES) };
    case 'scale': {
      const replicas = given.number('--replicas') ?? given.missing('replicas');
      return { verb, ...given.targets(), replicas, currentReplicas: given.number('--current-replicas') };
    }
    case 'rollout restart':
    case 'rollout undo':
    case 'rollout pause':
    case 'rollout resume':
      return { verb: 'rollout', deed: verb.slice(8) as RolloutVerb, ...given.targets(), toRevision: given.number('--to-revision') ?? 0 };
    case 'set image':
      return { verb, images: given.take(/^[^=/]+=.+$/).map(readImage), ...given.targets() };
    case 'label':
    case 'annotate':
      return { verb, changes: given.changes(verb), ...given.targets(), overwrite: given.has('--overwrite') };
    case 'patch':
      return {
        verb,
        ...given.targets(),
        patch: given.value('-p', '--patch') ?? given.missing('patch'),
        type: given.choice('--type', TYPES),
      };
    case 'taint':
      return { verb, taints: given.taints(), ...given.nodes(true), overwrite: given.has('--overwrite') };
    case 'drain':
      return {
        verb,
        ...given.nodes(false),
        ...gracePeriod(given),
        ignoreDaemonSets: given.has('--ignore-daemonsets'),
        deleteEmptyDir: given.has('--delete-emptydir-data'),
      };
    default:
      return { verb: verb as 'cordon' | 'uncordon', ...given.nodes(false) };
  }
}

const CASCADES: readonly Cascade[] = ['background', 'foreground', 'orphan'];
const TYPES = ['strategic', 'merge', 'json'] as const;

function gracePeriod(given: Given) {
  return { force: given.has('--force'), gracePeriodSeconds: given.has('--now') ? 1 : given.number('--grace-period') };
}

function readImage({ text }: Word) {
  const equals = text.indexOf('=');
  return { container: text.slice(0, equals), image: text.slice(equals + 1) };
}

/** What was given to one verb: flags, and words that are none. */
class Given {
  readonly #verb: string;
  readonly #end: { readonly start: number; readonly end: number };
  readonly #flags = new Map<string, { readonly value: string; readonly word: Word }>();
  #operands: Word[] = [];

  constructor(verb: string, words: readonly Word[], end: { readonly start: number; readonly end: number }) {
    this.#verb = verb;
    this.#end = end;
    for (let place = 0; place < words.length; place++) {
      const word = words[place] as Word;
      // `app-` takes a label away: only a leading dash makes a flag.
      if (!word.text.startsWith('-')) this.#operands.push(word);
      else if (this.#takesNext(word) && place + 1 < words.length) this.#flag(word, (words[++place] as Word).text);
      else this.#flag(word, null);
    }
  }

  has(name: string): boolean {
    const value = this.#flags.get(name)?.value;
    return value !== undefined && value !== 'false';
  }

  value(...names: readonly string[]): string | null {
    for (const name of names) if (this.#flags.has(name)) return this.#flags.get(name)?.value ?? '';
    return null;
  }

  number(name: string): number | null {
    const flag = this.#flags.get(name);
    if (!flag) return null;
    if (!/^-?\d+$/.test(flag.value))
      throw new Misread(
        `error: invalid argument "${flag.value}" for "${name}" flag: strconv.ParseInt: parsing "${flag.value}": invalid syntax`,
        flag.word,
      );
    return Number(flag.value);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const flag = this.#flags.get(name);
    if (!flag) return choices[0] as T;
    const found = choices.find((choice) => choice === flag.value);
    if (found) return found;
    throw new Misread(
      `error: invalid ${name.slice(2)} value (${flag.value}). Must be ${choices.map((one) => `"${one}"`).join(', ')}`,
      flag.word,
    );
  }

  missing(flag: string): never {
    throw new Misread(`error: required flag(s) "${flag}" not set`, this.#end);
  }

  /** Operands of this form, which name no object. */
  take(form: RegExp): readonly Word[] {
    const taken = this.#operands.filter(({ text }) => form.test(text));
    this.#operands = this.#operands.filter((word) => !taken.includes(word));
    return taken;
  }

  changes(verb: 'label' | 'annotate'): KeyChange[] {
    const taken = this.take(/=|.-$/);
    if (taken.length === 0)
      throw new Misread(`error: at least one ${verb === 'label' ? 'label' : 'annotation'} update is required`, this.#end);
    return taken.map(({ text }) => {
      const equals = text.indexOf('=');
      return equals < 0 ? { key: text.slice(0, -1), value: null } : { key: text.slice(0, equals), value: text.slice(equals + 1) };
    });
  }

  taints(): TaintChange[] {
    const taken = this.take(/[=:]|.-$/);
    if (taken.length === 0) throw new Misread('error: at least one taint update is required', this.#end);
    return taken.map((word) => {
      const match = /^([^=:]+?)(?:=([^:]*))?(?::(NoSchedule|PreferNoSchedule|NoExecute))?(-)?$/.exec(word.text);
      const [, key = '', value = '', effect = '', dash] = match ?? [];
      if (!match || (!dash && effect === ''))
        throw new Misread(
          `error: invalid taint spec: ${word.text}: KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule or NoExecute is expected`,
          word,
        );
      return { key, value, effect, removes: dash !== undefined };
    });
  }

  /** `cordon node-1`, and where `typed`, `taint nodes node-1`. */
  nodes(typed: boolean): Targets {
    const names = typed ? this.#operands.slice(1) : this.#operands;
    const [kind] = this.#operands;
    if (typed && kind && !/^(no|nodes?)$/.test(kind.text))
      throw new Misread(`error: invalid resource type ${kind.text}, only node(s) is supported`, kind);
    const refs = names.map(({ text }) => ({ resource: 'nodes', name: text.replace(/^(no|nodes?)\//, '') }));
    const targets = { namespace: '', selector: this.value('-l', '--selector'), all: this.has('--all') };
    if (refs.length > 0) return { ...targets, refs };
    if (targets.selector !== null || targets.all) return { ...targets, refs: [{ resource: 'nodes', name: null }] };
    throw new Misread(`error: USAGE: ${this.#verb} NODE [flags]`, this.#end);
  }

  /** `deployment web`, `deployment/web svc/web`, `pods web-1 web-2`, `pods -l app=web`. */
  targets(): Targets {
    const namespace = this.value('-n', '--namespace') ?? 'default';
    const selector = this.value('-l', '--selector');
    const all = this.has('--all');
    return { namespace, selector, all, refs: this.#refs(selector !== null || all) };
  }

  #refs(isSelected: boolean): Targets['refs'] {
    const [first, ...names] = this.#operands;
    if (!first) throw new Misread('error: You must provide one or more resources by argument or filename.', this.#end);
    if (this.#operands.some(({ text }) => text.includes('/'))) {
      return this.#operands.map((word) => {
        const [resource, name, ...more] = word.text.split('/');
        if (resource && name && more.length === 0) return { resource, name };
        throw new Misread(
          `error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${this.#verb} pod/NAME')`,
          word,
        );
      });
    }
    if (isSelected) return [{ resource: first.text, name: null }];
    if (names.length === 0) throw new Misread('error: resource(s) were provided, but no name was specified', this.#end);
    return names.map(({ text }) => ({ resource: first.text, name: text }));
  }

  #known(name: string): string | undefined {
    const all = `-n= --namespace= ${FLAGS[this.#verb] ?? ''}`.split(' ');
    return all.find((flag) => flag.replace('=', '') === name);
  }

  #takesNext({ text }: Word): boolean {
    return !text.includes('=') && (this.#known(text)?.endsWith('=') ?? false);
  }

  #flag(word: Word, next: string | null): void {
    const equals = word.text.indexOf('=');
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    const known = this.#known(name);
    if (!known) {
      const flags = `-n --namespace ${(FLAGS[this.#verb] ?? '').replaceAll('=', '')}`.trim().split(' ');
      const kind = name.startsWith('--') ? `unknown flag: ${name}` : `unknown shorthand flag: '${name.slice(1)}' in ${name}`;
      throw new Misread(`error: ${kind}\n${possible(flags)}`, word);
    }
    const value = equals < 0 ? next : word.text.slice(equals + 1);
    if (known.endsWith('=') && value === null) throw new Misread(`error: flag needs an argument: ${name}`, word);
    this.#flags.set(name, { value: value ?? 'true', word });
  }
}
