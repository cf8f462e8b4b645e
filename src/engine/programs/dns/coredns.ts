// CoreDNS answering one question: the kubernetes plugin in front, a forwarder behind it. Follows coredns/coredns
// plugin/kubernetes/handler.go and plugin/backend_lookup.go @ 4b26cced3277. Left out: zone transfers, truncation, the
// cache and autopath; the forwarder is a list of records rather than another server.

import { familyOf, parseAddress } from '../../net/address.ts';
import type { DNSMessage, DNSRecord, DNSType } from '../../net/packet.ts';
import { addressOfReverseName, type Backend, type DNSConfig, findBackends, findNameServers, findNamesOf } from './kubernetes.ts';
import { fqdn, isInZone, labelsOf, matchZone, recordsNamed } from './names.ts';
import type { DNSObjects } from './objects.ts';

export type DNSAnswer = Omit<DNSMessage, 'id' | 'response' | 'question'> & {
  /** Set when the forwarder replied. */
  readonly answeredBy?: 'upstream';
};

type Question = DNSMessage['question'];

/** Everything that a question is answered from. */
interface Server {
  readonly config: DNSConfig;
  readonly objects: DNSObjects;
  /** The zone that holds the question, spelled as in it. */
  readonly zone: string;
}

interface Found {
  readonly answers: readonly DNSRecord[];
  readonly additional?: readonly DNSRecord[];
}

/**
 * What CoreDNS replies to one question. The source address is part of a query as the server sees it; none of the
 * plugins that are modelled here looks at it (autopath would).
 */
export function answerQuery(config: DNSConfig, objects: DNSObjects, question: Question, _sourceAddress: string | null): DNSAnswer {
  const asked = { ...question, name: fqdn(question.name) };
  const zone = matchZone(asked.name, [config.zone, ...config.reverseZones]);
  if (zone === null) return forward(config, asked);
  const server = { config, objects, zone };
  const found = answerInZone(server, asked);
  if (found && found.answers.length > 0) {
    return { rcode: 'NOERROR', answers: found.answers, authority: [], additional: found.additional ?? [] };
  }
  if (!found && config.fallthrough.some((below) => isInZone(asked.name, below))) return forward(config, asked);
  return { rcode: found ? 'NOERROR' : 'NXDOMAIN', answers: [], authority: [soaOf(server)], additional: [] };
}

/** Null: no such name. No answers: the name exists, without data of this type. */
function answerInZone(server: Server, { name, type }: Question): Found | null {
  switch (type) {
    case 'A':
    case 'AAAA':
      return wrap(resolveAddresses(server, name, type, []));
    case 'CNAME':
      return answerCNAME(server, name);
    case 'SRV':
      return answerSRV(server, name);
    case 'PTR':
      return answerPTR(server, name);
    case 'TXT':
      return answerTXT(server, name);
    case 'MX':
      // No Service of Kubernetes takes mail, so only whether the name exists is asked.
      return lookUp(server, name, type) && { answers: [] };
    case 'SOA':
      return { answers: name === server.zone ? [soaOf(server)] : [] };
    case 'NS':
      if (name.toLowerCase() === server.zone.toLowerCase()) return answerNS(server);
      return wrap(resolveAddresses(server, name, 'A', []) && []);
    default:
      // A question for an address tells whether the name exists.
      return wrap(resolveAddresses(server, name, 'A', []) && []);
  }
}

function wrap(answers: readonly DNSRecord[] | null): Found | null {
  return answers && { answers };
}

/** Backends of a name, the one invented name `ns.dns.ZONE` included. */
function lookUp({ config, objects, zone }: Server, name: string, type: DNSType): readonly Backend[] | null {
  if (name.toLowerCase() !== `ns.dns.${zone}`.toLowerCase()) return findBackends(config, objects, name, zone);
  return type === 'A' || type === 'AAAA' ? findNameServers(config, objects, zone) : [];
}

/** A or AAAA records; an alias is followed, inside the zone here, elsewhere by the forwarder. */
function resolveAddresses(server: Server, name: string, type: 'A' | 'AAAA', previous: readonly DNSRecord[]): readonly DNSRecord[] | null {
  const backends = lookUp(server, name, type);
  if (backends === null) return null;
  const records: DNSRecord[] = [];
  for (const { host } of backends) {
    const address = parseAddress(host);
    if (address === null) records.push(...followAlias(server, { name, type }, fqdn(host), previous));
    else if (addressType(address) === type && !records.some(({ data }) => data === address)) {
      records.push({ name, type, ttl: server.config.ttl, data: address });
    }
  }
  return records;
}

