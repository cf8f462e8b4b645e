// The stub resolver inside a program, as a state machine over values: it says which questions to send now, takes the
// answers (or the silence), and ends with addresses or the reason why there are none. Follows glibc resolv/res_query.c
// @ 05dec22d7be7 with the retries of res_send.c, and musl src/network/{lookup_name,res_msend}.c @ 86373b4999bf.
// Left out: sorting of addresses (RFC 6724), TCP after truncation, HOSTALIASES, musl's limit of 256 characters of search.

import { type Address, familyOf, parseAddress } from '../../net/address.ts';
import type { DNSMessage, DNSRecord, DNSType } from '../../net/packet.ts';
import { fqdn } from './names.ts';
import type { HostsEntry, ResolvConf } from './resolv-conf.ts';

export type ResolverFlavour = 'glibc' | 'musl';

export type DNSQuestion = DNSMessage['question'];

export type DNSReply = Pick<DNSMessage, 'question' | 'rcode' | 'answers'>;

export type LookupOutcome =
  | {
      readonly status: 'found';
      readonly addresses: readonly Address[];
      /** The full name that was answered; null when no server was asked. */
      readonly qname: string | null;
      readonly answers: readonly DNSRecord[];
    }
  | { readonly status: 'nxdomain' }
  | { readonly status: 'nodata' }
  /** `again`: no server gave an answer that counts, EAI_AGAIN; `fail`: one refused to, EAI_FAIL. */
  | { readonly status: 'error'; readonly reason: 'again' | 'fail' };

export interface LookupRequest {
  readonly name: string;
  readonly resolvConf: ResolvConf;
  readonly flavour: ResolverFlavour;
  /** The types to ask, side by side, as getaddrinfo does; A and AAAA unless said. */
  readonly types?: readonly DNSType[];
  /** /etc/hosts, which comes first. */
  readonly hosts?: readonly HostsEntry[];
}

type StepResult = 'nxdomain' | 'nodata' | 'servfail' | 'timeout' | 'fail';

/** A look-up under way. */
export interface Lookup {
  readonly request: LookupRequest;
  /** Full names in the order in which they are asked. */
  readonly names: readonly string[];
  /** How often the questions of the present name were sent without an answer. */
  readonly sent: number;
  /** Answers so far to the questions of the present name. */
  readonly replies: readonly DNSReply[];
  /** What became of the names before the present one. */
  readonly results: readonly StepResult[];
  /** Null while questions are open. */
  readonly outcome: LookupOutcome | null;
}

/** What to send now, to which servers, and how long to wait for the answers. */
export interface LookupStep {
  readonly questions: readonly DNSQuestion[];
  readonly servers: readonly Address[];
  readonly timeoutUs: number;
}

/** Begins a look-up. Addresses and names of /etc/hosts are found at once. */
export function startLookup(request: LookupRequest): Lookup {
  const known = knownAddresses(request);
  const outcome: LookupOutcome | null = known && { status: 'found', addresses: known, qname: null, answers: [] };
  const names = namesToAsk(request);
  const lookup: Lookup = { request, names, sent: 0, replies: [], results: [], outcome };
  if (outcome || names.length > 0) return lookup;
  return { ...lookup, outcome: { status: 'nxdomain' } };
}

/** The questions that are open, or null when the look-up has ended. */
export function nextStep(lookup: Lookup): LookupStep | null {
  const name = lookup.names[lookup.results.length];
  if (lookup.outcome || name === undefined) return null;
  const { flavour, resolvConf } = lookup.request;
  const servers = serversOf(resolvConf);
  const answered = new Set(lookup.replies.map(({ question }) => question.type));
  const questions = typesOf(lookup.request)
    .filter((type) => !answered.has(type))
    .map((type) => ({ name, type }));
  const timeoutUs = optionOf(resolvConf, 'timeout', 5, 30) * 1_000_000;
  if (flavour === 'glibc') return { questions, servers: [servers[lookup.sent % servers.length] ?? ''], timeoutUs };
  // musl asks all servers at once and takes the first answer; its timeout is for all attempts together.
  return { questions, servers, timeoutUs: Math.floor(timeoutUs / attemptsOf(resolvConf)) };
}

