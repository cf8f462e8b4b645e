// The cases of suite `dns`: what CoreDNS answers, what a resolver asks and in which order, what the kubelet writes into
// resolv.conf. Compared as the vectors' notes say: records as sets, an alias before the records of its target, `*` in an
// SOA for any serial number, options of resolv.conf without order.

import type { KubeObject, Pod } from '../api/types.ts';
import type { DNSRecord, DNSType } from '../net/packet.ts';
import { answerQuery, type DNSAnswer } from '../programs/dns/coredns.ts';
import type { DNSConfig } from '../programs/dns/kubernetes.ts';
import { type DNSObjects, indexObjects } from '../programs/dns/objects.ts';
import { type ResolvConf, resolvConfFor } from '../programs/dns/resolv-conf.ts';
import { answerLookup, type LookupOutcome, nextStep, type ResolverFlavour, startLookup } from '../programs/dns/resolver.ts';

interface DNSCase {
  readonly objects: readonly KubeObject[];
  readonly dns: DNSConfig;
  readonly queries?: readonly Query[];
  readonly lookups?: readonly LookupCase[];
  readonly resolvConf?: readonly ResolvConfCase[];
}

type ExpectedRecord = Pick<DNSRecord, 'name' | 'type'> & { readonly ttl?: number; readonly data?: string };

interface Query {
  readonly qname: string;
  readonly qtype: DNSType;
  readonly from?: string | null;
  readonly rcode: string;
  readonly answers: readonly ExpectedRecord[];
  readonly additional?: readonly ExpectedRecord[];
  readonly authority?: readonly ExpectedRecord[];
  readonly answeredBy?: 'upstream';
}

interface LookupCase {
  readonly from: string | null;
  readonly name: string;
  readonly qtype: DNSType;
  readonly resolver: ResolverFlavour;
  readonly resolvConf: ResolvConf;
  readonly queries: readonly Query[];
  readonly result: { readonly status: string; readonly viaQname?: string; readonly answers?: readonly ExpectedRecord[] };
}

interface ResolvConfCase {
  readonly pod: string;
  readonly kubelet: { readonly clusterDNS: string[]; readonly clusterDomain: string; readonly hostResolvConf: ResolvConf };
  readonly expect: ResolvConf;
}

/** The first difference between a case and what the engine does, or null. */
// biome-ignore lint/suspicious/noExplicitAny: a vector is foreign JSON until it is read here.
export function runDNSCase(testCase: any): string | null {
  const { objects, dns, queries = [], lookups = [], resolvConf = [] } = testCase as DNSCase;
  if (queries.length + lookups.length + resolvConf.length === 0) return 'the case asks nothing';
  const index = indexObjects(objects);
  return (
    firstOf(queries, (query) => runQuery(dns, index, objects, query)) ??
    firstOf(lookups, (lookup) => runLookup(dns, index, lookup)) ??
    firstOf(resolvConf, (one) => runResolvConf(objects, one))
  );
}

function runQuery(config: DNSConfig, index: DNSObjects, objects: readonly KubeObject[], query: Query): string | null {
  const source = query.from ? (findPod(objects, query.from)?.status?.podIP ?? null) : null;
  const reply = answerQuery(config, index, { name: query.qname, type: query.qtype }, source);
  const difference = compareReply(query, reply);
  return difference && `${query.qname} ${query.qtype}: ${difference}`;
}

function compareReply(query: Query, reply: DNSAnswer): string | null {
  if (reply.rcode !== query.rcode) return `rcode ${reply.rcode}, expected ${query.rcode}`;
  if (reply.answeredBy !== query.answeredBy) return `answered by ${reply.answeredBy ?? 'the plugin'}`;
  return (
    compareRecords('answers', query.answers, reply.answers) ??
    compareAliasOrder(reply.answers) ??
    compareRecords('additional', query.additional ?? [], reply.additional) ??
    // What a real forwarder would put here is not in the vectors.
    (reply.answeredBy === 'upstream' ? null : compareRecords('authority', query.authority ?? [], reply.authority))
  );
}