function followAlias(
  server: Server,
  { name, type }: { name: string; type: 'A' | 'AAAA' },
  target: string,
  previous: readonly DNSRecord[],
): readonly DNSRecord[] {
  const isKnown = previous.some(({ data }) => data.toLowerCase() === target.toLowerCase());
  if (name.toLowerCase() === target.toLowerCase() || isKnown || previous.length > 7) return [];
  const alias: DNSRecord = { name, type: 'CNAME', ttl: server.config.ttl, data: target };
  if (!isInZone(target, server.zone)) return [alias, ...answerQuery(server.config, server.objects, { name: target, type }, null).answers];
  const next = resolveAddresses(server, target, type, [...previous, alias]) ?? [];
  return next.length > 0 ? [alias, ...next] : [];
}

function answerCNAME(server: Server, name: string): Found | null {
  const backends = lookUp(server, name, 'CNAME');
  if (backends === null) return null;
  const host = backends[0]?.host;
  if (host === undefined || parseAddress(host) !== null) return { answers: [] };
  return { answers: [{ name, type: 'CNAME', ttl: server.config.ttl, data: fqdn(host) }] };
}

/** One record per (target, port); all of them share the weight of 100, also those that are shown once only. */
function answerSRV(server: Server, name: string): Found | null {
  const backends = lookUp(server, name, 'SRV')?.filter(({ host }) => parseAddress(host) !== null);
  if (!backends) return null;
  const { ttl } = server.config;
  const weight = Math.max(1, Math.floor(100 / backends.length));
  const withPort = backends.filter(({ port }) => port !== -1);
  const answers = withPort.map(({ key, port }): DNSRecord => ({ name, type: 'SRV', ttl, data: `0 ${weight} ${port} ${key}` }));
  return { answers: withoutRepeats(answers), additional: withoutRepeats(withPort.map((backend) => addressRecord(backend, ttl))) };
}

function answerPTR(server: Server, name: string): Found | null {
  const { config, objects } = server;
  const address = addressOfReverseName(name);
  if (address === null) return lookUp(server, name, 'PTR') && { answers: [] };
  const names = findNamesOf(config, objects, address);
  return names && { answers: names.map((data): DNSRecord => ({ name, type: 'PTR', ttl: config.ttl, data: fqdn(data) })) };
}

/** The version of the naming schema is the only text of the zone; other names need data of some type to exist here. */
function answerTXT(server: Server, name: string): Found | null {
  if (name.toLowerCase() === `dns-version.${server.zone}`.toLowerCase()) {
    return { answers: [{ name, type: 'TXT', ttl: 28_800, data: '1.1.0' }] };
  }
  const backends = findBackends(server.config, server.objects, name, server.zone) ?? [];
  return backends.length > 0 ? { answers: [] } : null;
}

function answerNS({ config, objects, zone }: Server): Found {
  const servers = findNameServers(config, objects, zone);
  const answers = servers.map(({ key }): DNSRecord => ({ name: zone, type: 'NS', ttl: config.ttl, data: key }));
  return { answers: withoutRepeats(answers), additional: servers.map((backend) => addressRecord(backend, config.ttl)) };
}

function soaOf({ config, zone }: Server): DNSRecord {
  const [server, mailbox] = labelsOf(zone).length === 0 ? ['ns.dns.', 'hostmaster.'] : [`ns.dns.${zone}`, `hostmaster.${zone}`];
  const data = `${server} ${mailbox} ${config.serial ?? 0} 7200 1800 86400 ${config.ttl}`;
  return { name: zone, type: 'SOA', ttl: Math.min(300, config.ttl), data };
}

/** The forwarder: aliases among its records are followed, anything unknown is NXDOMAIN. */
function forward({ upstream }: DNSConfig, question: Question): DNSAnswer {
  const answers: DNSRecord[] = [];
  let name = question.name;
  let isKnown = false;
  for (let step = 0; step < 8; step++) {
    const records = recordsNamed(upstream, name);
    isKnown = records.length > 0;
    const fitting = records.filter(({ type }) => type === question.type || question.type === 'ANY');
    const alias = records.find(({ type }) => type === 'CNAME');
    const chosen = fitting.length > 0 || !alias ? fitting : [alias];
    answers.push(...chosen.map((record) => ({ ...record, name })));
    if (fitting.length > 0 || !alias) break;
    name = fqdn(alias.data);
  }
  return { rcode: isKnown ? 'NOERROR' : 'NXDOMAIN', answers, authority: [], additional: [], answeredBy: 'upstream' };
}

function addressRecord({ key, host }: Backend, ttl: number): DNSRecord {
  return { name: key, type: addressType(host), ttl, data: host };
}

function addressType(address: string): 'A' | 'AAAA' {
  return familyOf(address) === 6 ? 'AAAA' : 'A';
}

function withoutRepeats(records: readonly DNSRecord[]): readonly DNSRecord[] {
  return [...new Map(records.map((record) => [`${record.name} ${record.type} ${record.data}`, record])).values()];
}