/** The look-up after a reply. Replies to questions that are not open are passed over. */
export function answerLookup(lookup: Lookup, reply: DNSReply): Lookup {
  const open = nextStep(lookup)?.questions ?? [];
  const isOpen = open.some(({ name, type }) => type === reply.question.type && name.toLowerCase() === reply.question.name.toLowerCase());
  if (!isOpen) return lookup;
  if (isRefusal(reply) && hasMoreTries(lookup)) return { ...lookup, sent: lookup.sent + 1 };
  const replies = [...lookup.replies, reply];
  const types = typesOf(lookup.request);
  if (replies.length < types.length) return { ...lookup, replies };
  const answers = replies.flatMap((one) => one.answers);
  const result = resultOf(lookup.request, replies);
  if (result !== 'found') return endStep(lookup, result);
  return { ...lookup, replies, outcome: { status: 'found', addresses: addressesIn(answers), qname: reply.question.name, answers } };
}

/** The look-up after the time for the open questions has passed without an answer to all of them. */
export function timeOutLookup(lookup: Lookup): Lookup {
  return retryOr(lookup, () => endStep(lookup, 'timeout'));
}

/**
 * The look-up after an ICMP error: no server listens there. glibc hears it (ECONNREFUSED), tries what is left of its
 * attempts and gives up; the socket of musl is not connected, so that it hears nothing and waits on.
 */
export function refuseLookup(lookup: Lookup): Lookup {
  if (lookup.request.flavour === 'musl') return lookup;
  return retryOr(lookup, () => ({ ...lookup, outcome: { status: 'error', reason: 'again' } }));
}

function retryOr(lookup: Lookup, giveUp: () => Lookup): Lookup {
  if (lookup.outcome) return lookup;
  return hasMoreTries(lookup) ? { ...lookup, sent: lookup.sent + 1 } : giveUp();
}

/** One name is done without an answer: on to the next, or to the verdict. */
function endStep(lookup: Lookup, result: StepResult): Lookup {
  const { request } = lookup;
  const results = [...lookup.results, result];
  const names = isSearchOver(lookup, result)
    ? [...lookup.names.slice(0, results.length), ...lookup.names.slice(results.length).filter((name) => name === fqdn(request.name))]
    : lookup.names;
  const isLast = results.length === names.length || (request.flavour === 'musl' && result !== 'nxdomain');
  const outcome = isLast ? verdictOf(request, results) : null;
  return { ...lookup, names, sent: 0, replies: [], results, outcome };
}

/** In glibc silence or a refusal ends the search list; the name as given is still tried. */
function isSearchOver({ request, results }: Lookup, result: StepResult): boolean {
  if (request.flavour === 'musl' || (result !== 'timeout' && result !== 'fail')) return false;
  return results.length > 0 || !isAbsoluteFirst(request);
}

/** glibc: a first try of the name as given decides; else NODATA anywhere, then a failed server, then the last result. */
function verdictOf(request: LookupRequest, results: readonly StepResult[]): LookupOutcome {
  if (request.flavour === 'musl') return outcomeOf(results.at(-1));
  if (isAbsoluteFirst(request)) return outcomeOf(results[0]);
  if (results.includes('nodata')) return outcomeOf('nodata');
  if (results.includes('servfail')) return outcomeOf('servfail');
  return outcomeOf(results.at(-1));
}

function outcomeOf(result: StepResult | undefined): LookupOutcome {
  if (result === 'nxdomain' || result === 'nodata') return { status: result };
  return { status: 'error', reason: result === 'fail' ? 'fail' : 'again' };
}

