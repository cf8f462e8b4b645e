import { expect, test } from 'vitest';
import { NO_PAYLOAD } from '../net/packet.ts';
import { COMMON_EXTENSIONS } from './common-extensions.ts';
import { RuleTexts } from './rule-text.ts';
import { Ruleset } from './ruleset.ts';
import type { HookContext } from './types.ts';

const HOST = `*nat
:KUBE-SERVICES - [0:0]
-A OUTPUT -j KUBE-SERVICES
COMMIT
`;

const services = (...rules: string[]) => `*nat
:KUBE-SERVICES - [0:0]
:KUBE-SVC-WEB - [0:0]
${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT
`;
const WEB = services('KUBE-SERVICES -d 10.96.0.17/32 -j KUBE-SVC-WEB', 'KUBE-SVC-WEB -p tcp -j DNAT --to-destination 10.244.1.2:80');
const GONE = '*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC-WEB - [0:0]\n-X KUBE-SVC-WEB\nCOMMIT\n';

function host(texts?: RuleTexts): Ruleset {
  const ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS, ...(texts ? { texts } : {}) });
  expect(ruleset.restore(HOST)).toEqual([]);
  return ruleset;
}

function ask(ruleset: Ruleset, destination: string): string {
  const transport = {
    protocol: 'tcp',
    sourcePort: 40001,
    destinationPort: 80,
    flags: ['SYN'],
    seq: 0,
    ack: 0,
    payload: NO_PAYLOAD,
  } as const;
  const packet = { id: 1, source: '10.244.1.9', destination, ttl: 64, dontFragment: true, transport } as const;
  const context = { packet, hook: 'OUTPUT', mark: 0, inInterface: null, outInterface: 'eth0' } as unknown as HookContext;
  return ruleset.evaluate('nat', 'OUTPUT', context).kind;
}

test('loaded as text or read at once, the rules are the same', () => {
  const [asText, atOnce] = [host(), host()];
  for (const input of [WEB, services(), WEB, GONE]) {
    asText.loadOwn(input);
    expect(atOnce.restore(input, { noflush: true })).toEqual([]);
    expect(asText.save({ counters: true })).toBe(atOnce.save({ counters: true }));
  }
});

test('two rule sets share what the lines say, not what happens to them', () => {
  const texts = new RuleTexts();
  const [one, two] = [host(texts), host(texts)];
  for (const ruleset of [one, two]) ruleset.loadOwn(WEB);
  expect(ask(one, '10.96.0.17')).toBe('DNAT');
  expect(ask(two, '10.96.0.18')).toBe('ACCEPT');
  expect(one.rules('nat', 'KUBE-SERVICES')[0]?.counters.packets).toBe(1);
  expect(two.rules('nat', 'KUBE-SERVICES')[0]?.counters.packets).toBe(0);
});

test('lines that are written again count anew', () => {
  const ruleset = host();
  ruleset.loadOwn(WEB);
  ask(ruleset, '10.96.0.17');
  ruleset.loadOwn(WEB);
  expect(ruleset.save({ counters: true })).toContain('[0:0] -A KUBE-SVC-WEB');
});

test('who writes by hand afterwards finds chains, jumps and how deep they lead', () => {
  const ruleset = host();
  ruleset.loadOwn(WEB);
  const messages = (line: string) => ruleset.restore(`*nat\n${line}\nCOMMIT\n`, { noflush: true }).map(({ message }) => message);
  expect(messages('-A KUBE-SVC-WEB -j KUBE-SERVICES').join()).toContain('Too many links');
  expect(messages('-F KUBE-SVC-WEB\n-X KUBE-SVC-WEB').join()).toContain('Device or resource busy');
  expect(messages('-D KUBE-SERVICES -d 10.96.0.17/32 -j KUBE-SVC-WEB\n-F KUBE-SVC-WEB\n-X KUBE-SVC-WEB')).toEqual([]);
});

test('a program that writes what cannot be loaded is at fault', () => {
  const ruleset = host();
  expect(() => ruleset.loadOwn(services('KUBE-SERVICES -j KUBE-SEP-1'))).toThrow('KUBE-SEP-1');
  expect(() => ruleset.loadOwn(services('KUBE-FORWARD -j ACCEPT'))).toThrow('KUBE-FORWARD');
  const other = host();
  other.loadOwn(services('KUBE-SERVICES -m nonsense -j ACCEPT'));
  expect(() => other.rules('nat', 'KUBE-SERVICES')).toThrow('nonsense');
});
