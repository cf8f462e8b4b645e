// Every target extension by name.

import type { AnyTargetModule } from '../extension.ts';
import { CONNMARK, MARK } from './marks.ts';
import { DNAT, MASQUERADE, REDIRECT, SNAT } from './nat.ts';
import { CT, LOG, NOTRACK, REJECT, TRACE } from './verdicts.ts';

export const TARGETS: ReadonlyMap<string, AnyTargetModule> = new Map(
  [CONNMARK, CT, DNAT, LOG, MARK, MASQUERADE, NOTRACK, REDIRECT, REJECT, SNAT, TRACE].map((module): [string, AnyTargetModule] => [
    module.name,
    module,
  ]),
);