/** Of two answers side by side glibc takes the better; in musl the first that is not NOERROR spoils both. */
function resultOf(request: LookupRequest, replies: readonly DNSReply[]): StepResult | 'found' {
  const types = typesOf(request);
  const hasData = replies.some(({ answers }) => answers.some(({ type }) => types.includes(type)));
  const rcodes = types.flatMap((type) => replies.find(({ question }) => question.type === type)?.rcode ?? []);
  if (request.flavour === 'glibc') {
    if (hasData) return 'found';
    const best = (['NOERROR', 'NXDOMAIN', 'SERVFAIL'] as const).find((rcode) => rcodes.includes(rcode));
    return RESULT_OF[best ?? 'REFUSED'];
  }
  const spoiling = rcodes.find((rcode) => rcode !== 'NOERROR');
  return spoiling === undefined && hasData ? 'found' : RESULT_OF[spoiling ?? 'NOERROR'];
}

const RESULT_OF: Readonly<Record<DNSReply['rcode'], StepResult>> = {
  NOERROR: 'nodata',
  NXDOMAIN: 'nxdomain',
  SERVFAIL: 'servfail',
  REFUSED: 'fail',
  FORMERR: 'fail',
};

/** Answers after which another server, or the same one again, is asked. */
function isRefusal({ rcode }: DNSReply): boolean {
  return rcode === 'SERVFAIL' || rcode === 'REFUSED';
}

function hasMoreTries({ request, sent }: Lookup): boolean {
  const rounds = attemptsOf(request.resolvConf);
  return sent + 1 < (request.flavour === 'glibc' ? rounds * serversOf(request.resolvConf).length : rounds);
}

function namesToAsk(request: LookupRequest): readonly string[] {
  const { name, resolvConf, flavour } = request;
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (bare === '' || bare.endsWith('.') || bare.startsWith('.') || bare.includes('..')) return [];
  const absolute = fqdn(name);
  if (name.endsWith('.')) return [absolute];
  const searched = resolvConf.search.map((entry) => (entry === '.' ? absolute : `${bare}.${fqdn(entry)}`));
  if (!isAbsoluteFirst(request)) return searched.includes(absolute) ? searched : [...searched, absolute];
  return flavour === 'musl' ? [absolute] : [absolute, ...searched];
}

/** Enough dots, or a final one: the name is tried as it stands before the search list. */
function isAbsoluteFirst({ name, resolvConf }: LookupRequest): boolean {
  const dots = name.split('.').length - 1;
  return name.endsWith('.') || dots >= optionOf(resolvConf, 'ndots', 1, 15);
}

function knownAddresses({ name, types, hosts = [] }: LookupRequest): readonly Address[] | null {
  const literal = parseAddress(name);
  if (literal !== null) return [literal];
  const bare = name.replace(/\.$/, '').toLowerCase();
  const fitting = hosts
    .filter(({ names }) => names.some((one) => one.toLowerCase() === bare))
    .map(({ address }) => address)
    .filter((address) => !types || types.includes(familyOf(address) === 6 ? 'AAAA' : 'A'));
  return fitting.length > 0 ? fitting : null;
}

function typesOf(request: LookupRequest): readonly DNSType[] {
  return request.types ?? ['A', 'AAAA'];
}

function addressesIn(answers: readonly DNSRecord[]): readonly Address[] {
  return answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ data }) => data);
}

/** Without a nameserver line both libraries ask the machine itself. */
function serversOf({ nameservers }: ResolvConf): readonly Address[] {
  return nameservers.length > 0 ? nameservers.slice(0, 3) : ['127.0.0.1'];
}

function attemptsOf(resolvConf: ResolvConf): number {
  return Math.max(1, optionOf(resolvConf, 'attempts', 2, 5));
}

function optionOf({ options }: ResolvConf, name: string, otherwise: number, most: number): number {
  const value = options.find((option) => option.startsWith(`${name}:`))?.slice(name.length + 1);
  return value !== undefined && /^\d+$/.test(value) ? Math.min(Number(value), most) : otherwise;
}
