// The API as its clients meet it: what it stores, what it refuses, and in which words.

import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import type { KubeObject } from '../api/types.ts';
import { Clock } from '../sim/clock.ts';
import { type Api, createApi, createObject, deleteObject, updateObject, updateObjectStatus } from './api.ts';
import { answerOf, errorText } from './api-error.ts';
import { createObjectStore } from './store.ts';

function newApi(): Api {
  const store = createObjectStore(new Clock(), 1);
  for (const name of ['default', 'shop']) store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return createApi(store, { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' }, admit);
}

const deployment = (spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
    ...spec,
  },
});

const service = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

const refusal = (call: () => unknown) => {
  const answer = answerOf(call);
  return 'status' in answer ? `${answer.status.code} ${errorText(answer.status)}` : 'fine';
};

test('a new object gets its defaults, a namespace, and a name where it asks for one', () => {
  const api = newApi();
  const created = createObject(api, deployment());
  expect(created).toMatchObject({ metadata: { namespace: 'default', generation: 1 }, spec: { replicas: 1, revisionHistoryLimit: 10 } });
  const { metadata } = createObject(api, { ...deployment(), metadata: { name: '', generateName: 'job-' } });
  expect(metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
  expect(refusal(() => createObject(api, deployment()))).toBe(
    '409 Error from server (AlreadyExists): deployments.apps "web" already exists',
  );
  expect(refusal(() => createObject(api, deployment({}, { namespace: 'nowhere' })))).toBe(
    '404 Error from server (NotFound): namespaces "nowhere" not found',
  );
  expect(refusal(() => createObject(api, deployment({ replicas: -1 }, { name: 'b' })))).toBe(
    '422 The Deployment "b" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
});

test('a write from an old version is refused, one without a version wins', () => {
  const api = newApi();
  const first = createObject(api, deployment());
  updateObject(api, { ...first, spec: { ...first.spec, replicas: 2 } });
  expect(refusal(() => updateObject(api, { ...first, spec: { ...first.spec, replicas: 3 } }))).toBe(
    '409 Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
  );
  expect(updateObject(api, deployment({ replicas: 4 }))).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 3 } });
  expect(refusal(() => updateObject(api, deployment({}, { uid: 'x' })))).toContain(
    'Precondition failed: UID in precondition: x, UID in object meta: ',
  );
});

test('what is immutable stays, and status goes its own way', () => {
  const api = newApi();
  createObject(api, deployment());
  const labels = { app: 'other' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
  expect(refusal(() => updateObject(api, deployment({ selector: { matchLabels: labels }, template })))).toContain('field is immutable');
  const withStatus = updateObjectStatus(api, { ...deployment({ replicas: 9 }), status: { replicas: 1 } });
  expect(withStatus).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 }, metadata: { generation: 1 } });
  expect(updateObject(api, { ...deployment(), status: { replicas: 7 } }).status).toEqual({ replicas: 1 });
});

test('addresses and node ports are given out once, and given back', () => {
  const api = newApi();
  const { clusterIP } = createObject(api, service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })).spec;
  expect(refusal(() => createObject(api, service('b', { clusterIP })))).toContain('provided IP is already allocated');
  expect(refusal(() => createObject(api, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })))).toContain(
    'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  deleteObject(api, { kind: 'Service', namespace: 'default', name: 'a' });
  expect(createObject(api, service('b', { clusterIP })).spec.clusterIP).toBe(clusterIP);
});

test('a deletion waits for finalizers, and no new ones can be added then', () => {
  const api = newApi();
  const ref = { kind: 'Deployment', namespace: 'default', name: 'web' };
  createObject(api, deployment({}, { finalizers: ['example.com/wait'] }));
  deleteObject(api, ref);
  const held = api.store.get('Deployment', 'default', 'web') as KubeObject;
  expect(held.metadata.deletionTimestamp).toBeDefined();
  expect(
    refusal(() => updateObject(api, { ...held, metadata: { ...held.metadata, finalizers: ['example.com/wait', 'example.com/new'] } })),
  ).toContain(
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/new"}',
  );
  updateObject(api, { ...held, metadata: { ...held.metadata, finalizers: [] } });
  expect(api.store.get('Deployment', 'default', 'web')).toBeUndefined();
  expect(refusal(() => deleteObject(api, ref))).toBe('404 Error from server (NotFound): deployments.apps "web" not found');
  expect(refusal(() => deleteObject(api, { kind: 'Namespace', namespace: '', name: 'default' }))).toBe(
    '403 Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

test('a deletion can be tied to one object and version', () => {
  const api = newApi();
  const ref = { kind: 'Deployment', namespace: 'default', name: 'web' };
  createObject(api, deployment());
  expect(refusal(() => deleteObject(api, ref, { preconditions: { uid: 'other' } }))).toContain('409 Error from server (Conflict)');
  expect(refusal(() => deleteObject(api, ref, { preconditions: { resourceVersion: '1' } }))).toContain(
    'ResourceVersion in precondition: 1',
  );
});

test('a node that is only written down is not ready: nobody reports for it', () => {
  const api = newApi();
  const node = createObject(api, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' } });
  expect(node.status.conditions).toMatchObject([{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusNeverUpdated' }]);
});
