import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import type { KubeObject } from '../api/types.ts';
import { Clock } from '../sim/clock.ts';
import { createApi } from './api.ts';
import { answerOf, errorText } from './api-error.ts';
import { listObjects, WatchHistory } from './listing.ts';
import { createObjectStore } from './store.ts';

function pods() {
  const store = createObjectStore(new Clock(), 1);
  const pod = (name: string, app: string, phase: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app } },
    spec: { nodeName: `node-${name}`, containers: [] },
    status: { phase },
  });
  const api = createApi(store, { serviceCIDRs: [], nodePortRange: '30000-32767' }, admit);
  const history = new WatchHistory(store);
  for (const object of [pod('a', 'web', 'Running'), pod('b', 'api', 'Running'), pod('c', 'web', 'Failed')]) store.create(object);
  const names = (options: Parameters<typeof listObjects>[2]) => listObjects(api, 'Pod', options).items.map(({ metadata }) => metadata.name);
  const refusal = (options: Parameters<typeof listObjects>[2], kind = 'Pod') => {
    const answer = answerOf(() => listObjects(api, kind, options));
    return 'status' in answer ? errorText(answer.status) : 'fine';
  };
  return { store, history, names, refusal };
}

test.each([
  ['app=web', ['a', 'c']],
  ['app==web', ['a', 'c']],
  ['app!=web', ['b']],
  ['app in (web, api)', ['a', 'b', 'c']],
  ['app notin (web)', ['b']],
  ['app', ['a', 'b', 'c']],
  ['!app', []],
  ['app=web,app notin (api)', ['a', 'c']],
])('-l %s', (labelSelector, wanted) => {
  expect(pods().names({ labelSelector })).toEqual(wanted);
});

test.each([
  ['status.phase=Running', ['a', 'b']],
  ['status.phase!=Running', ['c']],
  ['metadata.name=b,spec.nodeName=node-b', ['b']],
])('--field-selector %s', (fieldSelector, wanted) => {
  expect(pods().names({ fieldSelector })).toEqual(wanted);
});

test('a selector that the server does not know is refused in its words', () => {
  const { refusal } = pods();
  expect(refusal({ fieldSelector: 'status.ready=true' })).toBe(
    'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "status.ready=true": field label not supported: status.ready',
  );
  expect(refusal({ fieldSelector: 'spec.replicas=1' }, 'Deployment')).toContain(
    '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
  );
  expect(refusal({ labelSelector: 'app in web' })).toContain("unable to parse requirement: found 'web', expected: '('");
});

test('a watch goes on from a version, and sees objects come into its view and leave it', () => {
  const { store, history } = pods();
  const seen: string[] = [];
  history.watch('Pod', { fieldSelector: 'status.phase=Running', resourceVersion: '1' }, ({ type, object }) =>
    seen.push(`${type} ${object.metadata.name}`),
  );
  const a = store.get('Pod', 'default', 'a') as KubeObject;
  store.updateStatus({ ...a, status: { phase: 'Failed' } });
  store.updateStatus({ ...a, status: { phase: 'Running' } });
  expect(seen).toEqual(['ADDED b', 'DELETED a', 'ADDED a']);
});

test('who comes too late is told so', () => {
  const { store, history } = pods();
  for (let n = 0; n < 2000; n++)
    store.updateStatus({ ...(store.get('Pod', 'default', 'a') as KubeObject), status: { phase: 'Running', n } });
  const answer = answerOf(() => history.watch('Pod', { resourceVersion: '5' }, () => undefined));
  expect('status' in answer && answer.status).toMatchObject({ reason: 'Expired', code: 410, message: 'too old resource version: 5 (979)' });
});
