// The request that was probably meant, where nothing in the cluster is wrong but what was asked for: the name of another
// namespace, a letter too few, a port that the Service does not have.

import type { WalkFacts } from './explain-walk.ts';

const TARGET = /^(\w+:\/\/)(\[[^\]]*\]|[^:/?#]*)(:\d+)?(.*)$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The same request to another host, or another port of it: `http://web:8080/x` to port 80 is `http://web/x`. */
export function aimedAt({ to, target }: Pick<WalkFacts, 'to' | 'target'>, aim: { readonly host?: string; readonly port?: number }): string {
  const [, scheme = '', host = '', port = '', rest = ''] = TARGET.exec(to) ?? [];
  const isDefault = aim.port === DEFAULT_PORTS[target.scheme];
  const newPort = aim.port === undefined ? port : isDefault ? '' : `:${aim.port}`;
  return `${scheme}${aim.host ?? host}${newPort}${rest}`;
}