/** Each expected record must be there once, and none besides. */
function compareRecords(section: string, expected: readonly ExpectedRecord[], actual: readonly DNSRecord[]): string | null {
  const left = [...actual];
  for (const record of expected) {
    const place = left.findIndex((candidate) => isRecord(record, candidate));
    if (place < 0) return `${section}: expected ${print(record)}, got ${actual.map(print).join('; ') || 'nothing'}`;
    left.splice(place, 1);
  }
  return left.length > 0 ? `${section}: unexpected ${left.map(print).join('; ')}` : null;
}

function isRecord(expected: ExpectedRecord, actual: DNSRecord): boolean {
  if (expected.name !== actual.name || expected.type !== actual.type) return false;
  if (expected.ttl !== undefined && expected.ttl !== actual.ttl) return false;
  if (expected.data === undefined) return true;
  const words = actual.data.split(' ');
  const wanted = expected.data.split(' ');
  return (
    words.length === wanted.length && wanted.every((word, place) => word === words[place] || (word === '*' && expected.type === 'SOA'))
  );
}

function compareAliasOrder(answers: readonly DNSRecord[]): string | null {
  const late = answers.find((record, place) => record.type === 'CNAME' && answers.slice(0, place).some(({ name }) => name === record.data));
  return late ? `the alias ${print(late)} stands after the records of its target` : null;
}

function runLookup(config: DNSConfig, index: DNSObjects, testCase: LookupCase): string | null {
  const { name, qtype, resolver, resolvConf, queries, result } = testCase;
  let lookup = startLookup({ name, resolvConf, flavour: resolver, types: [qtype] });
  const asked: string[] = [];
  for (let step = nextStep(lookup); step; step = nextStep(lookup)) {
    for (const question of step.questions) {
      const expected = queries[asked.push(question.name) - 1];
      if (expected?.qname !== question.name || expected.qtype !== question.type) {
        return `lookup of ${name}: asks ${question.name} ${question.type}, expected ${expected ? `${expected.qname} ${expected.qtype}` : 'no more'}`;
      }
      const reply = answerQuery(config, index, question, null);
      if (reply.rcode !== expected.rcode) return `lookup of ${name}: ${question.name} gives ${reply.rcode}, expected ${expected.rcode}`;
      const difference = compareRecords('answers', expected.answers, reply.answers);
      if (difference) return `lookup of ${name}: ${question.name}: ${difference}`;
      lookup = answerLookup(lookup, { ...reply, question });
    }
  }
  if (asked.length < queries.length) return `lookup of ${name}: stops after ${asked.length} of ${queries.length} questions`;
  const difference = compareOutcome(result, lookup.outcome);
  return difference && `lookup of ${name}: ${difference}`;
}

function compareOutcome(expected: LookupCase['result'], outcome: LookupOutcome | null): string | null {
  if (outcome?.status !== expected.status) return `ends as ${outcome?.status}, expected ${expected.status}`;
  if (outcome.status !== 'found') return null;
  if (outcome.qname !== expected.viaQname) return `found as ${outcome.qname}, expected ${expected.viaQname}`;
  return compareRecords('result', expected.answers ?? [], outcome.answers);
}

function runResolvConf(objects: readonly KubeObject[], { pod: name, kubelet, expect }: ResolvConfCase): string | null {
  const pod = findPod(objects, name);
  if (!pod) return `resolv.conf: no pod ${name}`;
  const { clusterDNS, clusterDomain, hostResolvConf } = kubelet;
  const actual = resolvConfFor(pod, { clusterDNS, clusterDomain, nodeResolvConf: hostResolvConf });
  const ordered = (file: ResolvConf) => JSON.stringify([file.nameservers, file.search, [...file.options].sort()]);
  return ordered(actual) === ordered(expect) ? null : `resolv.conf of ${name}: ${ordered(actual)}, expected ${ordered(expect)}`;
}

function findPod(objects: readonly KubeObject[], key: string): Pod | undefined {
  return objects.find(({ kind, metadata }) => kind === 'Pod' && `${metadata.namespace}/${metadata.name}` === key) as Pod | undefined;
}

function firstOf<T>(items: readonly T[], check: (item: T) => string | null): string | null {
  for (const item of items) {
    const difference = check(item);
    if (difference !== null) return difference;
  }
  return null;
}

function print({ name, ttl, type, data }: ExpectedRecord): string {
  return [name, ttl, type, data].filter((part) => part !== undefined).join(' ');
}
