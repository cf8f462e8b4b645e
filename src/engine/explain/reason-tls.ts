// Why a client did not go on after a TLS handshake: the certificate is not one that it takes, or the other end does not
// speak TLS.

import type { Ingress } from '../api/types.ts';
import type { ClientResult } from '../programs/client.ts';
import type { Reason, WhyStep } from '../view.ts';
import { placeName } from './address-book.ts';
import type { Evidence, WalkFacts } from './explain-walk.ts';
import { step } from './hop-why.ts';
import { rangeOf, viewKey } from './origin.ts';
import { lastHop } from './reasons.ts';

export function tlsReason(evidence: Evidence, facts: WalkFacts, result: Extract<ClientResult, { kind: 'untrusted' | 'no-tls' }>): Reason {
  const { packets, target } = facts;
  const greeting = packets.findLast(({ label, direction }) => label === 'TLS' && direction === 'request');
  const answer = packets.findLast(({ label, direction }) => /^(TLS|DATA)$/.test(label) && direction === 'reply');
  const place = placeName(greeting?.fate?.node ?? '');
  const at = (answer && lastHop(answer)) ?? (greeting ? lastHop(greeting) : null);
  if (result.kind === 'no-tls') {
    return {
      title: `${place} does not speak TLS on port ${target.port}.`,
      detail: 'It took the greeting for a request in plain text, and answered in plain text.',
      decidedBy: answer?.content.split('\r\n')[0] ?? '',
      at,
      why: [step(`Ask in plain text: \`http://${target.host}:${target.port}\``, 'cause')],
    };
  }
  const { certificate, problem } = result;
  const isOwn = problem === 'self-signed';
  return {
    title: `curl does not trust the certificate: ${certificate.subject}.`,
    detail: isOwn
      ? `${place} has no certificate for ${target.host} and shows the one that it made for itself. No request was sent.`
      : `The certificate is for ${certificate.names.join(', ')}, not for ${target.host}. No request was sent.`,
    decidedBy: `ServerHello, certificate ${certificate.subject}`,
    at,
    why: isOwn ? secretSteps(evidence, target.host) : [step(`curl asked for \`${target.host}\``, 'cause')],
  };
}

/** What the Ingresses of the host say about certificates. */
function secretSteps(evidence: Evidence, host: string): WhyStep[] {
  const ingresses = evidence.store.list<Ingress>('Ingress').filter(({ spec }) => (spec?.rules ?? []).some((rule) => rule.host === host));
  return ingresses.flatMap((ingress): WhyStep[] => {
    const key = viewKey(ingress);
    const namespace = ingress.metadata.namespace ?? '';
    const { name } = ingress.metadata;
    const entries = (ingress.spec?.tls ?? []).map((entry, index) => ({ ...entry, path: `spec.tls[${index}]` }));
    const own = entries.find(({ hosts = [] }) => hosts.length === 0 || hosts.includes(host));
    if (!own) {
      const what = entries.length === 0 ? 'has no `tls` section' : `lists no certificate for \`${host}\``;
      return [step(`Ingress \`${name}\` ${what}`, 'cause', key, rangeOf(evidence, ingress, entries.length === 0 ? 'spec' : 'spec.tls'))];
    }
    if (!own.secretName)
      return [step(`Ingress \`${name}\` names no Secret for \`${host}\``, 'cause', key, rangeOf(evidence, ingress, own.path))];
    const range = rangeOf(evidence, ingress, `${own.path}.secretName`);
    return evidence.store.get('Secret', namespace, own.secretName)
      ? []
      : [
          step(
            `Ingress \`${name}\` names Secret \`${own.secretName}\`, and namespace \`${namespace}\` has none of that name`,
            'cause',
            key,
            range,
          ),
        ];
  });
}
