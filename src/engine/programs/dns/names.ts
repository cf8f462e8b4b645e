// Domain names as text in master-file form (RFC 1035, section 5.1), and the length that a message has on the wire.

import type { DNSMessage, DNSRecord } from '../../net/packet.ts';

/** The name with its final dot. */
export function fqdn(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** The labels from left to right; the root has none. */
export function labelsOf(name: string): string[] {
  return name.split('.').filter((label) => label !== '');
}

/** Whether `name` is `zone` or lies below it, letter case aside. */
export function isInZone(name: string, zone: string): boolean {
  if (zone === '.') return true;
  const lower = fqdn(name).toLowerCase();
  const end = fqdn(zone).toLowerCase();
  return lower === end || lower.endsWith(`.${end}`);
}

/** The longest of `zones` that holds `name`, spelled as in `name`; null when none does. */
export function matchZone(name: string, zones: readonly string[]): string | null {
  const holding = zones.filter((zone) => isInZone(name, zone)).map((zone) => labelsOf(zone).length);
  if (holding.length === 0) return null;
  const labels = labelsOf(name);
  return fqdn(labels.slice(labels.length - Math.max(...holding)).join('.'));
}

/** The records of a name; those of the nearest wildcard above it (RFC 4592) where the name has none of its own. */
export function recordsNamed(records: readonly DNSRecord[], name: string): readonly DNSRecord[] {
  const labels = labelsOf(name.toLowerCase());
  const wildcards = labels.slice(1).map((_, place) => `*.${labels.slice(place + 1).join('.')}.`);
  for (const wanted of [fqdn(labels.join('.')), ...wildcards]) {
    const named = records.filter((record) => fqdn(record.name).toLowerCase() === wanted);
    if (named.length > 0) return named;
  }
  return [];
}

/**
 * The length of a DNS message in bytes (RFC 1035, section 4), every name written out. Servers usually compress
 * repeated names (section 4.1.4), so a captured answer can be shorter than this.
 */
export function dnsMessageSize(message: Omit<DNSMessage, 'id' | 'response'>): number {
  const records = [...message.answers, ...message.authority, ...message.additional];
  const header = 12;
  const question = nameSize(message.question.name) + 4;
  return records.reduce((size, record) => size + nameSize(record.name) + 10 + dataSize(record), header + question);
}

function nameSize(name: string): number {
  return labelsOf(name).reduce((size, label) => size + label.length + 1, 1);
}

function dataSize({ type, data }: DNSRecord): number {
  switch (type) {
    case 'A':
      return 4;
    case 'AAAA':
      return 16;
    case 'SRV':
      return 6 + nameSize(lastWord(data));
    case 'MX':
      return 2 + nameSize(lastWord(data));
    case 'SOA': {
      const [primary = '.', mailbox = '.'] = data.split(' ');
      return nameSize(primary) + nameSize(mailbox) + 20;
    }
    case 'CNAME':
    case 'PTR':
    case 'NS':
      return nameSize(data);
    default:
      return data.length + 1;
  }
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1);
}
