// NetworkPolicies in words: selectors as kubectl writes them, peers and ports as a sentence needs them.

import type { LabelSelector, NetworkPolicyPeer, NetworkPolicyPort } from '../api/types.ts';

/** `app=web,tier in (a,b),!old`; nothing asked is `every pod`. */
export function selectorWords(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const terms = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'In') return `${key} in (${values.join(',')})`;
    if (operator === 'NotIn') return `${key} notin (${values.join(',')})`;
    return operator === 'DoesNotExist' ? `!${key}` : key;
  });
  return [...labels, ...terms].join(',');
}

/** `pods \`role=monitor\` of namespaces \`team=ops\``. */
export function peerWords({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, namespace: string): string {
  if (ipBlock) return `addresses in \`${ipBlock.cidr}\`${ipBlock.except?.length ? ` except ${ipBlock.except.join(', ')}` : ''}`;
  const labels = selectorWords(podSelector);
  const pods = labels ? `pods \`${labels}\`` : 'every pod';
  if (!namespaceSelector) return `${pods} of namespace \`${namespace}\``;
  const wanted = selectorWords(namespaceSelector);
  return wanted ? `${pods} of namespaces \`${wanted}\`` : `${pods} of every namespace`;
}

/** `80/TCP`, `8000-8080/TCP`, `http/TCP`, `every UDP port`. */
export function portWords({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): string {
  if (port === undefined || port === null) return `every ${protocol} port`;
  return `${port}${endPort ? `-${endPort}` : ''}/${protocol}`;
}
