import { expect, test } from 'vitest';
import type { DNSRcode } from '../../net/packet.ts';
import type { ResolvConf } from './resolv-conf.ts';
import { answerLookup, type Lookup, nextStep, type ResolverFlavour, refuseLookup, startLookup, timeOutLookup } from './resolver.ts';

const resolvConf: ResolvConf = {
  nameservers: ['10.96.0.10'],
  search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  options: ['ndots:5'],
};

const start = (name: string, flavour: ResolverFlavour = 'glibc', file = resolvConf) => startLookup({ name, resolvConf: file, flavour });

/** Answers every open question; an address stands for an A record. */
function answer(lookup: Lookup, a: DNSRcode | `${number}.${number}.${number}.${number}`, aaaa: DNSRcode = 'NOERROR'): Lookup {
  const questions = nextStep(lookup)?.questions ?? [];
  return questions.reduce((now, question) => {
    const said = question.type === 'A' ? a : aaaa;
    const isAddress = said.includes('.');
    const answers = isAddress ? [{ name: question.name, type: 'A' as const, ttl: 30, data: said }] : [];
    return answerLookup(now, { question, rcode: isAddress ? 'NOERROR' : (said as DNSRcode), answers });
  }, lookup);
}

test('A and AAAA are asked side by side, the search list in order', () => {
  let lookup = start('web.shop');
  expect(nextStep(lookup)).toEqual({
    questions: [
      { name: 'web.shop.default.svc.cluster.local.', type: 'A' },
      { name: 'web.shop.default.svc.cluster.local.', type: 'AAAA' },
    ],
    servers: ['10.96.0.10'],
    timeoutUs: 5_000_000,
  });
  lookup = answer(lookup, 'NXDOMAIN', 'NXDOMAIN');
  lookup = answer(lookup, '10.96.44.10');
  expect(lookup.outcome).toMatchObject({ status: 'found', addresses: ['10.96.44.10'], qname: 'web.shop.svc.cluster.local.' });
});

test('example.com costs three wrong names first; a final dot saves them', () => {
  expect(start('example.com').names).toEqual([
    'example.com.default.svc.cluster.local.',
    'example.com.svc.cluster.local.',
    'example.com.cluster.local.',
    'example.com.',
  ]);
  expect(start('example.com.').names).toEqual(['example.com.']);
});

test('addresses and names of /etc/hosts are found without a question', () => {
  const hosts = [{ address: '127.0.0.1', names: ['localhost'] }];
  expect(startLookup({ name: 'localhost', resolvConf, flavour: 'musl', hosts }).outcome).toMatchObject({ addresses: ['127.0.0.1'] });
  expect(start('10.96.0.1').outcome).toMatchObject({ status: 'found', addresses: ['10.96.0.1'] });
});

test('silence: two attempts, the end of the search list, the bare name, then EAI_AGAIN', () => {
  let lookup = start('web');
  const asked: string[] = [];
  while (!lookup.outcome) {
    asked.push(nextStep(lookup)?.questions[0]?.name ?? '');
    lookup = timeOutLookup(lookup);
  }
  expect(asked).toEqual(['web.default.svc.cluster.local.', 'web.default.svc.cluster.local.', 'web.', 'web.']);
  expect(lookup.outcome).toEqual({ status: 'error', reason: 'again' });
});

test('a server that refuses the packet ends the look-up in glibc; musl does not hear of it', () => {
  const refused = refuseLookup(refuseLookup(start('web')));
  expect(refused.outcome).toEqual({ status: 'error', reason: 'again' });
  const musl = start('web', 'musl');
  expect(refuseLookup(musl)).toBe(musl);
});

test('glibc goes from server to server, musl asks all at once', () => {
  const two = { ...resolvConf, nameservers: ['10.96.0.10', '8.8.8.8'] };
  expect(nextStep(timeOutLookup(start('web', 'glibc', two)))?.servers).toEqual(['8.8.8.8']);
  expect(nextStep(start('web', 'musl', two))).toMatchObject({ servers: ['10.96.0.10', '8.8.8.8'], timeoutUs: 2_500_000 });
});

test('one NXDOMAIN beside an address: glibc takes the address, musl goes on', () => {
  expect(answer(start('web'), '10.96.44.10', 'NXDOMAIN').outcome).toMatchObject({ status: 'found' });
  expect(answer(start('web', 'musl'), '10.96.44.10', 'NXDOMAIN').results).toEqual(['nxdomain']);
});

test('a server that fails for every name leaves EAI_AGAIN', () => {
  let lookup = start('web');
  for (let sends = 0; !lookup.outcome && sends < 40; sends++) lookup = answer(lookup, 'SERVFAIL', 'SERVFAIL');
  expect(lookup.outcome).toEqual({ status: 'error', reason: 'again' });
});

test('a reply to another question changes nothing', () => {
  const lookup = start('web');
  expect(answerLookup(lookup, { question: { name: 'wep.', type: 'A' }, rcode: 'NXDOMAIN', answers: [] })).toBe(lookup);
});
