// `kubectl apply -f -`: the documents of a text, one after the other; what cannot be applied does not keep it from the
// others. Follows kubectl 1.33 pkg/cmd/apply.

import { kindVersion } from '../api/kinds.ts';
import type { KubeObject } from '../api/types.ts';
import { type Api, withNamespace } from '../apiserver/api.ts';
import { answerOf, errorText } from '../apiserver/api-error.ts';
import { applyObject } from '../apiserver/patch.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { objectKey } from '../manifest/plain-object.ts';
import type { Problem } from '../view.ts';
import type { Printed } from './kubectl.ts';

/** `originalOf` gives an object as the scenario's text has it: it was applied before. */
export function applyManifest(api: Api, manifest: Manifest, originalOf: (key: string) => KubeObject | undefined): Printed {
  const lines: string[] = [];
  const wrong = manifest.problems.filter(({ severity }) => severity === 'error');
  const errors = [...wrong.filter((one) => !one.message.startsWith(STRICT)).map(parsingError), ...strictErrors(wrong)];
  const broken = new Set(wrong.map(({ object }) => object));
  const objects = manifest.objects.map(({ object }) => object).filter((object) => object.kind !== 'Scenario');
  if (objects.length === 0 && errors.length === 0) return { lines, errors: ['error: no objects passed to apply'] };
  for (const object of objects) {
    if (broken.has(objectKey(object))) continue;
    const { kind, metadata } = withNamespace(object);
    const original = originalOf(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
    const isNew = !api.store.get(kind, metadata.namespace ?? '', metadata.name);
    const answer = answerOf(() => applyObject(api, object, original ? { original } : {}));
    if ('value' in answer) lines.push(...answer.value.lines);
    else {
      const { status } = answer;
      errors.push(errorText(isNew ? { ...status, message: `error when creating "STDIN": ${status.message}` } : status));
    }
  }
  return { lines, errors };
}

const STRICT = 'strict decoding error: ';

function parsingError({ message, range }: Problem): string {
  return `error: error parsing STDIN: line ${range.startLine}: ${message}`;
}

/** Unknown and repeated fields are the server's finding: all of an object in one answer. */
function strictErrors(wrong: readonly Problem[]): string[] {
  const strict = wrong.filter(({ message }) => message.startsWith(STRICT));
  return [...new Set(strict.map(({ object }) => object ?? ''))].map((key) => {
    const found = strict.filter(({ object = '' }) => object === key);
    const [kind = ''] = key.split('/');
    const version = `${kind} in version "${kindVersion(kind).split('/').at(-1)}"`;
    const words = found.map(({ message }) => message.slice(STRICT.length)).join(', ');
    return `Error from server (BadRequest): error when creating "STDIN": ${version} cannot be handled as a ${kind}: ${STRICT}${words}`;
  });
}
